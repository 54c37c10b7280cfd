terraform {
  required_providers {
    fireworks = {
      source  = "fw-ai/fireworks"
      version = "~> 0.1.0"
    }
  }
}

# The key comes from FIREWORKS_API_KEY, and the account from the key.
provider "fireworks" {}
