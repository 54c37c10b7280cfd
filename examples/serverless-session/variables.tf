variable "session_name" {
  description = "The full name of the training session. Its latest promotable checkpoint is promoted unless checkpoint_name is set."
  type        = string
  default     = "accounts/demo/trainingSessions/serverless-1"
}

variable "checkpoint_name" {
  description = "The full name of the checkpoint to promote. Set it to the output checkpoint_name before the session ends."
  type        = string
  default     = null
}

variable "model_id" {
  description = "The ID of the promoted model."
  type        = string
  default     = "support-serverless"
}

variable "base_model" {
  description = "The base model of the session."
  type        = string
  default     = "accounts/fireworks/models/qwen3-8b"
}
