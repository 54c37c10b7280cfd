# Stop the plan unless the job created its model.
data "fireworks_fine_tuning_job" "tone" {
  job_id = "dpo-tone"
  kind   = "dpo"

  lifecycle {
    postcondition {
      condition = self.output_model != null
      error_message = format("The job %s is %s: %s.", self.name,
        coalesce(self.state, "new"), coalesce(self.status_message, "no message")
      )
    }
  }
}

output "model" {
  value = data.fireworks_fine_tuning_job.tone.output_model
}
