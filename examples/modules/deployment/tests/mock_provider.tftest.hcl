# Runs the module without a provider, an API key or a network. Terraform
# generates the values of computed attributes, except those below.

mock_provider "fireworks" {
  mock_resource "fireworks_deployment" {
    defaults = {
      name               = "accounts/acme/deployments/support"
      inference_model    = "accounts/acme/deployments/support"
      inference_base_url = "https://api.fireworks.ai/inference/v1"
      state              = "READY"
    }
  }
}

variables {
  id               = "support"
  model            = "accounts/acme/models/support"
  deployment_shape = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
}

run "scales_to_zero_by_default" {
  assert {
    condition     = fireworks_deployment.this.min_replica_count == 0
    error_message = "The deployment keeps ${fireworks_deployment.this.min_replica_count} replicas."
  }

  assert {
    condition     = output.inference_model == "accounts/acme/deployments/support"
    error_message = "Requests go to ${output.inference_model}."
  }
}
