terraform {
  # Provider functions: Terraform 1.8, OpenTofu 1.7.
  required_version = ">= 1.8"

  required_providers {
    fireworks = {
      source  = "fw-ai/fireworks"
      version = ">= 0.1"
    }
  }
}
