output "id" {
  description = "The ID of the deployment."
  value       = terraform_data.deployment.output.id
}

output "request" {
  description = "The body of the request that creates the deployment."
  value       = jsonencode(terraform_data.deployment.output.request)
}
