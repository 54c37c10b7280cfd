data "fireworks_checkpoints" "run" {
  job_id = "sft-qwen3-8b"

  lifecycle {
    postcondition {
      condition     = self.latest_promotable != null
      error_message = "No checkpoint of ${self.id} can be promoted yet."
    }
  }
}

data "fireworks_training_shape" "run" {
  shape_id = "accounts/fireworks/trainingShapes/qwen3-8b-128k"
}

locals {
  checkpoint = data.fireworks_checkpoints.run.latest_promotable
  # A new checkpoint is a new ID, for the model and for its deployment.
  id = provider::fireworks::model_id("support", local.checkpoint.checkpoint_id)
}

resource "fireworks_promoted_model" "support" {
  checkpoint_name = local.checkpoint.name
  output_model_id = local.id
  base_model      = "accounts/fireworks/models/qwen3-8b"

  lifecycle {
    create_before_destroy = true
  }
}

resource "fireworks_deployment" "support" {
  deployment_id     = local.id
  base_model        = fireworks_promoted_model.support.name
  deployment_shape  = data.fireworks_training_shape.run.deployment_shape
  min_replica_count = 1

  # Fails the apply, and so keeps the old deployment, unless the new one responds.
  wait_for_inference = true

  # The old deployment receives requests until the new one replaces it.
  force_destroy = true

  lifecycle {
    create_before_destroy = true
  }
}

output "inference_model" {
  value = fireworks_deployment.support.inference_model
}
