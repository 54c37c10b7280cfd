data "fireworks_checkpoints" "run" {
  job_id = "sft-qwen3-8b"

  lifecycle {
    postcondition {
      condition     = self.latest_promotable != null
      error_message = "No checkpoint of ${self.id} can be promoted yet."
    }
  }
}

locals {
  checkpoint = data.fireworks_checkpoints.run.latest_promotable
}

resource "fireworks_promoted_model" "support" {
  checkpoint_name = local.checkpoint.name
  output_model_id = provider::fireworks::model_id("support", local.checkpoint.checkpoint_id)
  base_model      = "accounts/fireworks/models/qwen3-8b"
  display_name    = "Support"

  lifecycle {
    create_before_destroy = true
  }
}

output "model" {
  description = "The model for deployments to refer to."
  value       = fireworks_promoted_model.support.name
}
