output "model" {
  description = "The full name of the promoted model, ready to be deployed."
  value       = fireworks_promoted_model.this.name
}

output "deployment_shape" {
  description = "The deployment shape that serves what the training shape trains, pinned to a version."
  value       = data.fireworks_training_shape.run.deployment_shape
}
