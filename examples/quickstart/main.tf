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

resource "fireworks_promoted_model" "run" {
  checkpoint_name = data.fireworks_checkpoints.run.latest_promotable.name
  output_model_id = var.model_id
  base_model      = var.base_model
  display_name    = "Latest checkpoint of ${var.job_id}"
}

# Without requests the deployment scales to zero.
resource "fireworks_deployment" "run" {
  deployment_id    = var.model_id
  base_model       = fireworks_promoted_model.run.name
  deployment_shape = data.fireworks_training_shape.run.deployment_shape

  # The platform refuses to delete a deployment that received requests within
  # the last hour. This one is for trying out, and is destroyed right after that.
  force_destroy = true
}
