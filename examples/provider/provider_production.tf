terraform {
  required_providers {
    fireworks = {
      source  = "fw-ai/fireworks"
      version = "~> 0.1.0"
    }
  }
}

variable "fireworks_api_key" {
  description = "A training-scoped key of a service account."
  type        = string
  sensitive   = true
  ephemeral   = true
}

provider "fireworks" {
  api_key         = var.fireworks_api_key
  account_id      = "demo"
  max_retries     = 12
  request_timeout = "30s"
}
