data "fireworks_router" "support" {
  router_id = "support-router"
}

output "inference_base_url" {
  value = data.fireworks_router.support.inference_base_url
}

output "inference_model" {
  value = data.fireworks_router.support.inference_model
}
