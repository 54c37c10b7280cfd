terraform import fireworks_router.support accounts/demo/routers/support
# Or by bare ID: support
