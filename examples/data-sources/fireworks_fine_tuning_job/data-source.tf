data "fireworks_fine_tuning_job" "support" {
  job_id = "sft-support-v1"
}

output "model" {
  value = data.fireworks_fine_tuning_job.support.output_model
}
