locals {
  models = {
    acme  = "accounts/demo/models/support-lora-2"
    umbra = fireworks_promoted_model.umbra.name
  }
}

resource "fireworks_deployment" "shared" {
  deployment_id     = "shared-loras"
  base_model        = "accounts/fireworks/models/qwen3-8b"
  deployment_shape  = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
  enable_addons     = true
  min_replica_count = 1
}

resource "fireworks_promoted_model" "umbra" {
  checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-180-6f7a8b9c"
  output_model_id = "umbra-step-180"
  base_model      = "accounts/fireworks/models/qwen3-8b"
}

resource "fireworks_deployed_model" "customer" {
  for_each = local.models

  model        = each.value
  deployment   = fireworks_deployment.shared.name
  display_name = each.key

  lifecycle {
    create_before_destroy = true
  }
}
