# The model of a release that is removed stays on the platform.
locals {
  releases = {
    "2026-03-01" = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-100-3c4d5e6f"
    "2026-03-02" = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-200-5e6f7a8b"
  }
}

resource "fireworks_promoted_model" "release" {
  for_each = local.releases

  checkpoint_name = each.value
  output_model_id = "support-${each.key}"
  base_model      = "accounts/fireworks/models/qwen3-8b"
  display_name    = "Support ${each.key}"
  deletion_policy = "ABANDON"

  timeouts {
    create = "4h"
  }
}
