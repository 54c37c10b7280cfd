# Tests the module without a key or a network. Terraform generates the values that
# are not set below. The checks of the provider do not run, but its functions do.

mock_provider "fireworks" {
  mock_data "fireworks_checkpoints" {
    defaults = {
      latest_promotable = {
        name            = "accounts/acme/rlorTrainerJobs/nightly/checkpoints/step-20-aaaa0020"
        checkpoint_id   = "step-20-aaaa0020"
        checkpoint_type = "CHECKPOINT_TYPE_INFERENCE_BASE"
        create_time     = "2026-05-01T02:00:00Z"
        update_time     = "2026-05-01T02:00:00Z"
        promotable      = true
      }
    }
  }

  mock_data "fireworks_training_shape" {
    defaults = {
      deployment_shape = "accounts/fireworks/deploymentShapes/rft-qwen3-8b/versions/v2"
    }
  }
}

variables {
  name           = "Support Bot"
  job_id         = "nightly"
  base_model     = "accounts/fireworks/models/qwen3-8b"
  training_shape = "accounts/fireworks/trainingShapes/qwen3-8b-128k"
}

run "names_the_model_after_its_checkpoint" {
  command = plan

  assert {
    condition     = fireworks_promoted_model.this.output_model_id == "support-bot-step-20-aaaa0020"
    error_message = "The model ID is ${fireworks_promoted_model.this.output_model_id}."
  }
}

run "takes_the_checkpoint_that_it_is_given" {
  command = plan

  variables {
    checkpoint_name = "accounts/acme/rlorTrainerJobs/nightly/checkpoints/step-10-aaaa0010"
  }

  assert {
    condition     = fireworks_promoted_model.this.checkpoint_name == var.checkpoint_name
    error_message = "Promotes ${fireworks_promoted_model.this.checkpoint_name}."
  }

  assert {
    condition     = length(data.fireworks_checkpoints.run) == 0
    error_message = "Lists the checkpoints of the job, although none of them is needed."
  }
}
