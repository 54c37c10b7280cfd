output "checkpoint" {
  value = provider::fireworks::parse_checkpoint_name(
    "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-200-5e6f7a8b"
  )
}
