output "checkpoint_name" {
  description = "The checkpoint that was promoted."
  value       = fireworks_promoted_model.session.checkpoint_name
}

output "model" {
  description = "The full name of the promoted model."
  value       = fireworks_promoted_model.session.name
}

output "adapter" {
  description = "The LoRA adapter; null when the session trained all weights."
  value       = fireworks_promoted_model.session.peft_details
}
