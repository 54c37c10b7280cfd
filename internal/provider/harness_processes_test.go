//go:build unix

package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// workspace is a directory with a configuration, in which the CLI and the built provider run as processes that can be killed.
type workspace struct {
	*cli
	configFile string
}

// buildProvider builds the provider for workspaces; the directory lives as long as the test.
func buildProvider(t *testing.T) (directory string) {
	t.Helper()
	directory = t.TempDir()

	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(directory, "terraform-provider-fireworks"), "../..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the provider: %v\n%s", err, out)
	}

	return directory
}

func (p *platform) newWorkspace(t *testing.T, providerDirectory, configuration string) *workspace {
	t.Helper()
	w := &workspace{cli: &cli{t: t, path: cliPath(t), dir: t.TempDir(), platform: p}, configFile: filepath.Join(t.TempDir(), "cli.tfrc")}

	var overrides strings.Builder
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		fmt.Fprintf(&overrides, "    %q = %q\n", host+"/fw-ai/fireworks", providerDirectory)
	}

	w.write("main.tf", requiredProvider+p.config(configuration))
	w.write(w.configFile, "provider_installation {\n  dev_overrides {\n"+overrides.String()+"  }\n}\n")

	return w
}

// processLimit is how long a command may take before it and its provider are killed.
const processLimit = 2 * time.Minute

// process is a running command of the CLI, with the provider in the same process group.
type process struct {
	t       *testing.T
	expired <-chan struct{}
	command *exec.Cmd
	output  bytes.Buffer
}

func (w *workspace) start(args ...string) *process {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), processLimit)
	w.t.Cleanup(cancel)
	p := &process{t: w.t, expired: ctx.Done(), command: exec.CommandContext(ctx, w.path, args...)}
	p.command.Cancel = func() error { return syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL) }
	p.command.Dir = w.dir
	p.command.Env = append(environmentWithoutSettings(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+w.configFile)
	p.command.Stdout, p.command.Stderr = &p.output, &p.output

	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.command.Start(); err != nil {
		w.t.Fatal(err)
	}

	return p
}

// signal sends a signal to the CLI and the provider, as a terminal does.
func (p *process) signal(signal syscall.Signal) {
	p.t.Helper()

	if err := syscall.Kill(-p.command.Process.Pid, signal); err != nil {
		p.t.Error(err)
	}
}

// wait returns the exit code and what was printed.
func (p *process) wait() (exitCode int, output string) {
	_ = p.command.Wait()
	return p.command.ProcessState.ExitCode(), p.output.String()
}

// expectExit runs a command to its end and returns what it printed.
func (w *workspace) expectExit(exitCode int, args ...string) string {
	w.t.Helper()

	got, output := w.start(args...).wait()
	if got != exitCode {
		w.t.Fatalf("%v ended with %d, want %d:\n%s", args, got, exitCode, output)
	}

	return output
}

// testProcesses builds the provider and runs the tests in parallel, each in its own workspace.
func testProcesses(
	t *testing.T,
	newWorkspace func(t *testing.T, providerDirectory string) *workspace,
	tests map[string]func(*testing.T, *workspace),
) {
	t.Helper()
	skipUnlessAcc(t)

	provider := buildProvider(t)

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newWorkspace(t, provider))
		})
	}
}

var (
	applyCommand = []string{"apply", "-no-color", "-input=false", "-auto-approve"}
	planCommand  = []string{"plan", "-no-color", "-input=false", "-detailed-exitcode"}
)

// applyUntil starts an apply and returns when the platform receives the n-th request of this kind from now on. The platform calls
// then before it responds.
func (w *workspace) applyUntil(method, pathPattern string, n int, then func()) *process {
	w.t.Helper()

	reached := make(chan struct{})

	w.platform.onRequest(method, pathPattern, n, func(*http.Request) { close(reached); then() })

	apply := w.start(applyCommand...)
	select {
	case <-reached:
	case <-apply.expired:
		_, output := apply.wait()
		w.t.Fatalf("the apply did not get that far:\n%s", output)
	}

	return apply
}

// interrupt sends an interrupt, as Ctrl-C does, and returns what the CLI printed. The CLI must exit soon, with an error.
func (p *process) interrupt() string {
	p.t.Helper()

	start := time.Now()

	p.signal(syscall.SIGINT)
	exitCode, output := p.wait()
	took := time.Since(start)
	p.t.Logf("ended with %d, %s after Ctrl-C", exitCode, took.Round(time.Millisecond))

	if exitCode == 0 {
		p.t.Errorf("exited with 0 after Ctrl-C:\n%s", output)
	}

	if took > 4*time.Second {
		p.t.Errorf("exited %s after Ctrl-C:\n%s", took, output)
	}

	return output
}

// kill kills the CLI and the provider, as kill -9 does, and waits until they have exited.
func (p *process) kill() {
	p.t.Helper()
	p.signal(syscall.SIGKILL)
	p.wait()
}

// storedInstance is an object of a resource in the state file.
type storedInstance struct {
	Status     string         `json:"status"`
	Attributes map[string]any `json:"attributes"`
	Private    []byte         `json:"private"`
}

// storedObject is the only resource in the state, as the state file contains it.
func (w *workspace) storedObject() storedInstance {
	w.t.Helper()

	var state struct {
		Resources []struct {
			Instances []storedInstance `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal([]byte(w.expectExit(0, "state", "pull")), &state); err != nil {
		w.t.Fatal(err)
	}

	if len(state.Resources) != 1 || len(state.Resources[0].Instances) != 1 {
		w.t.Fatalf("the state contains %+v", state)
	}

	return state.Resources[0].Instances[0]
}

// assertStored compares the status and the attribute state of the only resource in the state, which it returns.
func (w *workspace) assertStored(status, state string) storedInstance {
	w.t.Helper()

	object := w.storedObject()
	assertEqual(w.t, "instance status", object.Status, status)
	assertEqual(w.t, "state", object.Attributes["state"], state)

	return object
}

// assertOutput asserts that the output, whose lines the CLI wraps, contains every fragment.
func (w *workspace) assertOutput(output string, fragments ...string) {
	w.t.Helper()

	for _, fragment := range fragments {
		if !containsWrapped(output, fragment) {
			w.t.Errorf("%q is not in\n%s", fragment, output)
		}
	}
}

// containsWrapped reports whether the output, whose lines the CLI wraps, contains the fragment.
func containsWrapped(output, fragment string) bool {
	return strings.Contains(strings.Join(strings.Fields(output), " "), fragment)
}

// assertWaitsInPlace asserts that the next plan updates the resource in place, which resumes waiting.
func (w *workspace) assertWaitsInPlace() {
	w.t.Helper()
	w.assertOutput(w.expectExit(2, planCommand...), "will be updated in-place", "0 to add, 1 to change, 0 to destroy")
}

var pastedBlock = regexp.MustCompile(`(?s)import \{\n.*?\n *\}`)

// importAsAdvised asserts that the next plan fails with this summary, and writes the import block of its message for the resource.
func (w *workspace) importAsAdvised(summary, address string) {
	w.t.Helper()

	plan := w.expectExit(1, planCommand...)
	w.assertOutput(plan, "Error: "+summary)

	block := pastedBlock.FindString(plan)
	if block == "" {
		w.t.Fatalf("no import block in\n%s", plan)
	}

	typeName, _, _ := strings.Cut(address, ".")
	w.write("import.tf", strings.Replace(block, typeName+".NAME", address, 1))
}
