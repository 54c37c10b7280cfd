variable "parked" {
  type    = bool
  default = false
}

resource "fireworks_deployment" "chat" {
  deployment_id     = "chat-staging"
  base_model        = "accounts/fireworks/models/qwen3-8b"
  deployment_shape  = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
  max_replica_count = var.parked ? 0 : 1
}
