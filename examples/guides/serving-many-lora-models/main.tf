variable "adapters" {
  type = map(string)
  default = {
    support = "accounts/demo/trainingSessions/serverless-1/checkpoints/run-7f3a9c-step-10-0d1e2f3a"
    billing = "accounts/demo/trainingSessions/serverless-1/checkpoints/run-7f3a9c-step-20-2f3a4b5c"
  }
}

resource "fireworks_deployment" "base" {
  deployment_id     = "qwen3-loras"
  base_model        = "accounts/fireworks/models/qwen3-8b"
  deployment_shape  = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
  enable_addons     = true
  min_replica_count = 1
  force_destroy     = true
}

resource "fireworks_promoted_model" "adapter" {
  for_each = var.adapters

  checkpoint_name = each.value
  output_model_id = provider::fireworks::model_id(
    each.key, provider::fireworks::parse_checkpoint_name(each.value).checkpoint_id
  )
  base_model = "accounts/fireworks/models/qwen3-8b"

  lifecycle {
    create_before_destroy = true
  }
}

resource "fireworks_deployed_model" "adapter" {
  for_each = var.adapters

  model      = fireworks_promoted_model.adapter[each.key].name
  deployment = fireworks_deployment.base.name

  lifecycle {
    create_before_destroy = true
  }
}

output "inference_models" {
  value = { for use, adapter in fireworks_deployed_model.adapter : use => adapter.inference_model }
}
