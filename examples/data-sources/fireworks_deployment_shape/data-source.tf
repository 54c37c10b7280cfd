data "fireworks_deployment_shape" "fast" {
  base_model = "accounts/fireworks/models/qwen3-8b"
}

output "deployment_shape" {
  value = data.fireworks_deployment_shape.fast.deployment_shape
}
