package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
	"github.com/hashicorp/terraform-exec/tfexec"
)

// interruptGrace is how long the CLI may take to stop its provider in good order.
const interruptGrace = 20 * time.Second

// cli is one Terraform or OpenTofu on one configuration.
type cli struct {
	tf  *tfexec.Terraform
	out io.Writer
}

// showing runs a command whose output the user is to see; all other commands
// print JSON for this program, or nothing of interest.
func (c *cli) showing(command func(*tfexec.Terraform) error) error {
	c.tf.SetStdout(c.out)

	c.tf.SetStderr(c.out)
	defer c.tf.SetStdout(io.Discard)
	defer c.tf.SetStderr(io.Discard)

	err := command(c.tf)
	// The library repeats what the CLI wrote to standard error; it has been shown.
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit
	}

	return err
}

// findOrInstall returns the path of the first CLI there is; a new one goes into dir.
func findOrInstall(ctx context.Context, dir string) (string, error) {
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}

	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("no directory to install Terraform in: %w", err)
	}

	path, err := (&releases.LatestVersion{Product: product.Terraform, InstallDir: dir}).Install(ctx)
	if err != nil {
		return "", fmt.Errorf("neither terraform nor tofu is on the PATH, and Terraform could not be installed for the demo; "+
			"install one of the two and try again: %w", err)
	}

	return path, nil
}

func newCLI(path, configDir, pluginDir, apiURL string, out io.Writer) (*cli, error) {
	configFile := filepath.Join(filepath.Dir(pluginDir), "cli.tfrc")
	if err := os.WriteFile(configFile, []byte(cliConfig(pluginDir)), 0o600); err != nil {
		return nil, fmt.Errorf("the CLI's configuration could not be written: %w", err)
	}

	env := cleanEnv(os.Environ(), map[string]string{
		"CHECKPOINT_DISABLE": "1",
		"FIREWORKS_API_KEY":  "any-key-will-do",
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

// cliConfig names the mirror as the only source of providers: nothing is downloaded.
func cliConfig(pluginDir string) string {
	return fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(pluginDir))
}

// cleanEnv keeps the user's own Terraform and Fireworks settings out of the demo.
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

	for name, value := range add {
		env[name] = value
	}

	return env
}

func (c *cli) version(ctx context.Context) (string, error) {
	version, _, err := c.tf.Version(ctx, true)
	if err != nil {
		return "", fmt.Errorf("the CLI does not tell its version: %w", err)
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
