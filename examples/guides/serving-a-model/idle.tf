data "fireworks_deployments" "all" {}

output "may_be_deleted_when_idle" {
  description = "Deployments that the platform deletes after seven days without a request."
  value = [
    for deployment in data.fireworks_deployments.all.deployments : deployment.name
    if deployment.min_replica_count == 0
  ]
}
