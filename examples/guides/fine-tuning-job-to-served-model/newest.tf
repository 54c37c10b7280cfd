data "fireworks_fine_tuning_jobs" "support" {
  name_prefix = "sft-support-"

  lifecycle {
    postcondition {
      condition     = self.latest_completed != null
      error_message = "No job of the series has completed yet."
    }
  }
}

resource "fireworks_deployed_model" "support" {
  model      = data.fireworks_fine_tuning_jobs.support.latest_completed.output_model
  deployment = "accounts/demo/deployments/qwen3-addons"

  lifecycle {
    create_before_destroy = true
  }
}
