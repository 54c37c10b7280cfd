data "fireworks_model" "base" {
  name = "accounts/fireworks/models/qwen3-8b"
}

output "context_length" {
  value = data.fireworks_model.base.context_length
}
