# The LoRA models on a deployment, by their ID.
data "fireworks_deployment" "shared" {
  deployment_id = "qwen3-addons"
}

data "fireworks_deployed_models" "shared" {
  deployment = data.fireworks_deployment.shared.name
  state      = "DEPLOYED"
}

output "inference_models" {
  value = {
    for loaded in data.fireworks_deployed_models.shared.deployed_models :
    basename(loaded.model) => loaded.inference_model
    # The platform lists the base model of the deployment as well.
    if loaded.model != data.fireworks_deployment.shared.base_model
  }
}
