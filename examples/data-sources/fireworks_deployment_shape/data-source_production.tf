# The shape is not pinned to a version: the platform chooses the latest validated one.
data "fireworks_deployment_shape" "support" {
  base_model = "accounts/fireworks/models/qwen3-8b"

  lifecycle {
    postcondition {
      condition     = self.accelerator_count <= 8
      error_message = "The shape ${self.shape} needs ${self.accelerator_count} GPUs per replica."
    }
  }
}

resource "fireworks_deployment" "support" {
  deployment_id    = "support"
  base_model       = "accounts/fireworks/models/qwen3-8b"
  deployment_shape = data.fireworks_deployment_shape.support.shape
}
