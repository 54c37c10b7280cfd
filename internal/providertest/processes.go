// SPDX-License-Identifier: MPL-2.0

//go:build unix

package providertest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Workspace is a directory with a configuration, in which the CLI and the built provider run as processes that can be
// killed.
type Workspace struct {
	*CLI
	configFile string
}

func (p *Platform) NewWorkspace(t *testing.T, providerDirectory, configuration string) *Workspace {
	t.Helper()
	w := &Workspace{CLI: &CLI{T: t, path: CLIPath(t), dir: t.TempDir(), Platform: p},
		configFile: filepath.Join(t.TempDir(), "cli.tfrc")}

	var overrides strings.Builder
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		fmt.Fprintf(&overrides, "    %q = %q\n", host+"/fw-ai/fireworks", providerDirectory)
	}

	w.Write("main.tf", RequiredProvider+p.Config(configuration))
	w.Write(w.configFile, "provider_installation {\n  dev_overrides {\n"+overrides.String()+"  }\n}\n")

	return w
}

// processLimit is how long a command may take before it and its provider are killed.
const processLimit = 2 * time.Minute

// Process is a running command of the CLI, with the provider in the same process group.
type Process struct {
	t       *testing.T
	expired <-chan struct{}
	command *exec.Cmd
	output  bytes.Buffer
}

// Start starts a command, which can be signaled.
func (w *Workspace) Start(args ...string) *Process {
	w.T.Helper()

	return startProcess(w.T, w.dir, []string{"TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE=" + w.configFile}, nil, w.path,
		args...)
}

// startProcess starts a program in its own process group, which is killed at the end of the test.
func startProcess(
	t *testing.T, directory string, env []string, stdin io.Reader, program string, args ...string,
) *Process {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), processLimit)
	t.Cleanup(cancel)
	p := &Process{t: t, expired: ctx.Done(), command: exec.CommandContext(ctx, program, args...)}
	p.command.Cancel = func() error { return syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL) }
	// A program in the background keeps the output open.
	p.command.WaitDelay = time.Second
	p.command.Dir = directory

	p.command.Env = append(append(EnvironmentWithoutSettings(), "CHECKPOINT_DISABLE=1"), env...)
	p.command.Stdin, p.command.Stdout, p.command.Stderr = stdin, &p.output, &p.output

	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}

	return p
}

// Signal sends a signal to the CLI and the provider, as a terminal does.
func (p *Process) Signal(signal syscall.Signal) {
	p.t.Helper()

	if err := syscall.Kill(-p.command.Process.Pid, signal); err != nil {
		p.t.Error(err)
	}
}

// Wait returns the exit code and what was printed.
func (p *Process) Wait() (exitCode int, output string) {
	_ = p.command.Wait()
	return p.command.ProcessState.ExitCode(), p.output.String()
}

// ExpectExit runs a command to its end and returns what it printed.
func (w *Workspace) ExpectExit(exitCode int, args ...string) string {
	w.T.Helper()

	got, output := w.Start(args...).Wait()
	if got != exitCode {
		w.T.Fatalf("%v ended with %d, want %d:\n%s", args, got, exitCode, output)
	}

	return output
}

// TestProcesses builds the provider and runs the tests in parallel, each in its own workspace.
func TestProcesses(
	t *testing.T,
	newWorkspace func(t *testing.T, providerDirectory string) *Workspace,
	tests map[string]func(*testing.T, *Workspace),
) {
	t.Helper()
	SkipUnlessAcc(t)

	provider := BuildProvider(t)

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newWorkspace(t, provider))
		})
	}
}

var (
	ApplyCommand = []string{"apply", "-no-color", "-input=false", "-auto-approve"}
	PlanCommand  = []string{"plan", "-no-color", "-input=false", "-detailed-exitcode"}
)

// ApplyUntil starts an apply and returns when the platform receives the n-th request of this kind from now on. The
// platform calls then before it responds.
func (w *Workspace) ApplyUntil(method, pathPattern string, n int, then func()) *Process {
	w.T.Helper()

	return startUntil(w.Platform, method, pathPattern, n, then, func() *Process { return w.Start(ApplyCommand...) })
}

// startUntil starts a process and returns when the platform receives the n-th request of this kind from now on.
func startUntil(
	platform *Platform, method, pathPattern string, n int, then func(), start func() *Process,
) *Process {
	reached := make(chan struct{})

	platform.OnNthRequest(method, pathPattern, n, func(*http.Request) { close(reached); then() })

	p := start()
	select {
	case <-reached:
	case <-p.expired:
		_, output := p.Wait()
		p.t.Fatalf("the process did not get that far:\n%s", output)
	}

	return p
}

// Interrupt sends an interrupt, as Ctrl-C does, and returns what the CLI printed. The CLI must exit soon, with an
// error.
func (p *Process) Interrupt() string {
	p.t.Helper()

	start := time.Now()

	p.Signal(syscall.SIGINT)
	exitCode, output := p.Wait()
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

// Kill kills the CLI and the provider, as kill -9 does, and waits until they have exited.
func (p *Process) Kill() {
	p.t.Helper()
	p.Signal(syscall.SIGKILL)
	p.Wait()
}

// storedInstance is an object of a resource in the state file.
type storedInstance struct {
	Key        any            `json:"index_key"`
	Deposed    string         `json:"deposed"`
	Status     string         `json:"status"`
	Attributes map[string]any `json:"attributes"`
	Private    []byte         `json:"private"`
}

// StateObject is an object in the state file.
type StateObject struct {
	// Block is the address of the resource, and Address that of the object.
	Block, Address, Name string
	Deposed, Tainted     bool
	Attributes           map[string]any
}

// StateObjects returns the objects in the state file, with deposed ones.
func (w *Workspace) StateObjects() (objects []StateObject) {
	w.T.Helper()

	for _, resource := range w.storedResources() {
		block := resource.Type + "." + resource.Name

		for _, i := range resource.Instances {
			o := StateObject{Block: block, Address: block, Deposed: i.Deposed != "", Tainted: i.Status == "tainted",
				Attributes: i.Attributes}
			o.Name, _ = i.Attributes["name"].(string)

			if i.Key != nil {
				o.Address = fmt.Sprintf("%s[%q]", block, i.Key)
			}

			objects = append(objects, o)
		}
	}

	return objects
}

// storedResource is a resource in the state file.
type storedResource struct {
	Type, Name string
	Instances  []storedInstance
}

// stored returns the objects in the state file, with deposed ones.
func (w *Workspace) stored() (instances []storedInstance) {
	w.T.Helper()

	for _, resource := range w.storedResources() {
		instances = append(instances, resource.Instances...)
	}

	return instances
}

func (w *Workspace) storedResources() []storedResource {
	w.T.Helper()

	content, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(content) == 0 {
		return nil
	}

	var state struct{ Resources []storedResource }
	if err := errors.Join(err, json.Unmarshal(content, &state)); err != nil {
		w.T.Fatalf("%v in the state:\n%s", err, content)
	}

	return state.Resources
}

// StoredObject is the only resource in the state, as the state file contains it.
func (w *Workspace) StoredObject() storedInstance {
	w.T.Helper()

	instances := w.stored()
	if len(instances) != 1 {
		w.T.Fatalf("the state contains %+v", instances)
	}

	return instances[0]
}

// AssertStored compares the status and the attribute state of the only resource in the state, which it returns.
func (w *Workspace) AssertStored(status, state string) storedInstance {
	w.T.Helper()

	object := w.StoredObject()
	AssertEqual(w.T, "instance status", object.Status, status)
	AssertEqual(w.T, "state", object.Attributes["state"], state)

	return object
}

// AssertOutput asserts that the output, whose lines the CLI wraps, contains every fragment.
func (w *Workspace) AssertOutput(output string, fragments ...string) {
	w.T.Helper()

	for _, fragment := range fragments {
		if !containsWrapped(output, fragment) {
			w.T.Errorf("%q is not in\n%s", fragment, output)
		}
	}
}

// containsWrapped reports whether the output, whose lines the CLI wraps, contains the fragment.
func containsWrapped(output, fragment string) bool {
	return strings.Contains(strings.Join(strings.Fields(output), " "), fragment)
}

// AssertWaitsInPlace asserts that the next plan updates the resource in place, which resumes waiting.
func (w *Workspace) AssertWaitsInPlace() {
	w.T.Helper()
	w.AssertOutput(w.ExpectExit(2, PlanCommand...), "will be updated in-place", "0 to add, 1 to change, 0 to destroy")
}

var pastedBlock = regexp.MustCompile(`(?s)import \{\n.*?\n *\}`)

// ImportAsAdvised asserts that the next plan fails with this summary, and writes the import block of its message for
// the resource.
func (w *Workspace) ImportAsAdvised(summary, address string) {
	w.T.Helper()

	plan := w.ExpectExit(1, PlanCommand...)
	w.AssertOutput(plan, "Error: "+summary)

	block := pastedBlock.FindString(plan)
	if block == "" {
		w.T.Fatalf("no import block in\n%s", plan)
	}

	typeName, _, _ := strings.Cut(address, ".")
	w.Write("import.tf", strings.Replace(block, typeName+".NAME", address, 1))
}
