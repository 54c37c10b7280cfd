data "fireworks_checkpoints" "run" {
  job_id = "sft-qwen3-8b"
}

locals {
  checkpoint = provider::fireworks::parse_checkpoint_name(
    data.fireworks_checkpoints.run.latest_promotable.name
  )
}

resource "fireworks_promoted_model" "this" {
  checkpoint_name = data.fireworks_checkpoints.run.latest_promotable.name
  output_model_id = "${local.checkpoint.job_id}-${local.checkpoint.checkpoint_id}"
  base_model      = "accounts/fireworks/models/qwen3-8b"
}
