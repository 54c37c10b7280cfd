// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-fireworks serves the Fireworks provider to
// Terraform and OpenTofu.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider"
)

// Set by the linker in a release: -X main.version=1.2.3 -X main.commit=abc.
var (
	version string
	commit  string
)

const helpText = `terraform-provider-fireworks manages resources of the Fireworks platform.

This program is a plugin: Terraform and OpenTofu start it when a configuration
uses the provider %[1]s.
Do not start it yourself, except with these flags:

  -debug     serve one long-lived provider for a debugger: prints the value of
             TF_REATTACH_PROVIDERS to set in the shell that runs Terraform
  -version   print version and commit, and exit
  -help      print this text, and exit

Credentials come from the provider block, from FIREWORKS_API_KEY or from the
file ~/.fireworks/auth.ini.
Documentation: https://registry.terraform.io/providers/fw-ai/fireworks/latest/docs
`

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("terraform-provider-fireworks", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	debugMode := flags.Bool("debug", false, "")
	showVersion := flags.Bool("version", false, "")

	build := currentBuild()

	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, _ = fmt.Fprintf(stdout, helpText, provider.Address)
		return 0
	case err != nil:
		_, _ = fmt.Fprintf(stderr, "Error: %s. Run with -help to see the flags.\n", err)
		return 2
	case flags.NArg() > 0:
		_, _ = fmt.Fprintf(stderr, "Error: unexpected argument %q. Run with -help to see the flags.\n", flags.Arg(0))
		return 2
	case *showVersion:
		_, _ = fmt.Fprintf(stdout, "terraform-provider-fireworks %s (commit %s)\n", build.version, build.commit)
		return 0
	}

	if !*debugMode {
		discardUnreadLogs()
	}

	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}

	err = providerserver.Serve(context.Background(), provider.New(build.version), providerserver.ServeOpts{
		Address:         provider.Address,
		Debug:           *debugMode,
		ProtocolVersion: 6,
	})
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "Error: the provider could not be served: %s\n", err)
		return 1
	}

	return 0
}

// gcPercent is how much the memory may grow until the next garbage collection. A provider process lives as long as one
// walk of Terraform: a plan of 200 objects takes a tenth less processor time than with Go's 100, and 90 MB at the most.
const gcPercent = 400

// logLevels are the environment variables with the log levels of the provider, the framework and the protocol library.
var logLevels = []string{"TF_LOG_PROVIDER_FIREWORKS", "TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_SDK_PROTO"}

// discardUnreadLogs turns off all logs unless a TF_LOG… variable is set. Otherwise the libraries write every step of
// every call to the CLI, which discards it: that is more than a third of the processor time of a plan.
func discardUnreadLogs() {
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TF_LOG") && value != "" {
			return
		}
	}

	for _, name := range logLevels {
		_ = os.Setenv(name, "OFF")
	}
}

type build struct {
	version string
	commit  string
}

// currentBuild returns the version and commit set by the linker, else those
// recorded by the Go command.
func currentBuild() build {
	b := build{version: version, commit: commit}

	info, ok := debug.ReadBuildInfo()
	if ok && b.version == "" && info.Main.Version != "(devel)" {
		b.version = strings.TrimPrefix(info.Main.Version, "v")
	}

	if ok && b.commit == "" {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				b.commit = setting.Value
			}
		}
	}

	if b.version == "" {
		b.version = "dev"
	}

	if b.commit == "" {
		b.commit = "unknown"
	}

	return b
}
