list "fireworks_deployed_model" "shared" {
  provider = fireworks

  config {
    deployment = "qwen3-addons"
  }
}
