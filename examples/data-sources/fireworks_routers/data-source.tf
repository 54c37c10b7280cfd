data "fireworks_routers" "all" {}

output "routers" {
  value = data.fireworks_routers.all.names
}
