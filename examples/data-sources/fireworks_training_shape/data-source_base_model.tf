data "fireworks_training_shape" "lora" {
  base_model         = "accounts/fireworks/models/qwen3-8b"
  trainer_mode       = "LORA_TRAINER"
  min_context_length = 32768
}

output "training_shape" {
  value = data.fireworks_training_shape.lora.training_shape
}
