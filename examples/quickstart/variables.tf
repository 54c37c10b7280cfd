variable "job_id" {
  description = "The trainer job whose checkpoint is promoted."
  type        = string
  default     = "sft-qwen3-8b"
}

variable "model_id" {
  description = "The ID of the model that the checkpoint becomes, and of its deployment."
  type        = string
  default     = "sft-qwen3-8b-latest"
}

variable "base_model" {
  description = "The base model of the training run."
  type        = string
  default     = "accounts/fireworks/models/qwen3-8b"
}

variable "training_shape" {
  description = "The training shape of the training run. It is linked to the deployment shape that serves the model."
  type        = string
  default     = "accounts/fireworks/trainingShapes/qwen3-8b-128k"
}
