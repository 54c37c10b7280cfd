# Not every training shape is linked to a deployment shape: better told here
# than by the deployment that gets null.
data "fireworks_training_shape" "run" {
  for_each = toset([
    "accounts/fireworks/trainingShapes/qwen3-8b-128k",
    "accounts/fireworks/trainingShapes/qwen3-8b-128k-lora",
  ])

  shape_id = each.value

  lifecycle {
    postcondition {
      condition     = self.deployment_shape != null
      error_message = "The training shape ${self.training_shape} has no deployment shape."
    }
  }
}

output "deployment_shapes" {
  value = { for id, shape in data.fireworks_training_shape.run : id => shape.deployment_shape }
}

output "gpus" {
  value = { for id, shape in data.fireworks_training_shape.run : id => shape.node_count * shape.accelerator_count }
}
