# Not every training shape has a deployment shape.
data "fireworks_training_shape" "run" {
  shape_id = "accounts/fireworks/trainingShapes/qwen3-8b-128k-lora"

  lifecycle {
    postcondition {
      condition     = self.deployment_shape != null
      error_message = "The training shape ${self.training_shape} has no deployment shape."
    }
  }
}

output "gpus" {
  value = data.fireworks_training_shape.run.node_count * data.fireworks_training_shape.run.accelerator_count
}
