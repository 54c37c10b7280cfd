variable "served" {
  description = "The checkpoints that are served, by a short name of each."
  type = map(object({
    model    = string
    shape    = string
    replicas = number
  }))
  default = {
    step-100 = {
      model    = "accounts/fireworks/models/qwen3-8b"
      shape    = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
      replicas = 1
    }
  }
}

resource "fireworks_deployment" "support" {
  for_each = var.served # one entry per checkpoint

  deployment_id      = "support-${each.key}"
  base_model         = each.value.model
  deployment_shape   = each.value.shape
  min_replica_count  = each.value.replicas # the share of the traffic
  max_replica_count  = each.value.replicas
  wait_for_inference = true
  force_destroy      = true

  lifecycle {
    create_before_destroy = true
  }
}

resource "fireworks_router" "support" {
  router_id   = "support"
  deployments = [for d in fireworks_deployment.support : d.name]
}
