data "fireworks_fine_tuning_job" "support" {
  job_id = "sft-support-v1"
}

data "fireworks_deployment_shape" "support" {
  base_model = data.fireworks_fine_tuning_job.support.output_model
}

resource "fireworks_deployment" "support" {
  deployment_id     = "support"
  base_model        = data.fireworks_fine_tuning_job.support.output_model
  deployment_shape  = data.fireworks_deployment_shape.support.shape
  min_replica_count = 1
  force_destroy     = true
}
