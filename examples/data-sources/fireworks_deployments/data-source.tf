data "fireworks_deployments" "all" {}

output "deployments" {
  value = [for deployment in data.fireworks_deployments.all.deployments : deployment.name]
}
