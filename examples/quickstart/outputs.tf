output "model" {
  description = "The promoted model, ready to be deployed."
  value       = fireworks_promoted_model.run.name
}

output "model_state" {
  description = "READY once the model can be deployed."
  value       = fireworks_promoted_model.run.state
}

output "deployment_shape" {
  description = "The deployment shape that fits what the training shape trains."
  value       = data.fireworks_training_shape.run.deployment_shape
}
