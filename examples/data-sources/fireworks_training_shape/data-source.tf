data "fireworks_training_shape" "policy" {
  shape_id = "accounts/fireworks/trainingShapes/qwen3-8b-128k"
}

output "deployment_shape" {
  value = data.fireworks_training_shape.policy.deployment_shape
}
