# Stop the plan if the router does not send requests to at least two deployments.
data "fireworks_router" "support" {
  router_id = "accounts/demo/routers/support-router"

  lifecycle {
    postcondition {
      condition     = self.state == "READY" && length(self.deployments) >= 2
      error_message = "The router ${self.name} is ${self.state} with ${length(self.deployments)} deployments."
    }
  }
}
