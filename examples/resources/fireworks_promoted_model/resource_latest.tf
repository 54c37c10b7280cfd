# Promotes the latest checkpoint at the time of the apply, for an environment that
# follows a training run. A newer checkpoint replaces the model.
data "fireworks_checkpoints" "run" {
  job_id = "sft-qwen3-8b"

  lifecycle {
    postcondition {
      condition     = self.latest_promotable != null
      error_message = "No checkpoint of this trainer job can be promoted yet."
    }
  }
}

resource "fireworks_promoted_model" "staging" {
  checkpoint_name = data.fireworks_checkpoints.run.latest_promotable.name
  output_model_id = "support-staging"
  base_model      = "accounts/fireworks/models/qwen3-8b"
  display_name    = "Support, ${data.fireworks_checkpoints.run.latest_promotable.checkpoint_id}"
}
