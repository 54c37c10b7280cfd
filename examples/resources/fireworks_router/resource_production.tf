variable "served" {
  description = "The served checkpoints by a short name."
  type = map(object({
    model    = string
    replicas = number
  }))
  default = {
    step-100 = {
      model    = "accounts/fireworks/models/qwen3-8b"
      replicas = 1
    }
  }
}

resource "fireworks_deployment" "support" {
  for_each = var.served

  deployment_id      = "support-${each.key}"
  base_model         = each.value.model
  deployment_shape   = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
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
