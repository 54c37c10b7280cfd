# Fail before anything is created if the model cannot be fine-tuned.
data "fireworks_model" "base" {
  name = "accounts/fireworks/models/qwen3-8b"

  lifecycle {
    postcondition {
      condition     = self.tunable && self.supports_lora
      error_message = "The model ${self.id} cannot be fine-tuned with LoRA."
    }
  }
}

output "parameters_in_billions" {
  value = floor(data.fireworks_model.base.parameter_count / 1000000000)
}
