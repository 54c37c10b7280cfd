# The API key is read from FIREWORKS_API_KEY.
provider "fireworks" {}

data "fireworks_checkpoints" "run" {
  job_id = var.job_id

  lifecycle {
    postcondition {
      condition     = self.latest_promotable != null
      error_message = "No checkpoint of the trainer job ${var.job_id} can be promoted yet."
    }
  }
}

data "fireworks_training_shape" "run" {
  shape_id = var.training_shape
}

locals {
  checkpoint = data.fireworks_checkpoints.run.latest_promotable
  # Each checkpoint gets its own model and deployment. With Terraform 1.8, the
  # function provider::fireworks::model_id makes a valid ID of any name.
  id = "${var.name}-${local.checkpoint.checkpoint_id}"
}

resource "fireworks_promoted_model" "run" {
  checkpoint_name = local.checkpoint.name
  output_model_id = local.id
  base_model      = var.base_model
  display_name    = "Latest checkpoint of ${var.job_id}"

  lifecycle {
    create_before_destroy = true
  }
}

# Without requests the deployment scales to zero.
resource "fireworks_deployment" "run" {
  deployment_id    = local.id
  base_model       = fireworks_promoted_model.run.name
  deployment_shape = data.fireworks_training_shape.run.deployment_shape

  # Delete the deployment even if it served requests within the last hour.
  force_destroy = true

  lifecycle {
    create_before_destroy = true
  }
}
