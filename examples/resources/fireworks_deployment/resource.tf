resource "fireworks_deployment" "chat" {
  deployment_id    = "chat"
  base_model       = "accounts/fireworks/models/qwen3-8b"
  deployment_shape = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
}

output "inference_base_url" {
  value = fireworks_deployment.chat.inference_base_url
}

output "inference_model" {
  value = fireworks_deployment.chat.inference_model
}
