package main

import (
	"context"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestCleanEnvKeepsUserSettingsOut(t *testing.T) {
	t.Parallel()

	environ := []string{
		"PATH=/bin", "EMPTY=", "WITH=a=b", "=C:=C:\\",
		"TF_LOG=TRACE", "TF_VAR_job_id=other", "TF_CLI_CONFIG_FILE=/home/me/.terraformrc", "Tf_Plugin_Cache_Dir=/cache",
		"FIREWORKS_API_KEY=secret", "FIREWORKS_ACCOUNT_ID=mine",
	}
	got := cleanEnv(environ, map[string]string{"FIREWORKS_API_KEY": "demo"})

	want := map[string]string{"PATH": "/bin", "EMPTY": "", "WITH": "a=b", "FIREWORKS_API_KEY": "demo"}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFindOrInstallPrefersTerraform(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-ins are no programs on Windows")
	}

	dir := t.TempDir()
	t.Setenv("PATH", dir)

	for _, name := range []string{"tofu", "terraform"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o700); err != nil {
			t.Fatal(err)
		}

		got, err := findOrInstall(t.Context(), t.TempDir())
		if err != nil || got != path {
			t.Errorf("got %q, %v, want %s", got, err, path)
		}
	}
}

// An interrupted or failed run must not leave its directory behind.
func TestRunDemoCleansUpAfterFailure(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	if _, err := runDemo(ctx, io.Discard, options{cliPath: "terraform"}); err == nil {
		t.Error("a cancelled demo reported success")
	}

	left, err := fs.Glob(os.DirFS(tmp), "fireworks-demo-*")
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
