# By full name, or by bare ID in the provider's account.
terraform import fireworks_deployment.chat accounts/demo/deployments/chat
terraform import fireworks_deployment.chat chat
