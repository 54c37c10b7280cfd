data "fireworks_quotas" "current" {}

output "left" {
  value = data.fireworks_quotas.current.by_name
}
