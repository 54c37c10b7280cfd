list "fireworks_deployment" "ready" {
  provider = fireworks

  config {
    state = "READY"
  }
}
