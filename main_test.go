package main

import (
	"bytes"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"
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

func TestOnlyTheFirstCollectionIsPostponed(t *testing.T) {
	t.Setenv("GOGC", "")

	usual := debug.SetGCPercent(100)

	t.Cleanup(func() { debug.SetGCPercent(usual) })

	percent := func() uint64 {
		sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		metrics.Read(sample)

		return sample[0].Value.Uint64()
	}

	postponeFirstCollection()

	if got := percent(); got != 400 {
		t.Fatalf("the first collection is at %d %%, want 400", got)
	}

	for deadline := time.Now().Add(10 * time.Second); percent() != 100; runtime.Gosched() {
		runtime.GC()

		if time.Now().After(deadline) {
			t.Fatalf("after a collection the next is at %d %%, want 100", percent())
		}
	}
}
