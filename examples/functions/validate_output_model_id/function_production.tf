variable "model_id" {
  description = "The ID of the promoted model."
  type        = string
  default     = "support-qwen3-8b"

  validation {
    condition     = length(provider::fireworks::validate_output_model_id(var.model_id)) == 0
    error_message = join("\n", provider::fireworks::validate_output_model_id(var.model_id))
  }
}

resource "fireworks_promoted_model" "this" {
  checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-200-5e6f7a8b"
  output_model_id = var.model_id
  base_model      = "accounts/fireworks/models/qwen3-8b"
}
