import {
  to = fireworks_deployment.chat
  identity = {
    account_id    = "demo"
    deployment_id = "chat"
  }
}
