# The latest LoRA checkpoint of a job that also saves full weights.
data "fireworks_checkpoints" "lora" {
  job_id           = "sft-qwen3-8b"
  checkpoint_types = ["CHECKPOINT_TYPE_INFERENCE_LORA"]
}

output "latest_lora_checkpoint" {
  value = data.fireworks_checkpoints.lora.latest_promotable.name
}
