// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider"
)

// CLI runs the real Terraform or OpenTofu in its own directory, with the provider served by the test process. Use it
// for what Run does not check: terraform validate, warnings, and the exact text of diagnostics.
type CLI struct {
	T        *testing.T
	path     string
	dir      string
	Platform *Platform
	Env      []string
}

// NewCLI writes the files, given as name to content, into a directory. The test process serves the provider, so only a
// configuration with modules needs terraform init.
func (p *Platform) NewCLI(t *testing.T, files map[string]string) *CLI {
	t.Helper()

	c := &CLI{T: t, path: CLIPath(t), dir: t.TempDir(), Platform: p}
	for name, content := range files {
		c.Write(name, content)
	}

	return c
}

// Acceptance reports whether acceptance tests run. Without them, tests that take long do less.
func Acceptance() bool { return os.Getenv("TF_ACC") != "" }

// NewConfiguredCLI is NewCLI with one file, which configures the provider for the platform.
func (p *Platform) NewConfiguredCLI(t *testing.T, configuration string) *CLI {
	t.Helper()

	return p.NewCLI(t, map[string]string{"main.tf": RequiredProvider + p.Config(configuration)})
}

// SkipUnlessAcc skips a test that starts a CLI unless TF_ACC is set.
func SkipUnlessAcc(t testing.TB) {
	t.Helper()

	if !Acceptance() {
		t.Skip("acceptance tests run with TF_ACC=1, as make test does")
	}
}

// SkipWithout skips a test unless all programs are on the PATH.
func SkipWithout(t testing.TB, programs ...string) {
	t.Helper()

	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
}

// CLIPath returns the path of the Terraform or OpenTofu that all tests use.
func CLIPath(t testing.TB) string {
	t.Helper()
	SkipUnlessAcc(t)

	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if path == "" {
		var err error
		if path, err = exec.LookPath("terraform"); err != nil {
			t.Fatal(err)
		}
	}

	return path
}

// RequiredProvider is the block without which the CLI searches for hashicorp/fireworks.
const RequiredProvider = `
terraform {
  required_providers {
    fireworks = { source = "fw-ai/fireworks" }
  }
}
`

type CLIOutput struct {
	Stdout, Stderr []byte
	ExitCode       int
}

// Run runs one command. A command that plans and applies runs as a plan, and an apply of what it has shown.
func (c *CLI) Run(args ...string) CLIOutput {
	c.T.Helper()

	if slices.Contains(args, "-auto-approve") {
		return c.applyShown(args[0], args[1:])
	}

	return c.execute(args...)
}

// execute runs one command with its own provider server, as the CLI starts a process for each command.
func (c *CLI) execute(args ...string) CLIOutput {
	c.T.Helper()

	ctx, cancel := context.WithCancel(c.T.Context())
	defer cancel()

	reattach, closed := c.serve(ctx)
	command := exec.CommandContext(ctx, c.path, args...)
	command.Dir = c.dir

	command.Env = append(EnvironmentWithoutSettings(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_REATTACH_PROVIDERS="+reattach)
	command.Env = append(command.Env, c.Env...)

	out := runCommand(c.T, command)

	cancel()
	<-closed

	return out
}

// runCommand runs a command, which may fail, to its end.
func runCommand(t *testing.T, command *exec.Cmd) CLIOutput {
	t.Helper()

	var stdout, stderr bytes.Buffer

	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()

	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}

	return CLIOutput{Stdout: stdout.Bytes(), Stderr: stderr.Bytes(), ExitCode: command.ProcessState.ExitCode()}
}

// EnvironmentWithoutSettings returns the environment without the Terraform and Fireworks settings of the user, and
// without those of make test, which a make in a test would take over.
func EnvironmentWithoutSettings() []string {
	settings := []string{"FIREWORKS_", "TF_", "TF=", "MAKE", "MFLAGS="}

	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return slices.ContainsFunc(settings, func(prefix string) bool { return strings.HasPrefix(entry, prefix) })
	})
}

// serve returns the value of TF_REATTACH_PROVIDERS, and a channel that is closed when the provider has stopped.
func (c *CLI) serve(ctx context.Context) (reattach string, closed chan struct{}) {
	c.T.Helper()

	configs := make(chan *plugin.ReattachConfig)

	closed = make(chan struct{})
	go func() {
		err := tf6server.Serve(
			provider.Address,
			func() tfprotov6.ProviderServer { return providerserver.NewProtocol6(c.Platform.Provider())() },
			tf6server.WithDebug(ctx, configs, closed),
			tf6server.WithLoggingSink(c.T),
			tf6server.WithGoPluginLogger(hclog.NewNullLogger()),
			tf6server.WithoutLogStderrOverride(),
		)
		if err != nil {
			c.T.Error(err)
		}
	}()

	config := <-configs

	type address struct{ Network, String string }

	type reattachConfig struct {
		Protocol        string
		ProtocolVersion int
		Pid             int
		Test            bool
		Addr            address
	}

	value := reattachConfig{
		Protocol: string(config.Protocol), ProtocolVersion: config.ProtocolVersion, Pid: config.Pid, Test: config.Test,
		Addr: address{Network: config.Addr.Network(), String: config.Addr.String()},
	}
	name := strings.TrimPrefix(provider.Address, "registry.terraform.io/")

	text, err := json.Marshal(map[string]reattachConfig{"registry.terraform.io/" + name: value,
		"registry.opentofu.org/" + name: value})
	if err != nil {
		c.T.Fatal(err)
	}

	return string(text), closed
}

// CLIDiagnostic is an error or a warning in the -json output of the CLI.
type CLIDiagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Snippet  *struct {
		Code string `json:"code"`
	} `json:"snippet"`
}

var mockRequestID = regexp.MustCompile(`mock-\d+`)

// String returns the whole diagnostic with the line of the configuration to blame. It masks the request IDs, which
// vary.
func (d CLIDiagnostic) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s\n", d.Severity, d.Summary)

	if d.Snippet != nil {
		fmt.Fprintf(&text, "at: %s\n", strings.TrimSpace(d.Snippet.Code))
	}

	fmt.Fprintf(&text, "\n%s\n", d.Detail)

	return mockRequestID.ReplaceAllString(text.String(), "mock-N")
}

// Diagnostics runs terraform validate, plan, apply or destroy, and returns the diagnostics in their order.
func (c *CLI) Diagnostics(command string, args ...string) []CLIDiagnostic {
	c.T.Helper()

	args = append([]string{command, "-json"}, args...)
	if command != "validate" {
		args = append(args, "-input=false")
	}

	if command == "apply" || command == "destroy" {
		args = append(args, "-auto-approve")
	}

	out := c.Run(args...)

	if command == "validate" {
		var response struct {
			Diagnostics []CLIDiagnostic `json:"diagnostics"`
		}
		if err := json.Unmarshal(out.Stdout, &response); err != nil {
			c.T.Fatalf("%v in the output of %s:\n%s%s", err, command, out.Stdout, out.Stderr)
		}

		return response.Diagnostics
	}

	var all []CLIDiagnostic

	lines := bufio.NewScanner(bytes.NewReader(out.Stdout))
	lines.Buffer(nil, 1<<20)

	for lines.Scan() {
		var line struct {
			Type       string        `json:"type"`
			Diagnostic CLIDiagnostic `json:"diagnostic"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			c.T.Fatalf("%v in the output of %s:\n%s%s", err, command, out.Stdout, out.Stderr)
		}

		if line.Type == "diagnostic" {
			all = append(all, line.Diagnostic)
		}
	}

	failed := slices.ContainsFunc(all, func(d CLIDiagnostic) bool { return d.Severity == "error" })
	if failed != (out.ExitCode != 0) {
		c.T.Fatalf("%s ended with %d:\n%s%s", command, out.ExitCode, out.Stdout, out.Stderr)
	}

	return all
}

// AssertDiagnostics compares whole diagnostics, in any order, with texts in the format of CLIDiagnostic.String.
func AssertDiagnostics(t *testing.T, got []CLIDiagnostic, want ...string) {
	t.Helper()

	var gotTexts, wantTexts []string
	for _, d := range got {
		gotTexts = append(gotTexts, d.String())
	}

	for _, text := range want {
		wantTexts = append(wantTexts, strings.TrimPrefix(unwrapped(text), "\n"))
	}

	slices.Sort(gotTexts)
	slices.Sort(wantTexts)

	if diff := cmp.Diff(wantTexts, gotTexts); diff != "" {
		t.Errorf("diagnostics (-want +got):\n%s\ngot:\n%s", diff, strings.Join(gotTexts, "\n"))
	}
}

// Expect runs a command that must not report anything but the summaries, such as "error: No such checkpoint".
func (c *CLI) Expect(command string, args []string, want ...string) {
	c.T.Helper()

	var got []string
	for _, d := range c.Diagnostics(command, args...) {
		got = append(got, d.Severity+": "+d.Summary)
	}

	if fmt.Sprint(got) != fmt.Sprint(want) {
		c.T.Fatalf("%s %v reported %q, want %q", command, args, got, want)
	}
}

// Write writes a file into the directory of the configuration, unless its name is an absolute path.
func (c *CLI) Write(name, content string) {
	c.T.Helper()

	if !filepath.IsAbs(name) {
		name = filepath.Join(c.dir, name)
	}

	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		c.T.Fatal(err)
	}
}

// Edit replaces what matches in a file in the directory of the configuration.
func (c *CLI) Edit(name string, match *regexp.Regexp, replacement string) {
	c.T.Helper()

	c.Write(name, match.ReplaceAllString(ReadFile(c.T, filepath.Join(c.dir, name)), replacement))
}

// Must runs a command that must succeed.
func (c *CLI) Must(args ...string) {
	c.T.Helper()

	out := c.Run(args...)
	if out.ExitCode != 0 {
		c.T.Fatalf("%v ended with %d:\n%s%s", args, out.ExitCode, out.Stdout, out.Stderr)
	}
}

// AssertEmptyPlan fails the test when there is something left to do.
func (c *CLI) AssertEmptyPlan() {
	c.T.Helper()

	if out := c.Run("plan", "-no-color", "-input=false", "-detailed-exitcode"); out.ExitCode != 0 {
		c.T.Fatalf("the plan is not empty (%d):\n%s%s", out.ExitCode, out.Stdout, out.Stderr)
	}
}

func Unexpected(what string, got, want any) error {
	return fmt.Errorf("%s: got %v, want %v", what, got, want)
}

// SkipWithOpenTofu skips a test of what OpenTofu does in another way.
func SkipWithOpenTofu(t *testing.T, reason string) {
	t.Helper()

	if usesOpenTofu() {
		t.Skip(reason)
	}
}

// usesOpenTofu reports whether the tests run OpenTofu, as make test TF=tofu says.
func usesOpenTofu() bool { return os.Getenv("TF_ACC_PROVIDER_HOST") == "registry.opentofu.org" }

// DryRuns is how many dry runs an apply makes for each new deployment: see ChecksAgain.
func DryRuns() int {
	if usesOpenTofu() {
		return 2
	}

	return 1
}

// StaysDeposed is the reason to skip tests of a failed create_before_destroy.
const StaysDeposed = "OpenTofu does not report that it applies: a creation that keeps its ID fails in the " +
	"plan of the apply, after which OpenTofu, unlike Terraform, does not restore the deposed object"

// ChecksAgain is the reason to skip tests that count the requests or the warnings of an apply.
const ChecksAgain = "OpenTofu does not report that it applies, so the plan of the apply makes its " +
	"checks again"

// HidesPanics is the reason to skip a test that looks for the stack trace of a panic.
const HidesPanics = "OpenTofu 1.12 shows the panic of a provider only in its log, with TF_LOG=error"

// cliVersion returns what the CLI says it is: "Terraform" and 11 for Terraform 1.11.4.
func cliVersion(t *testing.T, path string) (product string, minor int) {
	t.Helper()

	out := runCommand(t, exec.CommandContext(t.Context(), path, "version"))
	if _, err := fmt.Sscanf(string(out.Stdout), "%s v1.%d.", &product, &minor); err != nil {
		t.Fatalf("%v in the output of version:\n%s", err, out.Stdout)
	}

	return product, minor
}

// unwrapped joins the lines of an expected text that end with a backslash.
func unwrapped(text string) string { return strings.ReplaceAll(text, "\\\n", "") }

// Depose turns the object of the resource in the state into a deposed one.
func (c *CLI) Depose(address string) {
	c.T.Helper()

	name := filepath.Join(c.dir, "terraform.tfstate")

	text, err := os.ReadFile(name)
	if err != nil {
		c.T.Fatal(err)
	}

	typeName, label, _ := strings.Cut(address, ".")
	object := regexp.MustCompile(`(?s)("type": "` + typeName + `",\s*"name": "` + label + `",.*?"instances": \[\s*\{)`)
	c.Write("terraform.tfstate", object.ReplaceAllString(string(text), `$1 "deposed": "0badc0de",`))
}
