data "fireworks_checkpoints" "session" {
  session_name = "accounts/demo/trainingSessions/serverless-1"
}

output "latest_session_checkpoint" {
  value = data.fireworks_checkpoints.session.latest_promotable.name
}
