# By full name, or by bare ID.
terraform import fireworks_router.support accounts/demo/routers/support
terraform import fireworks_router.support support
