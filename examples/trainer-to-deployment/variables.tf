variable "job_id" {
  description = "The trainer job whose latest checkpoint is deployed."
  type        = string
  default     = "sft-qwen3-8b"
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
