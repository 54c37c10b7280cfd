data "fireworks_deployments" "all" {}

data "fireworks_deployed_models" "all" {
  state = "DEPLOYED"
}

locals {
  base_models = { for d in data.fireworks_deployments.all.deployments : d.name => d.base_model }

  # The platform lists the base model of each deployment as well.
  loaded = {
    for m in data.fireworks_deployed_models.all.deployed_models : m.deployed_model_id => m
    if m.model != lookup(local.base_models, m.deployment, null)
  }
}

import {
  for_each = local.loaded

  to = fireworks_deployed_model.adopted[each.key]
  id = each.value.name
}

resource "fireworks_deployed_model" "adopted" {
  for_each = local.loaded

  model      = each.value.model
  deployment = each.value.deployment
}
