resource "fireworks_deployed_model" "support" {
  model      = "accounts/demo/models/support-lora-2"
  deployment = "accounts/demo/deployments/qwen3-addons"
}

output "inference_model" {
  value = fireworks_deployed_model.support.inference_model
}
