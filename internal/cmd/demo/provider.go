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

// providerVersion only names the directory that the CLI finds the build in.
const providerVersion = "0.1.0"

// registryHosts are what "fw-ai/fireworks" means to Terraform and to OpenTofu.
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

// buildProvider builds the module at root into a filesystem mirror for every host.
func buildProvider(ctx context.Context, root, mirrorDir string) error {
	binary := "terraform-provider-fireworks_v" + providerVersion
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	for _, host := range registryHosts {
		path := filepath.Join(mirrorDir, host, "fw-ai", "fireworks", providerVersion, runtime.GOOS+"_"+runtime.GOARCH, binary)
		if _, err := runGo(ctx, root, "build", "-ldflags", "-X main.version="+providerVersion, "-o", path, "."); err != nil {
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
