# The key comes from FIREWORKS_API_KEY.
provider "fireworks" {}

# The list of a session's checkpoints goes with the session. So it is asked
# for only while no checkpoint is named.
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
  checkpoint_name = var.checkpoint_name == null ? data.fireworks_checkpoints.session[0].latest_promotable.name : var.checkpoint_name
  output_model_id = var.model_id
  base_model      = var.base_model
}
