output "model" {
  description = "The full name of the promoted model."
  value       = fireworks_promoted_model.this.name
}

output "deployment_shape" {
  description = "The deployment shape for the result of the training shape, with its version."
  value       = data.fireworks_training_shape.run.deployment_shape
}
