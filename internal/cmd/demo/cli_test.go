// SPDX-License-Identifier: MPL-2.0

package main

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestCleanEnv_UserSettings(t *testing.T) {
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

func TestFindOrInstall_PrefersTerraform(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the shell scripts do not run on Windows")
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
