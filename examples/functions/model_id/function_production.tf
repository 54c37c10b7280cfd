variable "project" {
  description = "Any text with a letter or a digit."
  type        = string
  default     = "Customer Support / EMEA"
}

resource "fireworks_promoted_model" "this" {
  checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-200-5e6f7a8b"
  output_model_id = provider::fireworks::model_id(var.project, "2026.03")
  base_model      = "accounts/fireworks/models/qwen3-8b"
}
