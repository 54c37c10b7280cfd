// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// recordingPlugin runs the provider, and writes what it logs to a file as well as to the CLI.
const recordingPlugin = `#!/bin/sh
{ "$PLUGIN_PROGRAM" 2>&1 1>&3 | tee -a "$PLUGIN_LOG" >&2; } 3>&1
`

// TestAccLogs runs the installed provider through the CLI: without a TF_LOG… variable it logs nothing, with one it logs
// what it always did, and a panic is shown.
func TestAccLogs(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	installed := providertest.InstallProvider(t)
	platform := providertest.NewPlatform(t, mockapi.Options{})
	program := filepath.Join(t.TempDir(), "provider")
	installRecorder(t, installed, program)

	directory := t.TempDir()
	providertest.WriteFile(t, filepath.Join(directory, "main.tf"),
		providertest.RequiredProvider+providertest.ReadFile(t, "examples/data-sources/fireworks_model/data-source.tf"))
	installed.Must(t, directory, nil, "init", "-no-color", "-input=false")

	records := []string{"fireworks", "sdk.framework", "sdk.proto"}

	for name, test := range map[string]struct {
		variable string
		// logged are the modules whose records the provider writes.
		logged []string
		// shown reports whether the CLI shows the records.
		shown bool
	}{
		"nothing set":   {},
		"all logs":      {variable: "TF_LOG=trace", logged: records, shown: true},
		"provider logs": {variable: "TF_LOG_PROVIDER=trace", logged: records, shown: true},
		"library logs":  {variable: "TF_LOG_SDK=trace", logged: records},
		"no protocol":   {variable: "TF_LOG_SDK_PROTO=off", logged: []string{"fireworks", "sdk.framework"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			pluginLog := filepath.Join(t.TempDir(), "plugin.log")
			out := installed.Run(t, directory, append(platform.KeyAndURL(), "PLUGIN_PROGRAM="+program,
				"PLUGIN_LOG="+pluginLog, test.variable), "plan", "-no-color", "-input=false", "-lock=false")

			if out.ExitCode != 0 {
				t.Fatalf("plan ended with %d:\n%s", out.ExitCode, out.Stderr)
			}

			logged := modulesOf(providertest.ReadFile(t, pluginLog))
			providertest.AssertEqual(t, "modules that logged", logged, test.logged)

			if shown := strings.Contains(string(out.Stderr), "sdk.proto"); shown != test.shown {
				t.Errorf("the CLI shows the records: %t, want %t", shown, test.shown)
			}
		})
	}

	t.Run("panic", func(t *testing.T) {
		providertest.SkipWithOpenTofu(t, providertest.HidesPanics)
		t.Parallel()

		panicking := buildPanicking(t)
		out := installed.Run(t, directory, append(platform.KeyAndURL(), "PLUGIN_PROGRAM="+panicking,
			"PLUGIN_LOG="+os.DevNull), "plan", "-no-color", "-input=false", "-lock=false")

		for _, want := range []string{"panic: for the test", "goroutine ", "provider.go"} {
			if !strings.Contains(string(out.Stderr), want) {
				t.Errorf("%q is not in\n%s", want, out.Stderr)
			}
		}
	})
}

// buildPanicking builds a provider that panics when it is configured.
func buildPanicking(t *testing.T) (program string) {
	t.Helper()

	const source, function = "internal/provider/provider.go", "func (p *Provider) Configure("

	before, after, found := strings.Cut(providertest.ReadFile(t, source), function)
	signature, body, _ := strings.Cut(after, ") {\n")

	if !found {
		t.Fatalf("no %q in %s", function, source)
	}

	files := t.TempDir()
	replacement := filepath.Join(files, "provider.go")
	providertest.WriteFile(t, replacement, before+function+signature+") {\npanic(\"for the test\")\n"+body)

	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {source: replacement}})
	if err != nil {
		t.Fatal(err)
	}

	providertest.WriteFile(t, filepath.Join(files, "overlay.json"), string(overlay))

	program = filepath.Join(files, "provider")
	providertest.BuildCommand(t, program, "-overlay", filepath.Join(files, "overlay.json"), ".")

	return program
}

// installRecorder moves the installed program and puts recordingPlugin in its place.
func installRecorder(t *testing.T, installed *providertest.Installation, program string) {
	t.Helper()

	plugins, err := filepath.Glob(filepath.Join(installed.Home, ".terraform.d/plugins/*/fw-ai/fireworks/*/*/*"))
	if err != nil || len(plugins) == 0 {
		t.Fatalf("no installed provider: %v", err)
	}

	for _, plugin := range plugins {
		if err := os.Rename(plugin, program); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(plugin, []byte(recordingPlugin), 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// modulesOf returns the modules of the records in the log of a provider, sorted. The few records of go-plugin, which
// starts the server, have none.
func modulesOf(log string) []string {
	var modules []string

	for line := range strings.Lines(log) {
		var record struct {
			Module string `json:"@module"`
		}

		if json.Unmarshal([]byte(line), &record) == nil && record.Module != "" {
			modules = append(modules, record.Module)
		}
	}

	slices.Sort(modules)

	return slices.Compact(modules)
}
