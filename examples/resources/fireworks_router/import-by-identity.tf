import {
  to = fireworks_router.support
  identity = {
    account_id = "demo"
    router_id  = "support"
  }
}
