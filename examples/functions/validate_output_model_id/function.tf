output "problems" {
  value = provider::fireworks::validate_output_model_id("Support_Qwen3")
}
