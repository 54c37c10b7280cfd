data "fireworks_deployment_shape" "chat" {
  base_model = "accounts/fireworks/models/qwen3-8b"
}

resource "fireworks_deployment" "chat" {
  deployment_id    = "chat"
  base_model       = "accounts/fireworks/models/qwen3-8b"
  deployment_shape = data.fireworks_deployment_shape.chat.shape
}
