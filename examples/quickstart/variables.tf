variable "job_id" {
  description = "The trainer job whose checkpoint is promoted."
  type        = string
  default     = "sft-qwen3-8b"
}

variable "model_id" {
  description = "The ID of the model that the checkpoint becomes."
  type        = string
  default     = "sft-qwen3-8b-latest"
}

variable "base_model" {
  description = "The base model that the job trained."
  type        = string
  default     = "accounts/fireworks/models/qwen3-8b"
}

variable "training_shape" {
  description = "The training shape that the job ran on."
  type        = string
  default     = "accounts/fireworks/trainingShapes/qwen3-8b-128k"
}
