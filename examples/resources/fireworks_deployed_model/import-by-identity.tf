import {
  to = fireworks_deployed_model.support
  identity = {
    account_id        = "demo"
    deployed_model_id = "support-lora-2-loaded"
  }
}
