data "fireworks_models" "all" {}

output "models" {
  value = data.fireworks_models.all.names
}
