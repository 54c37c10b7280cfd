// SPDX-License-Identifier: MPL-2.0

//go:build unix

package deployment_test

import (
	"net/http"
	"syscall"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestAccDeployment_Processes interrupts and kills the real CLI and the built provider while a deployment is being
// created. No interruption leads to a second deployment, a deployment that is not in the state, or a lost state.
func TestAccDeployment_Processes(t *testing.T) {
	t.Parallel()

	providertest.TestProcesses(t, deploymentWorkspace, map[string]func(*testing.T, *providertest.Workspace){
		"Ctrl-C during the wait":    deploymentInterrupted,
		"Ctrl-C during the request": deploymentInterruptedRequest,
		"kill -9 during the wait":   deploymentKilled,
		"timeouts.create expires":   deploymentTimedOut,
	})
}

// deploymentWorkspace is a workspace whose apply creates a deployment, which takes until FinishDeployments.
func deploymentWorkspace(t *testing.T, provider string) *providertest.Workspace {
	t.Helper()

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.SetDeploymentOutcome(mockapi.DeploymentHangs)

	return p.NewWorkspace(t, provider, providertest.ShapedBlock(""))
}

// createUntil starts an apply and returns when it has sent the request that creates the deployment and polls for the
// n-th time. Before that, the plan, the apply's plan and the creation each check whether the deployment exists.
func createUntil(w *providertest.Workspace, n int) *providertest.Process {
	w.T.Helper()

	return w.ApplyUntil(http.MethodGet, providertest.DeploymentPath, 2+n, func() {})
}

// assertOneDeployment asserts one creation, no deletion, a ready deployment in the state and an empty plan.
func assertOneDeployment(w *providertest.Workspace) {
	w.T.Helper()
	w.ExpectExit(0, providertest.PlanCommand...)

	providertest.AssertEqual(w.T, "created deployments", w.Platform.DeploymentsCreated(""), 1)
	providertest.AssertEqual(w.T, "requests to create", createPosts(w.Platform), 1)
	providertest.AssertEqual(w.T, "requests to delete", w.Platform.Count(http.MethodDelete, "/**"), 0)
	w.AssertStored("", "READY")
}

// finishDeployment applies once more, while the platform finishes the creation.
func finishDeployment(w *providertest.Workspace) {
	w.T.Helper()
	w.Platform.FinishDeployments()
	w.ExpectExit(0, providertest.ApplyCommand...)
	assertOneDeployment(w)
}

func deploymentInterrupted(_ *testing.T, w *providertest.Workspace) {
	output := createUntil(w, 2).Interrupt()
	w.AssertOutput(output, "Deployment still being created after interrupt", "next apply resumes waiting")
	w.AssertStored("", "CREATING")

	w.AssertWaitsInPlace()
	w.Platform.OnRequest(nil)
	finishDeployment(w)
}

func deploymentInterruptedRequest(t *testing.T, w *providertest.Workspace) {
	proceed := make(chan struct{})

	apply := w.ApplyUntil(http.MethodPost, providertest.DeploymentsPath, providertest.DryRuns()+1,
		func() { <-proceed })

	apply.Signal(syscall.SIGINT)
	close(proceed)

	if exitCode, output := apply.Wait(); exitCode == 0 {
		t.Errorf("ended well:\n%s", output)
	}

	providertest.AssertEqual(t, "instance status", w.StoredObject().Status, "")

	w.Platform.OnRequest(nil)
	w.AssertWaitsInPlace()
	finishDeployment(w)
}

func deploymentKilled(_ *testing.T, w *providertest.Workspace) {
	createUntil(w, 2).Kill()
	w.Platform.OnRequest(nil)

	w.ImportAsAdvised("Deployment already exists", providertest.DeploymentAddress)
	finishDeployment(w)
}

func deploymentTimedOut(_ *testing.T, w *providertest.Workspace) {
	w.Write("main.tf", providertest.RequiredProvider+w.Platform.Config(providertest.ShapedBlock("  timeouts {\n    create = \"1500ms\"\n  }")))

	output := w.ExpectExit(1, providertest.ApplyCommand...)
	w.AssertOutput(output, "Deployment still being created after timeout",
		"terraform untaint fireworks_deployment.NAME")

	w.ExpectExit(0, "untaint", providertest.DeploymentAddress)
	finishDeployment(w)
}
