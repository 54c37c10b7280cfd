# The provider does not manage deployments. This module stands where yours
# does: it takes a model and a deployment shape, and holds the request that
# creates the deployment.
resource "terraform_data" "deployment" {
  input = {
    id = var.id
    request = {
      baseModel       = var.model
      deploymentShape = var.deployment_shape
      minReplicaCount = 0
      maxReplicaCount = var.max_replica_count
    }
  }
}
