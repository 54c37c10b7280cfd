variable "id" {
  description = "The ID of the deployment."
  type        = string
}

variable "model" {
  description = "The full name of the model to deploy."
  type        = string

  validation {
    condition     = can(regex("^accounts/[^/]+/models/[^/]+$", var.model))
    error_message = "The model must be a full name, accounts/{account}/models/{model}."
  }
}

variable "deployment_shape" {
  description = "The deployment shape, with its version: a deployment that names none moves to another version by itself."
  type        = string

  validation {
    condition     = can(regex("^accounts/[^/]+/deploymentShapes/[^/]+/versions/[^/]+$", var.deployment_shape))
    error_message = "The deployment shape must be a full name with its version, accounts/{account}/deploymentShapes/{shape}/versions/{version}."
  }
}

variable "max_replica_count" {
  description = "The most replicas that the deployment grows to."
  type        = number
  default     = 1
}
