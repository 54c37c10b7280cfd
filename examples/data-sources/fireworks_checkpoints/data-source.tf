data "fireworks_checkpoints" "run" {
  job_id = "sft-qwen3-8b"
}

output "latest_promotable_checkpoint" {
  value = data.fireworks_checkpoints.run.latest_promotable.name
}
