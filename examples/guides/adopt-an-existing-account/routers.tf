data "fireworks_routers" "all" {}

locals {
  routers = { for r in data.fireworks_routers.all.routers : r.router_id => r }
}

import {
  for_each = local.routers

  to = fireworks_router.adopted[each.key]
  id = each.value.name
}

resource "fireworks_router" "adopted" {
  for_each = local.routers

  router_id   = each.key
  deployments = each.value.deployments
  strategy    = each.value.strategy
}
