resource "fireworks_deployed_model" "support" {
  model      = "accounts/demo/models/support-lora-2"
  deployment = "accounts/demo/deployments/qwen3-addons"
}

output "inference_model" {
  description = "The model of inference requests to the LoRA on this deployment."
  value       = fireworks_deployed_model.support.inference_model
}
