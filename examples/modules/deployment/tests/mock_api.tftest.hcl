# Runs the module against the mock of the Fireworks API with its built-in
# fixtures, at the address in FIREWORKS_BASE_URL.

variables {
  id               = "support"
  model            = "accounts/fireworks/models/qwen3-8b"
  deployment_shape = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
}

run "serves_the_model" {
  assert {
    condition     = fireworks_deployment.this.state == "READY"
    error_message = "The deployment is ${fireworks_deployment.this.state}."
  }

  assert {
    condition     = startswith(fireworks_deployment.this.deployment_shape_version, "${var.deployment_shape}/versions/")
    error_message = "The deployment runs on ${fireworks_deployment.this.deployment_shape_version}."
  }

  assert {
    condition     = output.inference_model == "accounts/demo/deployments/support"
    error_message = "Requests go to ${output.inference_model}."
  }
}

run "parks_the_deployment" {
  variables {
    max_replica_count = 0
  }

  assert {
    condition     = fireworks_deployment.this.max_replica_count == 0
    error_message = "The deployment may start ${fireworks_deployment.this.max_replica_count} replicas."
  }

  assert {
    condition     = fireworks_deployment.this.state == "READY"
    error_message = "The deployment is ${fireworks_deployment.this.state}."
  }
}
