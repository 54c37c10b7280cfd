// Command demo runs the provider's main job as a user would: a real CLI applies
// examples/quickstart, here against the mock API. It needs neither key nor network.
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
	flag.StringVar(
		&o.cliPath,
		"cli",
		"",
		"the terraform or tofu to run (default: terraform from the PATH, else tofu, else Terraform is installed for the demo)",
	)
	flag.StringVar(&o.providerPath, "provider", "", "the provider's binary to run (default: it is built from this repository)")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the demo at once: the first has asked everything to stop.
	context.AfterFunc(ctx, stop)

	model, err := runDemo(ctx, os.Stdout, o)
	if ctx.Err() != nil {
		fmt.Fprintln(os.Stderr, "\nInterrupted. Nothing was left running and nothing was left behind.")
		os.Exit(130)
	}

	if err != nil {
		fmt.Fprintf(os.Stderr, "\nThe demo FAILED: %s\n", err)
		os.Exit(1)
	}

	fmt.Printf("\n%s %s\n", model.name, model.state)
}
