// SPDX-License-Identifier: MPL-2.0

//go:build unix

package deployedmodel_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestAccDeployedModel_Interrupt runs the CLI and the provider as processes, and stops them with real signals while the
// platform loads the model: it is loaded once in the end.
func TestAccDeployedModel_Interrupt(t *testing.T) {
	t.Parallel()

	providertest.TestProcesses(t, loadingWorkspace, map[string]func(*testing.T, *providertest.Workspace){
		"Ctrl-C":                 interruptLoading,
		"kill -9":                killLoading,
		"timeouts.create passes": timeOutLoading,
	})
}

// loadingWorkspace is a workspace whose apply loads a model, which takes until the clock of the platform is advanced.
func loadingWorkspace(t *testing.T, provider string) *providertest.Workspace {
	t.Helper()

	return providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Hour}).NewWorkspace(t, provider,
		providertest.LoraBlock(""))
}

// loadUntilPoll starts an apply and returns when the platform receives the second GET of the deployed model.
func loadUntilPoll(w *providertest.Workspace) *providertest.Process {
	w.T.Helper()

	return w.ApplyUntil(http.MethodGet, providertest.DeployedModelPath, 2, func() {})
}

// finishLoading applies once more, while the platform finishes loading, and asserts that the model was loaded once.
func finishLoading(w *providertest.Workspace) {
	w.T.Helper()

	p := w.Platform
	p.OnNthRequest(http.MethodGet, providertest.DeployedModelPath, 3,
		func(*http.Request) { p.Clock.Advance(time.Hour) })
	w.ExpectExit(0, providertest.ApplyCommand...)
	w.ExpectExit(0, providertest.PlanCommand...)

	p.AssertLoadedOnce(w.T)
	providertest.AssertEqual(w.T, "requests to load", p.Loads(), 1)
	providertest.AssertEqual(w.T, "requests to unload", p.Count(http.MethodDelete, providertest.DeployedModelPath), 0)
}

func interruptLoading(_ *testing.T, w *providertest.Workspace) {
	output := loadUntilPoll(w).Interrupt()
	w.AssertOutput(output, "Model still being loaded after interrupt", "the next apply resumes waiting")
	w.AssertStored("", "DEPLOYING")

	w.AssertWaitsInPlace()
	finishLoading(w)
}

func killLoading(_ *testing.T, w *providertest.Workspace) {
	loadUntilPoll(w).Kill()

	w.ImportAsAdvised("Model already loaded", providertest.LoraAddress)
	w.AssertOutput(w.ExpectExit(2, providertest.PlanCommand...), "1 to import, 0 to add, 1 to change, 0 to destroy")
	finishLoading(w)
}

func timeOutLoading(t *testing.T, w *providertest.Workspace) {
	w.Write("main.tf", providertest.RequiredProvider+w.Platform.Config(providertest.LoraBlock("  timeouts {\n    create = \"1500ms\"\n  }")))

	output := w.ExpectExit(1, providertest.ApplyCommand...)
	w.AssertOutput(output, "Model still being loaded after timeout",
		"terraform untaint "+providerdata.DeployedModelType+".NAME")
	providertest.AssertEqual(t, "instance status", w.StoredObject().Status, "tainted")

	w.ExpectExit(0, "untaint", "-no-color", providertest.LoraAddress)
	w.AssertWaitsInPlace()
	w.Write("main.tf", providertest.RequiredProvider+w.Platform.Config(providertest.LoraBlock("")))
	finishLoading(w)
}
