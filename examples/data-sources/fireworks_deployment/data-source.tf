data "fireworks_deployment" "chat" {
  deployment_id = "qwen3-ready"
}

output "inference_base_url" {
  value = data.fireworks_deployment.chat.inference_base_url
}

output "inference_model" {
  value = data.fireworks_deployment.chat.inference_model
}
