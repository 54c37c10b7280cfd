# The deployments that are ready, with the GPUs they may use.
data "fireworks_deployments" "ready" {
  state = "READY"
}

output "gpus" {
  value = {
    for deployment in data.fireworks_deployments.ready.deployments :
    deployment.name => deployment.accelerator_count * deployment.max_replica_count
    if deployment.max_replica_count > 0
  }
}
