# The API key is read from FIREWORKS_API_KEY.
provider "fireworks" {}

module "model" {
  source = "../modules/promoted-model"

  name           = "support"
  job_id         = var.job_id
  base_model     = var.base_model
  training_shape = var.training_shape
}

module "deployment" {
  source = "../modules/deployment"

  # The ID of the model ends with its checkpoint, and so does that of its deployment.
  id               = basename(module.model.model)
  model            = module.model.model
  deployment_shape = module.model.deployment_shape
  force_destroy    = true
}
