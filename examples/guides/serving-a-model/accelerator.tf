variable "max_replica_count" {
  type    = number
  default = 2
}

data "fireworks_quotas" "current" {}

data "fireworks_deployments" "all" {}

locals {
  id   = "chat-h100"
  left = lookup(data.fireworks_quotas.current.by_name, "global--h100-count", 0)
  # Quota that this deployment uses already is not needed again.
  used = sum(concat([0], [
    for deployment in data.fireworks_deployments.all.deployments :
    deployment.accelerator_count * deployment.max_replica_count
    if endswith(deployment.name, "/deployments/${local.id}")
  ]))
}

resource "fireworks_deployment" "chat" {
  deployment_id         = local.id
  base_model            = "accounts/fireworks/models/qwen3-8b"
  accelerator_type      = "NVIDIA_H100_80GB"
  accelerator_count     = 1
  accept_shapeless_risk = true
  max_replica_count     = var.max_replica_count

  lifecycle {
    precondition {
      condition     = local.left + local.used >= var.max_replica_count
      error_message = "Needs ${var.max_replica_count} H100 GPUs; the quota leaves ${local.left + local.used}."
    }
  }
}
