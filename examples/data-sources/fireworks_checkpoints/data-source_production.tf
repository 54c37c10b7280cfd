data "fireworks_checkpoints" "promotable" {
  job_id          = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b"
  promotable_only = true

  lifecycle {
    postcondition {
      condition     = length(self.checkpoints) > 0
      error_message = "No checkpoint of ${self.id} can be promoted yet."
    }
  }
}

output "promotable_checkpoints" {
  value = { for c in data.fireworks_checkpoints.promotable.checkpoints : c.checkpoint_id => c.create_time }
}
