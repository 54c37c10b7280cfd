# The key comes from FIREWORKS_API_KEY.
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

  id               = "support"
  model            = module.model.model
  deployment_shape = module.model.deployment_shape
}
