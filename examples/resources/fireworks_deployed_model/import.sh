terraform import fireworks_deployed_model.support accounts/demo/deployedModels/support-lora-2-loaded
# Or by bare ID: support-lora-2-loaded
