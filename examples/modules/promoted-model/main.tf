data "fireworks_checkpoints" "run" {
  count = var.checkpoint_name == null ? 1 : 0

  job_id = var.job_id

  lifecycle {
    postcondition {
      condition     = self.latest_promotable != null
      error_message = "No checkpoint of ${self.id} can be promoted yet."
    }
  }
}

data "fireworks_training_shape" "run" {
  shape_id = var.training_shape

  lifecycle {
    postcondition {
      condition     = self.deployment_shape != null
      error_message = "The training shape ${self.training_shape} has no deployment shape."
    }
  }
}

locals {
  checkpoint_name = coalesce(
    var.checkpoint_name, one(data.fireworks_checkpoints.run[*].latest_promotable.name)
  )
  checkpoint = provider::fireworks::parse_checkpoint_name(local.checkpoint_name)
}

resource "fireworks_promoted_model" "this" {
  checkpoint_name = local.checkpoint_name
  output_model_id = provider::fireworks::model_id(var.name, local.checkpoint.checkpoint_id)
  base_model      = var.base_model
  display_name    = var.name

  # A new checkpoint results in a new model ID, so the new model is ready before the old one is deleted.
  lifecycle {
    create_before_destroy = true
  }
}
