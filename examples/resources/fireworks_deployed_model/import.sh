# By full name, or by bare ID in the provider's account.
terraform import fireworks_deployed_model.support accounts/demo/deployedModels/support-lora-2-loaded
terraform import fireworks_deployed_model.support support-lora-2-loaded
