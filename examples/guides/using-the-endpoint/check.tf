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
    condition = (
      data.fireworks_deployment.chat.state == "READY" &&
      data.fireworks_deployment.chat.replica_count > 0
    )
    error_message = format("%s is %s with %d replicas.",
      data.fireworks_deployment.chat.name,
      data.fireworks_deployment.chat.state,
      data.fireworks_deployment.chat.replica_count
    )
  }
}
