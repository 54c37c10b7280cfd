terraform {
  required_version = ">= 1.5"

  required_providers {
    fireworks = {
      source  = "fw-ai/fireworks"
      version = "~> 0.1.0"
    }
  }
}
