resource "fireworks_deployment" "chat" {
  deployment_id    = "chat"
  base_model       = "accounts/fireworks/models/qwen3-8b"
  deployment_shape = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
}

output "endpoint" {
  description = "The base URL and the model name for an OpenAI-compatible client."
  value = {
    base_url = fireworks_deployment.chat.inference_base_url
    model    = fireworks_deployment.chat.inference_model
  }
}
