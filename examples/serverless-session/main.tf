# The key comes from FIREWORKS_API_KEY.
provider "fireworks" {}

# The checkpoints of a session can be listed only while it exists, so they are
# listed only if checkpoint_name is not set.
data "fireworks_checkpoints" "session" {
  count = var.checkpoint_name == null ? 1 : 0

  session_name = var.session_name

  lifecycle {
    postcondition {
      condition     = self.latest_promotable != null
      error_message = "No checkpoint of ${self.id} can be promoted yet."
    }
  }
}

resource "fireworks_promoted_model" "session" {
  checkpoint_name = coalesce(
    var.checkpoint_name, one(data.fireworks_checkpoints.session[*].latest_promotable.name)
  )
  output_model_id = var.model_id
  base_model      = var.base_model
}
