resource "fireworks_promoted_model" "session" {
  checkpoint_name = "accounts/demo/trainingSessions/serverless-1/checkpoints/run-7f3a9c-step-20-2f3a4b5c"
  output_model_id = "support-lora"
  base_model      = "accounts/fireworks/models/qwen3-8b"
}
