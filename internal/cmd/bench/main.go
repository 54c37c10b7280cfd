// Command bench measures how fast the provider is, with a real CLI against the mock API, and prints one table.
// What Terraform and the plugin framework need themselves is measured beside it, in the same run: that is the floor.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	if isMeasuredProvider() {
		os.Exit(runMeasuredProvider())
	}

	o := options{}
	flag.IntVar(&o.runs, "runs", 5, "how often everything is measured; the table shows medians")

	only := flag.String("only", "", "the parts to measure, separated by commas, of "+strings.Join(partNames(), ", ")+" (default: all)")

	flag.BoolVar(&o.markdown, "markdown", false, "print the table as Markdown")
	flag.StringVar(&o.cli, "cli", "terraform", "the terraform or tofu to run")
	flag.StringVar(&o.benchmarks, "benchmarks", "", "a file for the output of the Go benchmarks, to be compared with benchstat")
	flag.Parse()

	if *only != "" {
		o.only = strings.Split(*only, ",")
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)

	table, err := run(ctx, o)
	if ctx.Err() != nil {
		err = ctx.Err()
	}

	if err != nil {
		fmt.Fprintf(os.Stderr, "Error: %s\n", err)
		os.Exit(1)
	}

	fmt.Print(table)
}
