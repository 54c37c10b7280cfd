variable "name" {
  description = "The purpose of the model. The model ID starts with it and ends with the ID of the checkpoint."
  type        = string
}

variable "job_id" {
  description = "The trainer job, as a bare ID or a full name. Its latest promotable checkpoint is promoted unless checkpoint_name is set."
  type        = string
  default     = null
}

variable "checkpoint_name" {
  description = "The full name of the checkpoint to promote. Set it in production, so that a new checkpoint does not replace a model in use."
  type        = string
  default     = null
}

variable "base_model" {
  description = "The full name of the base model of the job."
  type        = string
}

variable "training_shape" {
  description = "The full name of the training shape of the job."
  type        = string
}
