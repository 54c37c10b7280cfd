variable "job_id" {
  description = "The trainer job whose latest checkpoint is served."
  type        = string
  default     = "sft-qwen3-8b"
}

variable "base_model" {
  description = "The base model of the training run."
  type        = string
  default     = "accounts/fireworks/models/qwen3-8b"
}

variable "training_shape" {
  description = "The training shape of the training run."
  type        = string
  default     = "accounts/fireworks/trainingShapes/qwen3-8b-128k"
}
