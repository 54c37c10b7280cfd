// SPDX-License-Identifier: MPL-2.0

// The mockapi command serves an in-memory Fireworks control plane on a port. It serves to try the provider and to test
// modules without an API key.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // for the time zones of schedules on systems without them
)

// Set by the linker in a release.
var (
	version = "dev"
	commit  = ""
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)

	stop()
	os.Exit(code)
}
