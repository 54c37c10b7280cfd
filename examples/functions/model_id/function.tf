output "model_id" {
  value = provider::fireworks::model_id("Support Bot", "qwen3_8b", "v1.2")
}
