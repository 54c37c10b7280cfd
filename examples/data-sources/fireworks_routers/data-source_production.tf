# The routers that send requests to a deployment, before it is deleted.
data "fireworks_routers" "ready" {
  deployment = "accounts/demo/deployments/qwen3-ready"
}

output "routers" {
  value = { for router in data.fireworks_routers.ready.routers : router.router_id => router.deployments }
}
