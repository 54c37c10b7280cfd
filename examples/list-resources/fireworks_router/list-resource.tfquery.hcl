list "fireworks_router" "all" {
  provider = fireworks
}
