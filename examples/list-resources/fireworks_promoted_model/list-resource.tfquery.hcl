list "fireworks_promoted_model" "support" {
  provider = fireworks

  config {
    name_prefix = "support-"
    kind        = "HF_PEFT_ADDON"
  }
}
