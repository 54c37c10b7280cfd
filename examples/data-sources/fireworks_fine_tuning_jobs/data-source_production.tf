# The model of the job that completed last, of those whose ID starts with "sft-support-".
data "fireworks_fine_tuning_jobs" "support" {
  name_prefix = "sft-support-"

  lifecycle {
    postcondition {
      condition     = self.latest_completed != null
      error_message = "No job of the series has completed yet."
    }
  }
}

output "newest_model" {
  value = data.fireworks_fine_tuning_jobs.support.latest_completed.output_model
}

output "failed" {
  value = {
    for job in data.fireworks_fine_tuning_jobs.support.jobs : job.job_id => job.status_message
    if job.state == "FAILED"
  }
}
