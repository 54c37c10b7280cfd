resource "fireworks_router" "support" {
  router_id = "support"
  deployments = [
    "accounts/demo/deployments/qwen3-ready",
    "accounts/demo/deployments/qwen3-addons",
  ]
}

output "inference_model" {
  value = fireworks_router.support.inference_model
}
