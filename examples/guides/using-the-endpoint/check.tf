resource "fireworks_deployment" "chat" {
  deployment_id     = "chat"
  base_model        = "accounts/fireworks/models/qwen3-8b"
  deployment_shape  = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
  min_replica_count = 1
}

check "chat_serves" {
  data "fireworks_deployment" "chat" {
    deployment_id = fireworks_deployment.chat.name
  }

  assert {
    condition     = data.fireworks_deployment.chat.state == "READY" && data.fireworks_deployment.chat.replica_count > 0
    error_message = "${data.fireworks_deployment.chat.name} is ${data.fireworks_deployment.chat.state} with ${data.fireworks_deployment.chat.replica_count} replicas."
  }
}
