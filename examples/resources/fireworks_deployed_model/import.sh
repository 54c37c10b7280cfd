# By full name, or by bare ID.
terraform import fireworks_deployed_model.support accounts/demo/deployedModels/support-lora-2-loaded
terraform import fireworks_deployed_model.support support-lora-2-loaded
