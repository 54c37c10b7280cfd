data "fireworks_checkpoints" "run" {
  job_id = "sft-qwen3-8b"
}

resource "fireworks_promoted_model" "support" {
  checkpoint_name = data.fireworks_checkpoints.run.latest_promotable.name
  output_model_id = provider::fireworks::model_id("support", data.fireworks_checkpoints.run.latest_promotable.checkpoint_id)
  base_model      = "accounts/fireworks/models/qwen3-8b"
  deletion_policy = "ABANDON"

  lifecycle {
    create_before_destroy = true
  }
}
