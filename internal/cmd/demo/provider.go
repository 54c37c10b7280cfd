// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// providerVersion is part of the path in which the CLI finds the provider.
const providerVersion = "0.1.0"

// registryHosts are the default registries of Terraform and OpenTofu.
var registryHosts = []string{"registry.terraform.io", "registry.opentofu.org"}

func moduleRoot(ctx context.Context) (string, error) {
	out, err := runGo(ctx, "", "env", "GOMOD")
	if err != nil {
		return "", err
	}

	goMod := strings.TrimSpace(out)
	if goMod == "" || goMod == os.DevNull {
		return "", errors.New("not inside the provider's source: run the demo from a clone of its repository")
	}

	return filepath.Dir(goMod), nil
}

// fillMirror creates a filesystem mirror that contains the binary for every host.
func fillMirror(mirrorDir, binary string) error {
	content, err := os.ReadFile(binary)
	if err != nil {
		return err
	}

	name := "terraform-provider-fireworks_v" + providerVersion
	if runtime.GOOS == "windows" {
		name += ".exe"
	}

	for _, host := range registryHosts {
		dir := filepath.Join(mirrorDir, host, "fw-ai", "fireworks", providerVersion, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return err
		}

		if err := os.WriteFile(filepath.Join(dir, name), content, 0o700); err != nil { //nolint:gosec // a program has to be executable
			return err
		}
	}

	return nil
}

func runGo(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir

	var stderr bytes.Buffer

	cmd.Stderr = &stderr

	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, stderr.String())
	}

	return string(out), nil
}
