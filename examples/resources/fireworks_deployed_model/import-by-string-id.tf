import {
  to = fireworks_deployed_model.support
  id = "accounts/demo/deployedModels/support-lora-2-loaded"
}
