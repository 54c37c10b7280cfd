variable "session_name" {
  description = "The full name of the training session. Its latest promotable checkpoint is promoted, unless checkpoint_name says otherwise."
  type        = string
  default     = "accounts/demo/trainingSessions/serverless-1"
}

variable "checkpoint_name" {
  description = "The full name of the checkpoint to promote. Set it to the output of that name before the session ends."
  type        = string
  default     = null
}

variable "model_id" {
  description = "The ID of the model that the checkpoint becomes."
  type        = string
  default     = "support-serverless"
}

variable "base_model" {
  description = "The base model that the session trained."
  type        = string
  default     = "accounts/fireworks/models/qwen3-8b"
}
