data "fireworks_deployments" "ready" {
  state = "READY"
}

locals {
  deployments = { for d in data.fireworks_deployments.ready.deployments : d.deployment_id => d }
}

import {
  for_each = local.deployments

  to = fireworks_deployment.adopted[each.key]
  id = each.value.name
}

resource "fireworks_deployment" "adopted" {
  for_each = local.deployments

  deployment_id         = each.key
  base_model            = each.value.base_model
  deployment_shape      = each.value.deployment_shape
  accelerator_type      = each.value.deployment_shape == null ? each.value.accelerator_type : null
  accept_shapeless_risk = each.value.deployment_shape == null ? true : null
  min_replica_count     = each.value.min_replica_count
  max_replica_count     = each.value.max_replica_count
  tags                  = each.value.tags
}
