resource "fireworks_router" "support" {
  router_id = "support"
  deployments = [
    "accounts/demo/deployments/qwen3-ready",
    "accounts/demo/deployments/qwen3-addons",
  ]
}

output "inference_model" {
  description = "The model of inference requests, which stays the same."
  value       = fireworks_router.support.inference_model
}
