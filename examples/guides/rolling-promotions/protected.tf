resource "fireworks_promoted_model" "golden" {
  checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-200-5e6f7a8b"
  output_model_id = "support-golden"
  base_model      = "accounts/fireworks/models/qwen3-8b"
  deletion_policy = "PREVENT"
}
