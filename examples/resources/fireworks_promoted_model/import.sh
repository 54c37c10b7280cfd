terraform import fireworks_promoted_model.support accounts/demo/models/support-qwen3-8b
# Or by bare ID: support-qwen3-8b
