data "fireworks_fine_tuning_jobs" "all" {}

output "jobs" {
  value = data.fireworks_fine_tuning_jobs.all.names
}
