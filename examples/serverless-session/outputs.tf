output "checkpoint_name" {
  description = "The checkpoint that the model was made of."
  value       = fireworks_promoted_model.session.checkpoint_name
}

output "model" {
  description = "The promoted model, ready to be deployed."
  value       = fireworks_promoted_model.session.name
}

output "adapter" {
  description = "The LoRA adapter; null when the session trained all weights."
  value       = fireworks_promoted_model.session.peft_details
}
