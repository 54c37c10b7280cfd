variable "id" {
  description = "The ID of the deployment. A deployment of another model needs another ID."
  type        = string
}

variable "model" {
  description = "The full name of the model to serve."
  type        = string
}

variable "deployment_shape" {
  description = "The full name of the deployment shape, with or without a version."
  type        = string
}

variable "min_replica_count" {
  description = "The smallest number of replicas. With 0 the deployment scales to zero without requests."
  type        = number
  default     = 0
}

variable "max_replica_count" {
  description = "The largest number of replicas."
  type        = number
  default     = 1
}

variable "force_destroy" {
  description = "Allow destroying the deployment if it served requests within the last hour, which a new model needs."
  type        = bool
  default     = false
}
