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

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// workspace is a directory with a configuration and the CLI in processes of their own, as a user has them:
// the CLI starts the built provider by itself, and both can be killed.
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

// processLimit is how long a command may take before it and its provider are killed; none comes near it.
const processLimit = 2 * time.Minute

// process is a command of the CLI under way, with the provider in the same process group.
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

var (
	applyCommand = []string{"apply", "-no-color", "-input=false", "-auto-approve"}
	planCommand  = []string{"plan", "-no-color", "-input=false", "-detailed-exitcode"}
)

// applyUntil starts an apply and returns when the platform receives the n-th GET of the operation.
func (w *workspace) applyUntil(n int) *process {
	w.t.Helper()

	reached := make(chan struct{})

	w.platform.onRequest(http.MethodGet, operationPath, n, func(*http.Request) { close(reached) })

	apply := w.start(applyCommand...)
	select {
	case <-reached:
	case <-apply.expired:
		_, output := apply.wait()
		w.t.Fatalf("the apply did not get that far:\n%s", output)
	}

	return apply
}

// finishAt lets the running promotions succeed at the n-th GET of the path from now on.
func (w *workspace) finishAt(pathPattern string, n int) {
	w.platform.onRequest(http.MethodGet, pathPattern, n, func(*http.Request) { w.platform.FinishPromotions() })
}

type storedInstance struct {
	Status     string         `json:"status"`
	Attributes map[string]any `json:"attributes"`
	Private    []byte         `json:"private"`
}

// storedModel is the only resource in the state, as the state file holds it.
func (w *workspace) storedModel() storedInstance {
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
		w.t.Fatalf("the state holds %+v", state)
	}

	return state.Resources[0].Instances[0]
}

// assertOnePromotion asserts one promotion, no deletion, a ready model and an empty plan.
func (w *workspace) assertOnePromotion() {
	w.t.Helper()
	w.expectExit(0, planCommand...)

	seen := w.platform.traffic()
	assertEqual(w.t, "promotion requests", seen.Requested, 1)
	assertEqual(w.t, "promoted models", seen.Promoted, 1)
	assertEqual(w.t, "deleted models", seen.Deleted, 0)

	model := w.storedModel()
	assertEqual(w.t, "instance status", model.Status, "")
	assertEqual(w.t, "state", model.Attributes["state"], "READY")
}

func TestAccInterrupt(t *testing.T) {
	skipUnlessAcc(t)
	t.Parallel()

	provider := buildProvider(t)
	for name, test := range map[string]func(*testing.T, *workspace){
		"an interrupt during the wait":      testInterruptDuringWait,
		"an interrupt during the request":   testInterruptDuringRequest,
		"kill -9 during the wait":           testKillDuringWait,
		"timeouts.create passes":            testCreateTimeout,
		"an interrupt of the second waiter": testSecondInterrupt,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			platform.SetPromotionOutcome(mockapi.PromotionHangs)
			test(t, platform.newWorkspace(t, provider, promotedBlock("a", `"m"`, "")))
		})
	}
}

// interrupt presses Ctrl-C and returns what the CLI printed, which must have ended soon and not well.
func (p *process) interrupt() string {
	p.t.Helper()

	begin := time.Now()

	p.signal(syscall.SIGINT)
	exitCode, output := p.wait()
	took := time.Since(begin)
	p.t.Logf("ended with %d, %s after Ctrl-C", exitCode, took.Round(time.Millisecond))

	if exitCode == 0 || took > 4*time.Second {
		p.t.Errorf("ended with %d, %s after Ctrl-C:\n%s", exitCode, took, output)
	}

	return output
}

func (w *workspace) assertWaitsInPlace() {
	w.t.Helper()

	if plan := w.expectExit(
		2,
		planCommand...); !strings.Contains(plan, "will be updated in-place") ||
		!strings.Contains(plan, "0 to add, 1 to change, 0 to destroy") {
		w.t.Errorf("the next plan is\n%s", plan)
	}
}

func testInterruptDuringWait(t *testing.T, w *workspace) {
	output := w.applyUntil(1).interrupt()
	for _, text := range []string{"Promotion still running after interrupt", "The next apply resumes waiting"} {
		if !strings.Contains(strings.Join(strings.Fields(output), " "), text) {
			t.Errorf("%q is not in\n%s", text, output)
		}
	}

	model := w.storedModel()
	assertEqual(t, "instance status", model.Status, "")
	assertEqual(t, "state", model.Attributes["state"], "UPLOADING")
	assertEqual(t, "pending operation", pendingOperationName(t, model.Private), "accounts/demo/operations/promote-1")

	w.assertWaitsInPlace()
	looks := w.platform.Count(http.MethodGet, "/v1/accounts/demo/operations/promote-1")
	w.finishAt(operationPath, 2)
	w.expectExit(0, applyCommand...)

	if now := w.platform.Count(http.MethodGet, "/v1/accounts/demo/operations/promote-1"); now < looks+2 {
		t.Errorf("the next apply did not wait for the same operation")
	}

	w.assertOnePromotion()
}

// Ctrl-C arrives during the promotion request. The provider still waits for the response, which decides whether a model
// exists.
func testInterruptDuringRequest(t *testing.T, w *workspace) {
	proceed := make(chan struct{})
	reached := make(chan struct{})

	w.platform.onRequest(http.MethodPost, promotePath, 1, func(*http.Request) { close(reached); <-proceed })
	apply := w.start(applyCommand...)

	<-reached
	time.AfterFunc(200*time.Millisecond, func() { close(proceed) })
	apply.interrupt()

	model := w.storedModel()
	assertEqual(t, "instance status", model.Status, "")
	assertEqual(t, "has a pending operation", pendingOperationName(t, model.Private) != "", true)

	w.assertWaitsInPlace()
	w.finishAt(operationPath, 1)
	w.expectExit(0, applyCommand...)
	w.assertOnePromotion()
}

func testSecondInterrupt(t *testing.T, w *workspace) {
	w.applyUntil(1).interrupt()

	output := w.applyUntil(2).interrupt()
	if !strings.Contains(output, "Interrupted while waiting for model") {
		t.Errorf("got\n%s", output)
	}

	w.assertWaitsInPlace()
	w.finishAt(operationPath, 1)
	w.expectExit(0, applyCommand...)
	w.assertOnePromotion()
}

var pastedBlock = regexp.MustCompile(`(?s)import \{\n.*?\n *\}`)

func testKillDuringWait(t *testing.T, w *workspace) {
	apply := w.applyUntil(2)
	apply.signal(syscall.SIGKILL)
	apply.wait()

	plan := w.expectExit(1, planCommand...)

	block := pastedBlock.FindString(plan)
	if !strings.Contains(plan, "Error: Model already exists") || block == "" {
		t.Fatalf("the next plan is\n%s", plan)
	}

	w.write("import.tf", strings.Replace(block, "fireworks_promoted_model.NAME", "fireworks_promoted_model.a", 1))

	if plan := w.expectExit(2, planCommand...); !strings.Contains(plan, "1 to import, 0 to add, 1 to change, 0 to destroy") {
		t.Fatalf("the plan with the import block is\n%s", plan)
	}
	// The promotion is still running, and the import waits for it.
	w.finishAt(modelPath, 4)
	w.expectExit(0, applyCommand...)
	w.assertOnePromotion()
}

func testCreateTimeout(t *testing.T, w *workspace) {
	configuration := requiredProvider + w.platform.config(promotedBlock("a", `"m"`, "  timeouts {\n    create = \"1500ms\"\n  }"))
	w.write("main.tf", configuration)

	output := strings.Join(strings.Fields(w.expectExit(1, applyCommand...)), " ")
	for _, text := range []string{
		"Promotion still running after timeout",
		"The timeout of 1.5s (timeouts.create) expired",
		"terraform untaint fireworks_promoted_model.NAME",
	} {
		if !strings.Contains(output, text) {
			t.Errorf("%q is not in\n%s", text, output)
		}
	}

	model := w.storedModel()
	assertEqual(t, "instance status", model.Status, "tainted")
	assertEqual(t, "state", model.Attributes["state"], "UPLOADING")

	if plan := w.expectExit(
		2,
		planCommand...); !strings.Contains(plan, "is tainted, so must be replaced") &&
		!strings.Contains(plan, "is tainted, so it must be replaced") {
		t.Errorf("the next plan is\n%s", plan)
	}

	w.expectExit(0, "untaint", "-no-color", "fireworks_promoted_model.a")
	w.assertWaitsInPlace()
	w.finishAt(operationPath, 1)
	w.expectExit(0, applyCommand...)
	w.assertOnePromotion()
}
