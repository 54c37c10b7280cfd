# By full name, or by bare ID.
terraform import fireworks_promoted_model.support accounts/demo/models/support-qwen3-8b
terraform import fireworks_promoted_model.support support-qwen3-8b
