variable "project" {
  description = "The project of the model. Any text with a letter or a digit is valid."
  type        = string
  default     = "Customer Support / EMEA"
}

variable "release" {
  description = "The release of the model. It is kept if the ID must be shortened."
  type        = string
  default     = "2026.03"
}

resource "fireworks_promoted_model" "this" {
  checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-200-5e6f7a8b"
  output_model_id = provider::fireworks::model_id(var.project, var.release)
  base_model      = "accounts/fireworks/models/qwen3-8b"
}
