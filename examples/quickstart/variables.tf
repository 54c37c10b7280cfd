variable "job_id" {
  description = "The trainer job whose checkpoint is promoted."
  type        = string
  default     = "sft-qwen3-8b"
}

variable "name" {
  description = "The start of the IDs of the model and its deployment, which end with the ID of the checkpoint."
  type        = string
  default     = "support"
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
