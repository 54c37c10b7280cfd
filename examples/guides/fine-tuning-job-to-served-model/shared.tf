variable "job_id" {
  type    = string
  default = "sft-support-v1"
}

data "fireworks_fine_tuning_job" "support" {
  job_id = var.job_id

  lifecycle {
    postcondition {
      condition = self.output_model != null
      error_message = format("The job %s is %s: %s.", self.name,
        coalesce(self.state, "new"), coalesce(self.status_message, "no message")
      )
    }
  }
}

data "fireworks_deployment_shape" "shared" {
  base_model    = "accounts/fireworks/models/qwen3-8b"
  enable_addons = true
}

resource "fireworks_deployment" "shared" {
  deployment_id     = "qwen3-shared"
  base_model        = "accounts/fireworks/models/qwen3-8b"
  deployment_shape  = data.fireworks_deployment_shape.shared.shape
  enable_addons     = true
  min_replica_count = 1
  force_destroy     = true
}

resource "fireworks_deployed_model" "support" {
  model      = data.fireworks_fine_tuning_job.support.output_model
  deployment = fireworks_deployment.shared.name

  lifecycle {
    create_before_destroy = true
  }
}

output "endpoint" {
  value = {
    base_url = fireworks_deployment.shared.inference_base_url
    model    = fireworks_deployed_model.support.inference_model
  }
}
