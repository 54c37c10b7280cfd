resource "fireworks_deployment" "chat" {
  deployment_id    = "chat-production"
  base_model       = "accounts/fireworks/models/qwen3-8b"
  deployment_shape = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"

  min_replica_count = 1
  max_replica_count = 4

  autoscaling_policy = {
    scale_up_window   = "30s"
    scale_down_window = "15m"
    load_targets      = { default = 0.7 }
  }

  placement = {
    multi_region = "US"
  }

  tags = {
    team = "support"
    env  = "production"
  }

  deletion_policy = "PREVENT"
}
