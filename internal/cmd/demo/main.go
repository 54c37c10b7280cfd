// SPDX-License-Identifier: MPL-2.0

// Command demo serves the model of a training run as a user would: a real CLI applies examples/quickstart, and a client
// asks the deployed model a question. All of it runs against the mock API, so it needs neither an API key nor a
// network.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	var o options
	flag.StringVar(&o.cliPath, "cli", "",
		"the terraform or tofu to run (default: terraform from the PATH, else tofu, else Terraform is installed for "+
			"the demo)")
	flag.StringVar(&o.providerPath, "provider", "", "the binary of the provider to run (default: it is built from "+
		"this repository)")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the demo immediately: the first one only starts the cleanup.
	context.AfterFunc(ctx, stop)

	os.Exit(run(ctx, o))
}

// run returns the exit code.
func run(ctx context.Context, o options) int {
	m, err := startMock(ctx)
	if err != nil {
		fmt.Fprintf(os.Stderr, "\nThe demo FAILED: %s\n", err)
		return 1
	}
	defer func() { _ = m.close() }()

	reply, err := runDemo(ctx, os.Stdout, m, o)

	switch {
	case err != nil:
		fmt.Fprintf(os.Stderr, "\nThe demo FAILED: %s\n", err)
		return 1
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "\nInterrupted. Everything that was created has been destroyed.")
		return 130
	}

	fmt.Printf("\nThe plan is empty, nothing is left on the platform, and the model replied:\n%s\n", reply)

	return 0
}
