# The LoRA models of several customers on the GPUs of one deployment. A new
# checkpoint is loaded under its own name before the old one is unloaded.
locals {
  checkpoints = {
    acme  = "step-100-3c4d5e6f"
    umbra = "step-180-6f7a8b9c"
  }
}

resource "fireworks_deployment" "shared" {
  deployment_id     = "shared-loras"
  base_model        = "accounts/fireworks/models/qwen3-8b"
  deployment_shape  = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
  enable_addons     = true
  min_replica_count = 1
}

resource "fireworks_promoted_model" "customer" {
  for_each = local.checkpoints

  checkpoint_name = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/${each.value}"
  output_model_id = "${each.key}-${each.value}"
  base_model      = "accounts/fireworks/models/qwen3-8b"

  lifecycle {
    create_before_destroy = true
  }
}

resource "fireworks_deployed_model" "customer" {
  for_each = { for customer, model in fireworks_promoted_model.customer : customer => model.name }

  model        = each.value
  deployment   = fireworks_deployment.shared.name
  display_name = each.key

  lifecycle {
    create_before_destroy = true
  }
}

output "inference_models" {
  description = "The model of the inference requests of each customer."
  value       = { for customer, loaded in fireworks_deployed_model.customer : customer => loaded.inference_model }
}
