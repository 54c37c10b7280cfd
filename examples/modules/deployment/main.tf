resource "fireworks_deployment" "this" {
  deployment_id    = var.id
  base_model       = var.model
  deployment_shape = var.deployment_shape

  min_replica_count = var.min_replica_count
  max_replica_count = var.max_replica_count
  force_destroy     = var.force_destroy

  # A new model is a new ID: the new deployment is ready before the old one is deleted.
  lifecycle {
    create_before_destroy = true
  }
}
