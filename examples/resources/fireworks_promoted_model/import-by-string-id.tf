import {
  to = fireworks_promoted_model.support
  id = "accounts/demo/models/support-qwen3-8b"
}
