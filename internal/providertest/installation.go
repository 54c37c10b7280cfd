// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Installation is the provider as "make install" leaves it: a built program in the directory below the user's home that
// Terraform and OpenTofu search by themselves. No development override and no registry has a part in it.
type Installation struct {
	cli  string
	Home string
	// product and minor are those of cliVersion.
	product string
	minor   int
}

const installedVersion = "0.1.0"

// InstallProvider installs the provider in a home of its own.
func InstallProvider(t *testing.T) *Installation {
	t.Helper()
	i := &Installation{cli: CLIPath(t), Home: t.TempDir()}
	plugins := filepath.Join(i.Home, ".terraform.d", "plugins")

	program := "terraform-provider-fireworks_v" + installedVersion
	if runtime.GOOS == "windows" {
		plugins, program = filepath.Join(i.Home, "terraform.d", "plugins"), program+".exe"
	}

	built := ReadFile(t, buildProgram(t, "terraform-provider-fireworks", "."))
	platform := filepath.Join("fw-ai", "fireworks", installedVersion, runtime.GOOS+"_"+runtime.GOARCH, program)

	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		installed := filepath.Join(plugins, host, platform)
		WriteFile(t, installed, built)

		if err := os.Chmod(installed, 0o700); err != nil {
			t.Fatal(err)
		}
	}

	i.product, i.minor = cliVersion(t, i.cli)

	return i
}

// Has reports whether the CLI is at least the given minor version of its product.
func (i *Installation) Has(terraformMinor, openTofuMinor int) bool {
	if i.product == "OpenTofu" {
		return i.minor >= openTofuMinor
	}

	return i.minor >= terraformMinor
}

// Run runs one command of the CLI as a user who has set nothing but what is given.
func (i *Installation) Run(t *testing.T, dir string, env []string, args ...string) CLIOutput {
	t.Helper()
	command := exec.CommandContext(t.Context(), i.cli, args...)
	command.Dir = dir

	command.Env = append(EnvironmentWithoutSettings(), "HOME="+i.Home, "USERPROFILE="+i.Home, "APPDATA="+i.Home,
		"XDG_CONFIG_HOME=", "XDG_DATA_HOME=", "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "NO_COLOR=1")
	command.Env = append(command.Env, env...)

	return runCommand(t, command)
}

// Must runs a command that has to succeed.
func (i *Installation) Must(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()

	out := i.Run(t, dir, env, args...)
	if out.ExitCode != 0 {
		t.Fatalf("%s %s in %s ended with %d:\n%s%s", filepath.Base(i.cli), strings.Join(args, " "), dir, out.ExitCode,
			out.Stdout, out.Stderr)
	}

	return string(out.Stdout)
}

// Converge initialises, validates and applies a configuration, which must leave nothing to do and nothing to warn of.
func (i *Installation) Converge(t *testing.T, dir string, env []string) {
	t.Helper()
	i.Must(t, dir, env, "init", "-no-color", "-input=false")
	i.Settle(t, dir, env)
}

// Settle is converge for a directory that is initialised.
func (i *Installation) Settle(t *testing.T, dir string, env []string) {
	t.Helper()
	i.Must(t, dir, env, "validate", "-no-color")

	applied := i.Must(t, dir, env, "apply", "-no-color", "-input=false", "-auto-approve")
	if strings.Contains(applied, "Warning:") {
		t.Errorf("apply warned:\n%s", applied)
	}

	i.Must(t, dir, env, "plan", "-no-color", "-input=false", "-detailed-exitcode")
}

func ReadFile(t *testing.T, path string) string {
	t.Helper()

	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	return string(content)
}

// WriteFile writes a file and the directories above it.
func WriteFile(t testing.TB, path, content string) {
	t.Helper()

	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
