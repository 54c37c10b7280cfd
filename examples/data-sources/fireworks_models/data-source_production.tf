# The newest ready model whose ID starts with "support-".
data "fireworks_models" "support" {
  name_prefix = "support-"
  state       = "READY"
}

output "newest_support_model" {
  value = try(data.fireworks_models.support.names[0], null)
}

data "fireworks_models" "lora" {
  base_model = "accounts/fireworks/models/qwen3-8b"
  kind       = "HF_PEFT_ADDON"
  state      = "READY"
}

output "lora_models" {
  value = { for name in data.fireworks_models.lora.names : basename(name) => name }
}
