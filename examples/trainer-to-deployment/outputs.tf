output "model" {
  description = "The promoted model."
  value       = module.model.model
}

output "deployment_request" {
  description = "The body of the request that creates the deployment."
  value       = module.deployment.request
}
