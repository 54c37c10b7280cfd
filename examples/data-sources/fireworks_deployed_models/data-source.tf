data "fireworks_deployed_models" "all" {}

output "deployed_models" {
  value = data.fireworks_deployed_models.all.names
}
