output "model" {
  description = "The promoted model."
  value       = module.model.model
}

output "inference_base_url" {
  description = "The base URL for clients that are compatible with OpenAI."
  value       = module.deployment.inference_base_url
}

output "inference_model" {
  description = "What to send as the model in inference requests."
  value       = module.deployment.inference_model
}
