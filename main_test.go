// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestDiscardUnreadLogs(t *testing.T) {
	for name, test := range map[string]struct {
		variable  string
		discarded bool
	}{
		"nothing set":   {discarded: true},
		"all logs":      {variable: "TF_LOG"},
		"provider logs": {variable: "TF_LOG_PROVIDER"},
		"library logs":  {variable: "TF_LOG_SDK_PROTO"},
		"log file":      {variable: "TF_LOG_PATH"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range os.Environ() {
				if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "TF_LOG") {
					t.Setenv(name, "")
				}
			}

			for _, variable := range logLevels {
				t.Setenv(variable, "")
			}

			if test.variable != "" {
				t.Setenv(test.variable, "TRACE")
			}

			discardUnreadLogs()

			for _, variable := range logLevels {
				if discarded := os.Getenv(variable) == "OFF"; discarded != test.discarded {
					t.Errorf("%s is %q, want discarded: %t", variable, os.Getenv(variable), test.discarded)
				}
			}
		})
	}
}

func TestRunWithoutServing(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		"version":      {args: []string{"-version"}, stdout: "terraform-provider-fireworks dev (commit "},
		"help":         {args: []string{"-help"}, stdout: "registry.terraform.io/fw-ai/fireworks"},
		"short help":   {args: []string{"-h"}, stdout: "FIREWORKS_API_KEY"},
		"unknown flag": {args: []string{"-nope"}, code: 2, stderr: "Run with -help to see the flags."},
		"argument":     {args: []string{"apply"}, code: 2, stderr: `unexpected argument "apply"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var stdout, stderr bytes.Buffer
			if code := run(test.args, &stdout, &stderr); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}

			for stream, want := range map[*bytes.Buffer]string{&stdout: test.stdout, &stderr: test.stderr} {
				if !strings.Contains(stream.String(), want) || (want == "" && stream.Len() > 0) {
					t.Errorf("got %q, want %q in it", stream.String(), want)
				}
			}
		})
	}
}
