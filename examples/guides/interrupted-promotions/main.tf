resource "fireworks_promoted_model" "support" {
  checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-200-5e6f7a8b"
  output_model_id = "support-step-200"
  base_model      = "accounts/fireworks/models/qwen3-8b"
  display_name    = "Support"

  timeouts {
    create = "2h"
  }
}
