output "deployment" {
  description = "The full name of the deployment."
  value       = fireworks_deployment.this.name
}

output "inference_base_url" {
  description = "The base URL for clients that are compatible with OpenAI."
  value       = fireworks_deployment.this.inference_base_url
}

output "inference_model" {
  description = "What to send as the model in inference requests."
  value       = fireworks_deployment.this.inference_model
}
