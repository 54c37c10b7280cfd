# One to four replicas, which are always ready.
resource "fireworks_promoted_model" "support" {
  checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-200-5e6f7a8b"
  output_model_id = "support-step-200"
  base_model      = "accounts/fireworks/models/qwen3-8b"
}

resource "fireworks_deployment" "support" {
  deployment_id    = "support-step-200"
  base_model       = fireworks_promoted_model.support.name
  deployment_shape = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"

  min_replica_count = 1
  max_replica_count = 4

  autoscaling_policy = {
    scale_up_window   = "1m"
    scale_down_window = "15m"
    load_targets      = { default = 0.7 }
  }

  placement = {
    multi_region = "US"
  }

  lifecycle {
    create_before_destroy = true
  }
}
