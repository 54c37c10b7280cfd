//go:build unix

package provider

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// applyUntilPoll starts an apply and returns when the platform receives the n-th GET of the operation.
func (w *workspace) applyUntilPoll(n int) *process {
	w.t.Helper()

	return w.applyUntil(http.MethodGet, operationPath, n, func() {})
}

// finishAt lets the running promotions succeed at the n-th GET of the path from now on.
func (w *workspace) finishAt(pathPattern string, n int) {
	w.platform.onRequest(http.MethodGet, pathPattern, n, func(*http.Request) { w.platform.FinishPromotions() })
}

// assertOnePromotion asserts one promotion, no deletion, a ready model and an empty plan.
func (w *workspace) assertOnePromotion() {
	w.t.Helper()
	w.expectExit(0, planCommand...)

	seen := w.platform.traffic()
	assertEqual(w.t, "promotion requests", seen.Requested, 1)
	assertEqual(w.t, "promoted models", seen.Promoted, 1)
	assertEqual(w.t, "deleted models", seen.Deleted, 0)

	w.assertStored("", "READY")
}

// finishPromotion applies once more, while the platform finishes the promotion at the n-th GET of the path.
func (w *workspace) finishPromotion(pathPattern string, n int) {
	w.t.Helper()
	w.finishAt(pathPattern, n)
	w.expectExit(0, applyCommand...)
	w.assertOnePromotion()
}

func TestAccInterrupt(t *testing.T) {
	t.Parallel()

	testProcesses(t, promotedWorkspace, map[string]func(*testing.T, *workspace){
		"an interrupt during the wait":      testInterruptDuringWait,
		"an interrupt during the request":   testInterruptDuringRequest,
		"kill -9 during the wait":           testKillDuringWait,
		"timeouts.create passes":            testCreateTimeout,
		"an interrupt of the second waiter": testSecondInterrupt,
	})
}

// promotedWorkspace is a workspace whose apply promotes a checkpoint, which takes until FinishPromotions.
func promotedWorkspace(t *testing.T, provider string) *workspace {
	t.Helper()

	p := newPlatform(t, mockapi.Options{})
	p.SetPromotionOutcome(mockapi.PromotionHangs)

	return p.newWorkspace(t, provider, promotedBlock("a", `"m"`, ""))
}

func testInterruptDuringWait(t *testing.T, w *workspace) {
	output := w.applyUntilPoll(1).interrupt()
	w.assertOutput(output, "Promotion still running after interrupt", "the next apply resumes waiting")

	model := w.assertStored("", "UPLOADING")
	assertEqual(t, "pending operation", pendingOperationName(t, model.Private), "accounts/demo/operations/promote-1")

	w.assertWaitsInPlace()
	polls := w.platform.Count(http.MethodGet, "/v1/accounts/demo/operations/promote-1")
	w.finishAt(operationPath, 2)
	w.expectExit(0, applyCommand...)

	if now := w.platform.Count(http.MethodGet, "/v1/accounts/demo/operations/promote-1"); now < polls+2 {
		t.Errorf("the next apply did not wait for the same operation")
	}

	w.assertOnePromotion()
}

// Ctrl-C arrives during the promotion request. The provider still waits for the response, which decides whether a model
// exists.
func testInterruptDuringRequest(t *testing.T, w *workspace) {
	proceed := make(chan struct{})
	apply := w.applyUntil(http.MethodPost, promotePath, 1, func() { <-proceed })

	time.AfterFunc(200*time.Millisecond, func() { close(proceed) })
	apply.interrupt()

	model := w.storedObject()
	assertEqual(t, "instance status", model.Status, "")
	assertEqual(t, "has a pending operation", pendingOperationName(t, model.Private) != "", true)

	w.assertWaitsInPlace()
	w.finishPromotion(operationPath, 1)
}

func testSecondInterrupt(t *testing.T, w *workspace) {
	w.applyUntilPoll(1).interrupt()

	output := w.applyUntilPoll(2).interrupt()
	w.assertOutput(output, "Interrupted while waiting for model")

	w.assertWaitsInPlace()
	w.finishPromotion(operationPath, 1)
}

func testKillDuringWait(t *testing.T, w *workspace) {
	w.applyUntilPoll(2).kill()
	w.importAsAdvised("Model already exists", "fireworks_promoted_model.a")

	if plan := w.expectExit(2, planCommand...); !strings.Contains(plan, "1 to import, 0 to add, 1 to change, 0 to destroy") {
		t.Fatalf("the plan with the import block is\n%s", plan)
	}
	// The promotion is still running, and the import waits for it.
	w.finishPromotion(modelPath, 4)
}

func testCreateTimeout(t *testing.T, w *workspace) {
	configuration := requiredProvider + w.platform.config(promotedBlock("a", `"m"`, "  timeouts {\n    create = \"1500ms\"\n  }"))
	w.write("main.tf", configuration)

	w.assertOutput(w.expectExit(1, applyCommand...),
		"Promotion still running after timeout",
		"The timeout of 1.5s (timeouts.create) expired",
		"terraform untaint fireworks_promoted_model.NAME",
	)
	w.assertStored("tainted", "UPLOADING")

	if plan := w.expectExit(2, planCommand...); !strings.Contains(plan, "is tainted, so must be replaced") &&
		!strings.Contains(plan, "is tainted, so it must be replaced") {
		t.Errorf("the next plan is\n%s", plan)
	}

	w.expectExit(0, "untaint", "-no-color", "fireworks_promoted_model.a")
	w.assertWaitsInPlace()
	w.finishPromotion(operationPath, 1)
}
