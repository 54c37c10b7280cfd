import {
  to = fireworks_deployment.chat
  id = "accounts/demo/deployments/chat"
}
