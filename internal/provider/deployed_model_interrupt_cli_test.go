//go:build unix

package provider

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestAccDeployedModel_Interrupt runs the CLI and the provider as processes, and stops them with real signals while the platform
// loads the model: it is loaded once in the end.
func TestAccDeployedModel_Interrupt(t *testing.T) {
	skipUnlessAcc(t)
	t.Parallel()

	provider := buildProvider(t)

	for name, test := range map[string]struct {
		arguments string
		run       func(*testing.T, *workspace)
	}{
		"Ctrl-C":                 {"", interruptLoading},
		"kill -9":                {"", killLoading},
		"timeouts.create passes": {"  timeouts {\n    create = \"1500ms\"\n  }", timeOutLoading},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			// The model is loaded when the clock of the platform is advanced.
			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Hour})
			w := p.newWorkspace(t, provider, loraBlock(test.arguments))

			test.run(t, w)

			p.onRequest(http.MethodGet, deployedModelPath, 3, func(*http.Request) { p.clock.advance(time.Hour) })
			w.expectExit(0, applyCommand...)
			w.expectExit(0, planCommand...)
			p.assertLoadedOnce(t)

			if n := p.Count(http.MethodDelete, deployedModelPath); p.loads() != 1 || n != 0 {
				t.Errorf("%d loads and %d unloads were requested", p.loads(), n)
			}
		})
	}
}

// applyUntilLoading starts an apply and returns when the platform receives the second GET of the deployed model.
func (w *workspace) applyUntilLoading() *process {
	w.t.Helper()

	reached := make(chan struct{})

	w.platform.onRequest(http.MethodGet, deployedModelPath, 2, func(*http.Request) { close(reached) })

	apply := w.start(applyCommand...)
	select {
	case <-reached:
	case <-apply.expired:
		_, output := apply.wait()
		w.t.Fatalf("the apply did not get that far:\n%s", output)
	}

	return apply
}

func (w *workspace) assertOutput(output string, fragments ...string) {
	w.t.Helper()

	for _, fragment := range fragments {
		if !strings.Contains(strings.Join(strings.Fields(output), " "), fragment) {
			w.t.Errorf("%q is not in\n%s", fragment, output)
		}
	}
}

func interruptLoading(t *testing.T, w *workspace) {
	output := w.applyUntilLoading().interrupt()
	w.assertOutput(output, "Model still being loaded after interrupt", "The next apply resumes waiting")

	if model := w.storedModel(); model.Status != "" || model.Attributes["state"] != "DEPLOYING" {
		t.Errorf("the state contains %+v", model)
	}

	w.assertWaitsInPlace()
}

func killLoading(t *testing.T, w *workspace) {
	apply := w.applyUntilLoading()
	apply.signal(syscall.SIGKILL)
	apply.wait()

	plan := w.expectExit(1, planCommand...)
	w.assertOutput(plan, "Error: Model already loaded")

	block := pastedBlock.FindString(plan)
	if block == "" {
		t.Fatalf("no import block in\n%s", plan)
	}

	w.write("import.tf", strings.Replace(block, deployedModelType+".NAME", loraAddress, 1))
	w.assertOutput(w.expectExit(2, planCommand...), "1 to import, 0 to add, 1 to change, 0 to destroy")
}

func timeOutLoading(t *testing.T, w *workspace) {
	output := w.expectExit(1, applyCommand...)
	w.assertOutput(output, "Model still being loaded after timeout", "terraform untaint "+deployedModelType+".NAME")

	if model := w.storedModel(); model.Status != "tainted" {
		t.Errorf("the state contains %+v", model)
	}

	w.expectExit(0, "untaint", "-no-color", loraAddress)
	w.assertWaitsInPlace()
	w.write("main.tf", requiredProvider+w.platform.config(loraBlock("")))
}
