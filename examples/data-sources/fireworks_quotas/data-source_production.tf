data "fireworks_quotas" "current" {}

output "nearly_used_up" {
  value = [
    for quota in data.fireworks_quotas.current.quotas : quota.name
    if quota.value > 0 && quota.usage >= 0.9 * quota.value
  ]
}
