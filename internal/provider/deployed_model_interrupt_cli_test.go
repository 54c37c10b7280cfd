//go:build unix

package provider

import (
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestAccDeployedModel_Interrupt runs the CLI and the provider as processes, and stops them with real signals while the platform
// loads the model: it is loaded once in the end.
func TestAccDeployedModel_Interrupt(t *testing.T) {
	t.Parallel()

	testProcesses(t, loadingWorkspace, map[string]func(*testing.T, *workspace){
		"Ctrl-C":                 interruptLoading,
		"kill -9":                killLoading,
		"timeouts.create passes": timeOutLoading,
	})
}

// loadingWorkspace is a workspace whose apply loads a model, which takes until the clock of the platform is advanced.
func loadingWorkspace(t *testing.T, provider string) *workspace {
	t.Helper()

	return newPlatform(t, mockapi.Options{DeploymentTime: time.Hour}).newWorkspace(t, provider, loraBlock(""))
}

// loadUntilPoll starts an apply and returns when the platform receives the second GET of the deployed model.
func (w *workspace) loadUntilPoll() *process {
	w.t.Helper()

	return w.applyUntil(http.MethodGet, deployedModelPath, 2, func() {})
}

// finishLoading applies once more, while the platform finishes loading, and asserts that the model was loaded once.
func (w *workspace) finishLoading() {
	w.t.Helper()

	p := w.platform
	p.onRequest(http.MethodGet, deployedModelPath, 3, func(*http.Request) { p.clock.advance(time.Hour) })
	w.expectExit(0, applyCommand...)
	w.expectExit(0, planCommand...)

	p.assertLoadedOnce(w.t)
	assertEqual(w.t, "requests to load", p.loads(), 1)
	assertEqual(w.t, "requests to unload", p.Count(http.MethodDelete, deployedModelPath), 0)
}

func interruptLoading(_ *testing.T, w *workspace) {
	output := w.loadUntilPoll().interrupt()
	w.assertOutput(output, "Model still being loaded after interrupt", "the next apply resumes waiting")
	w.assertStored("", "DEPLOYING")

	w.assertWaitsInPlace()
	w.finishLoading()
}

func killLoading(_ *testing.T, w *workspace) {
	w.loadUntilPoll().kill()

	w.importAsAdvised("Model already loaded", loraAddress)
	w.assertOutput(w.expectExit(2, planCommand...), "1 to import, 0 to add, 1 to change, 0 to destroy")
	w.finishLoading()
}

func timeOutLoading(t *testing.T, w *workspace) {
	w.write("main.tf", requiredProvider+w.platform.config(loraBlock("  timeouts {\n    create = \"1500ms\"\n  }")))

	output := w.expectExit(1, applyCommand...)
	w.assertOutput(output, "Model still being loaded after timeout", "terraform untaint "+deployedModelType+".NAME")
	assertEqual(t, "instance status", w.storedObject().Status, "tainted")

	w.expectExit(0, "untaint", "-no-color", loraAddress)
	w.assertWaitsInPlace()
	w.write("main.tf", requiredProvider+w.platform.config(loraBlock("")))
	w.finishLoading()
}
