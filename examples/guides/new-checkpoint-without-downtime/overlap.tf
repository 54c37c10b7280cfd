variable "served" {
  type    = set(string)
  default = ["step-100-3c4d5e6f", "step-200-5e6f7a8b"]
}

variable "current" {
  type    = string
  default = "step-100-3c4d5e6f"
}

resource "fireworks_promoted_model" "support" {
  for_each = var.served

  checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/${each.key}"
  output_model_id = "support-${each.key}"
  base_model      = "accounts/fireworks/models/qwen3-8b"
}

resource "fireworks_deployment" "support" {
  for_each = var.served

  deployment_id     = "support-${each.key}"
  base_model        = fireworks_promoted_model.support[each.key].name
  deployment_shape  = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
  min_replica_count = 1
}

output "inference_model" {
  value = fireworks_deployment.support[var.current].inference_model
}
