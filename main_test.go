package main

import (
	"bytes"
	"strings"
	"testing"
)

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
