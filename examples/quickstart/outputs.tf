output "model" {
  description = "The promoted model."
  value       = fireworks_promoted_model.run.name
}

output "inference_base_url" {
  description = "The base URL for clients that are compatible with OpenAI."
  value       = fireworks_deployment.run.inference_base_url
}

output "inference_model" {
  description = "What to send as the model in inference requests."
  value       = fireworks_deployment.run.inference_model
}
