import {
  to = fireworks_router.support
  id = "accounts/demo/routers/support"
}
