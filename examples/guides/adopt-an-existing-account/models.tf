locals {
  models = {
    support-lora-1 = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-100-3c4d5e6f"
    support-lora-2 = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-180-6f7a8b9c"
  }
}

import {
  for_each = local.models

  to = fireworks_promoted_model.adopted[each.key]
  id = each.key
}

resource "fireworks_promoted_model" "adopted" {
  for_each = local.models

  output_model_id = each.key
  checkpoint_name = each.value
  base_model      = "accounts/fireworks/models/qwen3-8b"
}
