//go:build unix

package provider

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestAccDeployment_Processes interrupts and kills the real CLI and the built provider while a deployment is being created.
// No story ends with a second deployment, an unknown deployment or a lost state.
func TestAccDeployment_Processes(t *testing.T) {
	skipUnlessAcc(t)
	t.Parallel()

	provider := buildProvider(t)

	for name, test := range map[string]func(*testing.T, *workspace){
		"Ctrl-C during the wait":    deploymentInterrupted,
		"Ctrl-C during the request": deploymentInterruptedRequest,
		"kill -9 during the wait":   deploymentKilled,
		"timeouts.create expires":   deploymentTimedOut,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			p.SetDeploymentOutcome(mockapi.DeploymentHangs)
			test(t, p.newWorkspace(t, provider, shapedBlock("")))
		})
	}
}

// createUntil starts an apply and returns when it has sent the request that creates the deployment and polls for the n-th time.
// Before that, the plan, the apply's plan and the creation each check whether the deployment exists.
func (w *workspace) createUntil(n int) *process {
	w.t.Helper()

	return w.applyUntilRequest(http.MethodGet, deploymentPath, 3+n, func() {})
}

func (w *workspace) applyUntilRequest(method, path string, n int, then func()) *process {
	w.t.Helper()

	reached := make(chan struct{})

	w.platform.onRequest(method, path, n, func(*http.Request) { close(reached); then() })

	apply := w.start(applyCommand...)
	select {
	case <-reached:
	case <-apply.expired:
		_, output := apply.wait()
		w.t.Fatalf("the apply did not get that far:\n%s", output)
	}

	return apply
}

// assertOneDeployment asserts one creation, no deletion, a ready deployment in the state and an empty plan.
func (w *workspace) assertOneDeployment() {
	w.t.Helper()
	w.expectExit(0, planCommand...)

	if created, deleted := w.platform.DeploymentsCreated(""), w.platform.Count(http.MethodDelete, "/**"); created != 1 || deleted != 0 {
		w.t.Errorf("%d deployments were created, and %d deletions requested", created, deleted)
	}

	if n := w.platform.createPosts(); n != 1 {
		w.t.Errorf("%d creations were requested", n)
	}

	if d := w.storedModel(); d.Status != "" || d.Attributes["state"] != "READY" {
		w.t.Errorf("ended with %+v", d)
	}
}

func deploymentInterrupted(t *testing.T, w *workspace) {
	output := strings.Join(strings.Fields(w.createUntil(2).interrupt()), " ")
	for _, text := range []string{"Deployment still being created after interrupt", "next apply resumes waiting"} {
		if !strings.Contains(output, text) {
			t.Errorf("%q is not in\n%s", text, output)
		}
	}

	if d := w.storedModel(); d.Status != "" || d.Attributes["state"] != "CREATING" {
		t.Errorf("the state holds %+v", d)
	}

	w.assertWaitsInPlace()
	w.platform.OnRequest(nil)
	w.platform.FinishDeployments()
	w.expectExit(0, applyCommand...)
	w.assertOneDeployment()
}

func deploymentInterruptedRequest(t *testing.T, w *workspace) {
	proceed := make(chan struct{})

	// The dry runs of the plan and of the apply come first.
	apply := w.applyUntilRequest(http.MethodPost, deploymentsPath, 3, func() { <-proceed })

	apply.signal(syscall.SIGINT)
	close(proceed)

	if exitCode, output := apply.wait(); exitCode == 0 {
		t.Errorf("ended well:\n%s", output)
	}

	if d := w.storedModel(); d.Status != "" {
		t.Errorf("the state holds %+v", d)
	}

	w.platform.OnRequest(nil)
	w.assertWaitsInPlace()
	w.platform.FinishDeployments()
	w.expectExit(0, applyCommand...)
	w.assertOneDeployment()
}

func deploymentKilled(t *testing.T, w *workspace) {
	apply := w.createUntil(2)
	apply.signal(syscall.SIGKILL)
	apply.wait()
	w.platform.OnRequest(nil)

	plan := w.expectExit(1, planCommand...)

	block := pastedBlock.FindString(plan)
	if !strings.Contains(plan, "Error: Deployment already exists") || block == "" {
		t.Fatalf("the next plan is\n%s", plan)
	}

	w.write("import.tf", strings.Replace(block, "fireworks_deployment.NAME", deploymentAddress, 1))
	w.platform.FinishDeployments()
	w.expectExit(0, applyCommand...)
	w.assertOneDeployment()
}

func deploymentTimedOut(t *testing.T, w *workspace) {
	w.write("main.tf", requiredProvider+w.platform.config(shapedBlock("  timeouts {\n    create = \"1500ms\"\n  }")))

	output := strings.Join(strings.Fields(w.expectExit(1, applyCommand...)), " ")
	for _, text := range []string{"Deployment still being created after timeout", "terraform untaint fireworks_deployment.NAME"} {
		if !strings.Contains(output, text) {
			t.Errorf("%q is not in\n%s", text, output)
		}
	}

	w.expectExit(0, "untaint", deploymentAddress)
	w.platform.FinishDeployments()
	w.expectExit(0, applyCommand...)
	w.assertOneDeployment()
}
