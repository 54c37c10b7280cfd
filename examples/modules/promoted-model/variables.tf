variable "name" {
  description = "What the model is for. Its ID begins with this, and ends with the checkpoint that it was made of."
  type        = string
}

variable "job_id" {
  description = "The trainer job, as a bare ID or a full name. Its latest promotable checkpoint is promoted, unless checkpoint_name says otherwise."
  type        = string
  default     = null
}

variable "checkpoint_name" {
  description = "The full name of the checkpoint to promote. Set it in production, so that a new checkpoint does not replace a model in use."
  type        = string
  default     = null
}

variable "base_model" {
  description = "The full name of the model that the job trained."
  type        = string
}

variable "training_shape" {
  description = "The full name of the training shape that the job ran on."
  type        = string
}
