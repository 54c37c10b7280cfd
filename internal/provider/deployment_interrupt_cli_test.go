//go:build unix

package provider

import (
	"net/http"
	"syscall"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestAccDeployment_Processes interrupts and kills the real CLI and the built provider while a deployment is being created.
// No interruption leads to a second deployment, a deployment that is not in the state, or a lost state.
func TestAccDeployment_Processes(t *testing.T) {
	t.Parallel()

	testProcesses(t, deploymentWorkspace, map[string]func(*testing.T, *workspace){
		"Ctrl-C during the wait":    deploymentInterrupted,
		"Ctrl-C during the request": deploymentInterruptedRequest,
		"kill -9 during the wait":   deploymentKilled,
		"timeouts.create expires":   deploymentTimedOut,
	})
}

// deploymentWorkspace is a workspace whose apply creates a deployment, which takes until FinishDeployments.
func deploymentWorkspace(t *testing.T, provider string) *workspace {
	t.Helper()

	p := newPlatform(t, mockapi.Options{})
	p.SetDeploymentOutcome(mockapi.DeploymentHangs)

	return p.newWorkspace(t, provider, shapedBlock(""))
}

// createUntil starts an apply and returns when it has sent the request that creates the deployment and polls for the n-th time.
// Before that, the plan, the apply's plan and the creation each check whether the deployment exists.
func (w *workspace) createUntil(n int) *process {
	w.t.Helper()

	return w.applyUntil(http.MethodGet, deploymentPath, 2+n, func() {})
}

// assertOneDeployment asserts one creation, no deletion, a ready deployment in the state and an empty plan.
func (w *workspace) assertOneDeployment() {
	w.t.Helper()
	w.expectExit(0, planCommand...)

	assertEqual(w.t, "created deployments", w.platform.DeploymentsCreated(""), 1)
	assertEqual(w.t, "requests to create", w.platform.createPosts(), 1)
	assertEqual(w.t, "requests to delete", w.platform.Count(http.MethodDelete, "/**"), 0)
	w.assertStored("", "READY")
}

// finishDeployment applies once more, while the platform finishes the creation.
func (w *workspace) finishDeployment() {
	w.t.Helper()
	w.platform.FinishDeployments()
	w.expectExit(0, applyCommand...)
	w.assertOneDeployment()
}

func deploymentInterrupted(_ *testing.T, w *workspace) {
	output := w.createUntil(2).interrupt()
	w.assertOutput(output, "Deployment still being created after interrupt", "next apply resumes waiting")
	w.assertStored("", "CREATING")

	w.assertWaitsInPlace()
	w.platform.OnRequest(nil)
	w.finishDeployment()
}

func deploymentInterruptedRequest(t *testing.T, w *workspace) {
	proceed := make(chan struct{})

	// The dry run of the plan comes first.
	apply := w.applyUntil(http.MethodPost, deploymentsPath, 2, func() { <-proceed })

	apply.signal(syscall.SIGINT)
	close(proceed)

	if exitCode, output := apply.wait(); exitCode == 0 {
		t.Errorf("ended well:\n%s", output)
	}

	assertEqual(t, "instance status", w.storedObject().Status, "")

	w.platform.OnRequest(nil)
	w.assertWaitsInPlace()
	w.finishDeployment()
}

func deploymentKilled(_ *testing.T, w *workspace) {
	w.createUntil(2).kill()
	w.platform.OnRequest(nil)

	w.importAsAdvised("Deployment already exists", deploymentAddress)
	w.finishDeployment()
}

func deploymentTimedOut(_ *testing.T, w *workspace) {
	w.write("main.tf", requiredProvider+w.platform.config(shapedBlock("  timeouts {\n    create = \"1500ms\"\n  }")))

	output := w.expectExit(1, applyCommand...)
	w.assertOutput(output, "Deployment still being created after timeout", "terraform untaint fireworks_deployment.NAME")

	w.expectExit(0, "untaint", deploymentAddress)
	w.finishDeployment()
}
