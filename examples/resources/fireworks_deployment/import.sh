terraform import fireworks_deployment.chat accounts/demo/deployments/chat
# Or by bare ID: chat
