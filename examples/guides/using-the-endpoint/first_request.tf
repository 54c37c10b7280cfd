resource "fireworks_deployment" "chat" {
  deployment_id    = "chat"
  base_model       = "accounts/fireworks/models/qwen3-8b"
  deployment_shape = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
  force_destroy    = true
}

resource "terraform_data" "first_request" {
  triggers_replace = fireworks_deployment.chat.inference_model

  provisioner "local-exec" {
    command = <<-EOT
      curl --silent --show-error --fail --retry 120 --retry-delay 5 \
        --header "Authorization: Bearer $FIREWORKS_API_KEY" \
        --header "Content-Type: application/json" \
        --data '{"model": "${fireworks_deployment.chat.inference_model}", "max_tokens": 1, "messages": [{"role": "user", "content": "ping"}]}' \
        "${fireworks_deployment.chat.inference_base_url}/chat/completions"
    EOT
  }
}
