// SPDX-License-Identifier: MPL-2.0

//go:build unix

package promotedmodel_test

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// applyUntilPoll starts an apply and returns when the platform receives the n-th GET of the operation.
func applyUntilPoll(w *providertest.Workspace, n int) *providertest.Process {
	w.T.Helper()

	return w.ApplyUntil(http.MethodGet, providertest.OperationPath, n, func() {})
}

// finishAt lets the running promotions succeed at the n-th GET of the path from now on.
func finishAt(w *providertest.Workspace, pathPattern string, n int) {
	w.Platform.OnNthRequest(http.MethodGet, pathPattern, n, func(*http.Request) { w.Platform.FinishPromotions() })
}

// assertOnePromotion asserts one promotion, no deletion, a ready model and an empty plan.
func assertOnePromotion(w *providertest.Workspace) {
	w.T.Helper()
	w.ExpectExit(0, providertest.PlanCommand...)

	seen := w.Platform.Traffic()
	providertest.AssertEqual(w.T, "promotion requests", seen.Requested, 1)
	providertest.AssertEqual(w.T, "promoted models", seen.Promoted, 1)
	providertest.AssertEqual(w.T, "deleted models", seen.Deleted, 0)

	w.AssertStored("", "READY")
}

// finishPromotion applies once more, while the platform finishes the promotion at the n-th GET of the path.
func finishPromotion(w *providertest.Workspace, pathPattern string, n int) {
	w.T.Helper()
	finishAt(w, pathPattern, n)
	w.ExpectExit(0, providertest.ApplyCommand...)
	assertOnePromotion(w)
}

func TestAccInterrupt(t *testing.T) {
	t.Parallel()

	providertest.TestProcesses(t, promotedWorkspace, map[string]func(*testing.T, *providertest.Workspace){
		"an interrupt during the wait":      testInterruptDuringWait,
		"an interrupt during the request":   testInterruptDuringRequest,
		"kill -9 during the wait":           testKillDuringWait,
		"a second Ctrl-C":                   testSecondCtrlC,
		"timeouts.create passes":            testCreateTimeout,
		"an interrupt of the second waiter": testSecondInterrupt,
	})
}

// promotedWorkspace is a workspace whose apply promotes a checkpoint, which takes until FinishPromotions.
func promotedWorkspace(t *testing.T, provider string) *providertest.Workspace {
	t.Helper()

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.SetPromotionOutcome(mockapi.PromotionHangs)

	return p.NewWorkspace(t, provider, providertest.PromotedBlock("a", `"m"`, ""))
}

func testInterruptDuringWait(t *testing.T, w *providertest.Workspace) {
	output := applyUntilPoll(w, 1).Interrupt()
	w.AssertOutput(output, "Promotion still running after interrupt", "the next apply resumes waiting")

	model := w.AssertStored("", "UPLOADING")
	operation := "/v1/" + providertest.PendingOperationName(t, model.Private)

	w.AssertWaitsInPlace()
	polls := w.Platform.Count(http.MethodGet, operation)
	finishAt(w, providertest.OperationPath, 2)
	w.ExpectExit(0, providertest.ApplyCommand...)

	if now := w.Platform.Count(http.MethodGet, operation); polls == 0 || now < polls+2 {
		t.Errorf("the next apply did not wait for the same operation")
	}

	assertOnePromotion(w)
}

// Ctrl-C arrives during the promotion request. The provider still waits for the response, which decides whether a model
// exists.
func testInterruptDuringRequest(t *testing.T, w *providertest.Workspace) {
	proceed := make(chan struct{})
	apply := w.ApplyUntil(http.MethodPost, providertest.PromotePath, 1, func() { <-proceed })

	time.AfterFunc(200*time.Millisecond, func() { close(proceed) })
	apply.Interrupt()

	model := w.StoredObject()
	providertest.AssertEqual(t, "instance status", model.Status, "")
	providertest.AssertEqual(t, "has a pending operation", providertest.PendingOperationName(t, model.Private) != "",
		true)

	w.AssertWaitsInPlace()
	finishPromotion(w, providertest.OperationPath, 1)
}

func testSecondInterrupt(t *testing.T, w *providertest.Workspace) {
	applyUntilPoll(w, 1).Interrupt()

	output := applyUntilPoll(w, 2).Interrupt()
	w.AssertOutput(output, "Interrupted while waiting for model")

	w.AssertWaitsInPlace()
	finishPromotion(w, providertest.OperationPath, 1)
}

func testKillDuringWait(t *testing.T, w *providertest.Workspace) {
	applyUntilPoll(w, 2).Kill()
	w.ImportAsAdvised("Model already exists", "fireworks_promoted_model.a")

	if plan := w.ExpectExit(2, providertest.PlanCommand...); !strings.Contains(plan,
		"1 to import, 0 to add, 1 to change, 0 to destroy") {
		t.Fatalf("the plan with the import block is\n%s", plan)
	}
	// The promotion is still running, and the import waits for it.
	finishPromotion(w, providertest.ModelPath, 4)
}

// A second Ctrl-C, while the provider makes its last requests, loses the model as a kill does.
func testSecondCtrlC(t *testing.T, w *providertest.Workspace) {
	polled, stopped := make(chan struct{}), make(chan struct{})

	w.Platform.OnNthRequest(http.MethodGet, providertest.OperationPath, 1, func(r *http.Request) {
		w.Platform.OnRequest(providertest.Hang)
		close(polled)
		providertest.Hang(r)
		close(stopped)
	})

	apply := w.Start(providertest.ApplyCommand...)

	<-polled
	apply.Signal(syscall.SIGINT)
	<-stopped

	w.AssertOutput(apply.Interrupt(), "Two interrupts received")
	w.Platform.OnRequest(nil)
	w.ImportAsAdvised("Model already exists", "fireworks_promoted_model.a")
	finishPromotion(w, providertest.ModelPath, 4)
}

func testCreateTimeout(t *testing.T, w *providertest.Workspace) {
	configuration := providertest.RequiredProvider +
		w.Platform.Config(providertest.PromotedBlock("a", `"m"`, "  timeouts {\n    create = \"1500ms\"\n  }"))
	w.Write("main.tf", configuration)

	w.AssertOutput(w.ExpectExit(1, providertest.ApplyCommand...),
		"Promotion still running after timeout",
		"The timeout of 1.5s (timeouts.create) expired",
		"terraform untaint fireworks_promoted_model.NAME",
	)
	w.AssertStored("tainted", "UPLOADING")

	if plan := w.ExpectExit(2, providertest.PlanCommand...); !strings.Contains(plan,
		"is tainted, so must be replaced") &&
		!strings.Contains(plan, "is tainted, so it must be replaced") {
		t.Errorf("the next plan is\n%s", plan)
	}

	w.ExpectExit(0, "untaint", "-no-color", "fireworks_promoted_model.a")
	w.AssertWaitsInPlace()
	finishPromotion(w, providertest.OperationPath, 1)
}
