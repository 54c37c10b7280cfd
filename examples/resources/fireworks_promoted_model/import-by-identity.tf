import {
  to = fireworks_promoted_model.support
  identity = {
    account_id = "demo"
    model_id   = "support-qwen3-8b"
  }
}
