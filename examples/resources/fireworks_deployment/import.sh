# By full name, or by bare ID.
terraform import fireworks_deployment.chat accounts/demo/deployments/chat
terraform import fireworks_deployment.chat chat
