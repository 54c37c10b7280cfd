// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"flag"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

func write(t *testing.T, name, text string) string {
	t.Helper()

	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}

	return path
}

func TestRun_InformationalFlags(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		args   []string
		code   int
		stdout string
	}{
		"help":           {[]string{"-help"}, exitOK, "-promotion-time"},
		"short help":     {[]string{"-h"}, exitOK, "FIREWORKS_BASE_URL"},
		"version":        {[]string{"-version"}, exitOK, "fireworks-mockapi dev go1"},
		"fixtures":       {[]string{"-print-fixtures"}, exitOK, "sft-qwen3-8b"},
		"help and flags": {[]string{"-log", "-help"}, exitOK, "Flags:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), test.args, &stdout, &stderr); code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}

			if !strings.Contains(stdout.String(), test.stdout) {
				t.Errorf("%s is not in stdout: %s", test.stdout, &stdout)
			}

			if stderr.Len() > 0 {
				t.Errorf("stderr: %s", &stderr)
			}
		})
	}
}

func TestRun_PrintFixtures(t *testing.T) {
	t.Parallel()

	var stdout, stderr bytes.Buffer
	run(t.Context(), []string{"-print-fixtures"}, &stdout, &stderr)

	if _, err := mockapi.ReadFixtures(&stdout); err != nil {
		t.Error(err)
	}
}

func TestRun_InvalidUsage(t *testing.T) {
	t.Parallel()

	fixtures := write(t, "fixtures.json",
		`{"accounts":["a"],"jobs":[{"name":"j","checkpoints":[{"name":"c","create_time":"soon"}]}]}`)
	faults := write(t, "faults.json", `[{"kind":"status"},{"kind":"slow-body","delay":"long"}]`)

	missing := filepath.Join(t.TempDir(), "missing.json")
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"an unknown flag": {[]string{"-port", "1"}, []string{"-port", "-help"}},
		"an argument":     {[]string{"serve"}, []string{`unexpected argument "serve"`}},
		"no duration":     {[]string{"-latency", "5"}, []string{"-latency", `"5"`}},
		"a negative readiness": {[]string{"-ready-before-inference", "-1s"},
			[]string{"-ready-before-inference -1s is negative"}},
		"a negative latency":    {[]string{"-latency", "-5ms"}, []string{"-latency -5ms is negative"}},
		"a negative time":       {[]string{"-promotion-time", "-1s"}, []string{"-promotion-time -1s is negative"}},
		"a negative rollout":    {[]string{"-deployment-time", "-1s"}, []string{"-deployment-time -1s is negative"}},
		"a negative lag":        {[]string{"-list-lag", "-1s"}, []string{"-list-lag -1s is negative"}},
		"negative checkpoints":  {[]string{"-checkpoints", "-1"}, []string{"-checkpoints -1 is negative"}},
		"a missing seed file":   {[]string{"-seed", missing}, []string{"-seed: open", missing}},
		"a missing faults file": {[]string{"-faults", missing}, []string{"-faults: open", missing}},
		"a broken seed file": {[]string{"-seed", fixtures},
			[]string{"-seed " + fixtures + ": jobs[0].checkpoints[0].create_time:", `"soon"`}},
		"a broken faults file": {[]string{"-faults", faults}, []string{"-faults " + faults + ": faults[1].delay:"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), test.args, &stdout, &stderr); code != exitUsage {
				t.Errorf("exit code %d, want %d", code, exitUsage)
			}

			text := stderr.String()
			if strings.Count(text, "\n") != 1 || !strings.HasPrefix(text, "fireworks-mockapi: ") {
				t.Errorf("stderr is not one line of the command: %s", text)
			}

			if stdout.Len() > 0 {
				t.Errorf("stdout: %s", &stdout)
			}

			for _, want := range test.want {
				if !strings.Contains(text, want) {
					t.Errorf("%s is not in %s", want, text)
				}
			}
		})
	}
}

// TestFlags_Documented looks for every flag in the table of the guide.
func TestFlags_Documented(t *testing.T) {
	t.Parallel()

	guide, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}

	newFlagSet(new(settings)).VisitAll(func(f *flag.Flag) {
		if !strings.Contains(string(guide), "| `-"+f.Name+"`") {
			t.Errorf("the guide does not mention -%s", f.Name)
		}
	})
}

func TestRun_AddressInUse(t *testing.T) {
	t.Parallel()

	var config net.ListenConfig

	taken, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	defer func() { _ = taken.Close() }()

	var stdout, stderr bytes.Buffer

	code := run(t.Context(), []string{"-listen", taken.Addr().String()}, &stdout, &stderr)
	if code != exitFailed {
		t.Errorf("exit code %d, want %d", code, exitFailed)
	}

	if !strings.Contains(stderr.String(), "in use") {
		t.Errorf("stderr: %s", &stderr)
	}

	if stdout.Len() > 0 {
		t.Errorf("stdout: %s", &stdout)
	}
}

func TestParseSettings_Defaults(t *testing.T) {
	t.Parallel()

	s, err := parseSettings(nil)
	if err != nil {
		t.Fatal(err)
	}

	want := settings{
		listen: "127.0.0.1:8089", promotionTime: 3 * time.Second, deploymentTime: 3 * time.Second,
		latency: 5 * time.Millisecond,
	}
	if s != want {
		t.Errorf("got %+v, want %+v", s, want)
	}
}

func TestRun_CanceledContext(t *testing.T) {
	t.Parallel()

	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	var stdout, stderr bytes.Buffer
	if code := run(ctx, []string{"-listen", "127.0.0.1:0"}, &stdout, &stderr); code == exitUsage {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
}
