# Tests the module with the real provider and the mock of the Fireworks API. Start
# the mock with tests/fixtures.json, and set FIREWORKS_BASE_URL to its address.

variables {
  name           = "support"
  job_id         = "nightly"
  base_model     = "accounts/fireworks/models/qwen3-8b"
  training_shape = "accounts/fireworks/trainingShapes/qwen3-8b-128k"
}

run "promotes_the_latest_checkpoint" {
  assert {
    condition     = fireworks_promoted_model.this.checkpoint_name == "accounts/acme/rlorTrainerJobs/nightly/checkpoints/step-20-aaaa0020"
    error_message = "Promoted ${fireworks_promoted_model.this.checkpoint_name}."
  }

  assert {
    condition     = fireworks_promoted_model.this.state == "READY"
    error_message = "The model is ${fireworks_promoted_model.this.state}."
  }

  assert {
    condition     = output.model == "accounts/acme/models/support-step-20-aaaa0020"
    error_message = "The model is called ${output.model}."
  }

  assert {
    condition     = output.deployment_shape == "accounts/fireworks/deploymentShapes/rft-qwen3-8b/versions/v2"
    error_message = "The deployment shape is ${output.deployment_shape}."
  }
}

run "refuses_a_job_without_promotable_checkpoints" {
  command = plan

  variables {
    job_id = "just-started"
  }

  expect_failures = [data.fireworks_checkpoints.run]
}

run "refuses_a_shape_that_cannot_be_deployed" {
  command = plan

  variables {
    training_shape = "accounts/fireworks/trainingShapes/reference-only"
  }

  expect_failures = [data.fireworks_training_shape.run]
}
