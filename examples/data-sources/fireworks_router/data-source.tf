data "fireworks_router" "support" {
  router_id = "support-router"
}

output "endpoint" {
  value = {
    base_url = data.fireworks_router.support.inference_base_url
    model    = data.fireworks_router.support.inference_model
  }
}
