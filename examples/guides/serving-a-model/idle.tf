data "fireworks_deployments" "all" {}

output "may_be_deleted_when_idle" {
  value = [
    for deployment in data.fireworks_deployments.all.deployments : deployment.name
    if deployment.min_replica_count == 0
  ]
}
