# By full name, or by bare ID in the provider's account.
terraform import fireworks_router.support accounts/demo/routers/support
terraform import fireworks_router.support support
