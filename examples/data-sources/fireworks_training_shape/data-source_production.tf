# Not every training shape has a deployment shape. Fail here instead of passing
# null to a deployment.
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
