# Stop the plan if the quota does not allow another deployment.
data "fireworks_quotas" "current" {}

resource "fireworks_deployment" "support" {
  deployment_id         = "support"
  base_model            = "accounts/fireworks/models/qwen3-8b"
  accelerator_type      = "NVIDIA_H100_80GB"
  accelerator_count     = 1
  accept_shapeless_risk = true
  max_replica_count     = 2

  lifecycle {
    precondition {
      condition     = lookup(data.fireworks_quotas.current.by_name, "global--h100-count", 0) >= 2
      error_message = "Two H100 GPUs are needed, and the quota leaves ${lookup(data.fireworks_quotas.current.by_name, "global--h100-count", 0)}."
    }
  }
}
