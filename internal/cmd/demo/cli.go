// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
	"github.com/hashicorp/terraform-exec/tfexec"
)

// apiKey is accepted by the mock, like any other key.
const apiKey = "any-key-will-do"

// interruptGrace is how long the CLI may take to stop after an interrupt before it is killed.
const interruptGrace = 20 * time.Second

// cli runs Terraform or OpenTofu in the directory of a configuration.
type cli struct {
	tf  *tfexec.Terraform
	out io.Writer
}

// lockedWriter lets the two output streams of the CLI share one writer.
type lockedWriter struct {
	mu  sync.Mutex
	out io.Writer
}

// Write writes p as a whole.
func (w *lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()

	return w.out.Write(p)
}

// withOutput runs a command and prints its output. The other commands print JSON for this program.
func (c *cli) withOutput(command func(*tfexec.Terraform) error) error {
	out := &lockedWriter{out: c.out}
	c.tf.SetStdout(out)
	c.tf.SetStderr(out)

	defer c.tf.SetStdout(io.Discard)
	defer c.tf.SetStderr(io.Discard)

	err := command(c.tf)

	// The error of tfexec repeats the standard error of the CLI, which was printed already.
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit
	}

	return err
}

// findOrInstall returns the path of terraform or else tofu. Without either it installs Terraform in dir.
func findOrInstall(ctx context.Context, dir string) (string, error) {
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}

	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("create a directory for Terraform: %w", err)
	}

	path, err := (&releases.LatestVersion{Product: product.Terraform, InstallDir: dir}).Install(ctx)
	if err != nil {
		return "", fmt.Errorf("neither terraform nor tofu is on the PATH, and Terraform could not be installed for "+
			"the demo; install one of the two and try again: %w", err)
	}

	return path, nil
}

func newCLI(path, configDir, pluginDir, apiURL string, out io.Writer) (*cli, error) {
	configFile := filepath.Join(filepath.Dir(pluginDir), "cli.tfrc")
	if err := os.WriteFile(configFile, []byte(cliConfig(pluginDir)), 0o600); err != nil {
		return nil, fmt.Errorf("write the configuration of the CLI: %w", err)
	}

	env := cleanEnv(os.Environ(), map[string]string{
		"CHECKPOINT_DISABLE": "1",
		"FIREWORKS_API_KEY":  apiKey,
		"FIREWORKS_BASE_URL": apiURL,
		"TF_CLI_CONFIG_FILE": configFile,
	})

	tf, err := tfexec.NewTerraform(configDir, path)
	if err != nil {
		return nil, err
	}

	if err := tf.SetEnv(env); err != nil {
		return nil, err
	}

	if err := tf.SetWaitDelay(interruptGrace); err != nil {
		return nil, err
	}

	return &cli{tf: tf, out: out}, nil
}

// cliConfig makes the mirror the only source of providers, so that nothing is downloaded.
func cliConfig(pluginDir string) string {
	return fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n",
		filepath.ToSlash(pluginDir))
}

// cleanEnv returns the environment without the Terraform and Fireworks settings of the user, and with add.
func cleanEnv(environ []string, add map[string]string) map[string]string {
	env := map[string]string{}

	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")

		upper := strings.ToUpper(name)
		if name == "" || strings.HasPrefix(upper, "TF_") || strings.HasPrefix(upper, "FIREWORKS_") {
			continue
		}

		env[name] = value
	}

	maps.Copy(env, add)

	return env
}

func (c *cli) version(ctx context.Context) (string, error) {
	version, _, err := c.tf.Version(ctx, true)
	if err != nil {
		return "", fmt.Errorf("get the version of the CLI: %w", err)
	}

	return version.String(), nil
}

func (c *cli) outputs(ctx context.Context) (map[string]string, error) {
	metas, err := c.tf.Output(ctx)
	if err != nil {
		return nil, fmt.Errorf("output: %w", err)
	}

	values := map[string]string{}

	for name, meta := range metas {
		var value string
		if err := json.Unmarshal(meta.Value, &value); err != nil {
			return nil, fmt.Errorf("output %s is not a string: %w", name, err)
		}

		values[name] = value
	}

	return values, nil
}
