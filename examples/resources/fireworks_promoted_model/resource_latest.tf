data "fireworks_checkpoints" "run" {
  job_id = "sft-qwen3-8b"

  lifecycle {
    postcondition {
      condition     = self.latest_promotable != null
      error_message = "No checkpoint of this trainer job can be promoted yet."
    }
  }
}

# A newer checkpoint is promoted to a new model before the old model is deleted.
resource "fireworks_promoted_model" "staging" {
  checkpoint_name = data.fireworks_checkpoints.run.latest_promotable.name
  output_model_id = "staging-${data.fireworks_checkpoints.run.latest_promotable.checkpoint_id}"
  base_model      = "accounts/fireworks/models/qwen3-8b"

  lifecycle {
    create_before_destroy = true
  }
}
