package provider

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const completionsPath = "/inference/v1/chat/completions"

// waiters are the resources that can wait for inference.
var waiters = []struct {
	typeName, usable, timedOut, interrupted string
	core                                    func(*platform, testing.TB) terraformCore
	config                                  func(values) values
}{
	{
		deploymentType, "READY", summaryDeploymentTimedOut, summaryDeploymentInterrupted, (*platform).deployments,
		func(change values) values { return deploymentConfig(with(values{"wait_for_inference": true}, change)) },
	},
	{
		deployedModelType, "DEPLOYED", summaryLoadTimedOut, summaryLoadInterrupted, (*platform).deployedModels,
		func(change values) values { return loraConfig(with(values{"wait_for_inference": true}, change)) },
	},
}

// inferences counts the inference requests.
func (p *platform) inferences() int { return p.Count(http.MethodPost, completionsPath) }

// TestWaitForInference_Responses ends the wait at the first response that proves that the model is loaded, or that
// nothing can be proved.
func TestWaitForInference_Responses(t *testing.T) {
	t.Parallel()

	for _, waiter := range waiters {
		for status, want := range map[int][]string{
			200: nil, 400: nil, 422: nil, 429: nil,
			401: {"WARNING wait_for_inference: " + summaryInferenceNotChecked},
			403: {"WARNING wait_for_inference: " + summaryInferenceNotChecked},
			412: {"WARNING wait_for_inference: " + summaryInferenceNotChecked},
		} {
			p := newPlatform(t, mockapi.Options{})
			fault := mockapi.Fault{Path: completionsPath, Kind: mockapi.FaultStatus, Status: status, Match: 3}
			starting := fault
			starting.Status, starting.Match = 503, 1
			missing := fault
			missing.Status, missing.Match = 404, 2

			p.SetFaults(starting, missing, fault)

			var current instance

			got := waiter.core(p, t).Run(t.Context(), &current, waiter.config(nil), runOptions{})
			assertSummaries(t, got.Diagnostics, want...)
			assertEqual(t, "tainted", current.Tainted, false)
			assertEqual(t, "state", current.State["state"], waiter.usable)

			if n := p.inferences(); n != 3 {
				t.Errorf("%s, status %d: %d inference requests, want 3", waiter.typeName, status, n)
			}

			got = waiter.core(p, t).Run(t.Context(), &current, waiter.config(nil), runOptions{})
			assertEqual(t, "the next plan", got.Action, actionNone)
		}
	}
}

// TestWaitForInference_Interval polls at least every five seconds, however long it takes.
func TestWaitForInference_Interval(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{ReadyBeforeInference: 4 * time.Minute})
	p.deployments(t).create(t, waiters[0].config(nil))

	if n := p.inferences(); n < 48 || n > 200 {
		t.Errorf("%d inference requests in 4 minutes", n)
	}
}

// TestWaitForInference_Ends stops the wait, and resumes it in the next apply, which creates nothing.
func TestWaitForInference_Ends(t *testing.T) {
	t.Parallel()

	for _, waiter := range waiters {
		silent := mockapi.Fault{Path: completionsPath, Kind: mockapi.FaultStatus, Status: 503, Message: "scaling up"}

		t.Run(waiter.typeName+", timeout", func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			p.SetFaults(silent)

			var current instance

			config := waiter.config(values{"timeouts": values{"create": "1s", "update": nil, "delete": nil}})
			got := waiter.core(p, t).Run(t.Context(), &current, config, runOptions{})
			assertSummaries(t, got.Diagnostics, "ERROR: "+waiter.timedOut)
			assertMentions(t, got.Diagnostics, "is "+waiter.usable, "scaling up", "timeouts.create", "terraform untaint")
			assertEqual(t, "tainted", current.Tainted, true)

			current.Tainted = false

			got = waiter.core(p, t).Run(t.Context(), &current, config, runOptions{})
			assertEqual(t, "the next action", got.Action, actionUpdate)
			assertMentions(t, got.Diagnostics, "is "+waiter.usable, "resumes waiting")

			p.SetFaults()
			p.takeWriteRequests()

			got = waiter.core(p, t).Run(t.Context(), &current, config, runOptions{})
			if got.Action != actionUpdate || len(got.Diagnostics) > 0 {
				t.Errorf("%s %s", got.Action, got.Diagnostics)
			}

			// A deployment that is scaled to zero is woken by the first request.
			for _, write := range p.takeWriteRequests() {
				if !strings.Contains(write, completionsPath) {
					t.Errorf("the resumed wait sent %q", write)
				}
			}

			got = waiter.core(p, t).Run(t.Context(), &current, config, runOptions{})
			assertEqual(t, "the last action", got.Action, actionNone)
		})

		t.Run(waiter.typeName+", interrupt", func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			p.SetFaults(silent)

			ctx, cancel := contextCanceledAt(t, p, completionsPath, 3)
			defer cancel()

			var current instance

			got := waiter.core(p, t).Run(ctx, &current, waiter.config(nil), runOptions{})
			assertSummaries(t, got.Diagnostics, "WARNING: "+waiter.interrupted)
			assertMentions(t, got.Diagnostics, "is "+waiter.usable, "resumes waiting")
			assertEqual(t, "tainted", current.Tainted, false)

			p.OnRequest(nil)
			p.SetFaults()

			got = waiter.core(p, t).Run(t.Context(), &current, waiter.config(nil), runOptions{})
			if got.Action != actionUpdate || len(got.Diagnostics) > 0 {
				t.Errorf("%s %s", got.Action, got.Diagnostics)
			}
		})
	}
}

// TestWaitForInference_WhenNotNeeded sends no inference request.
func TestWaitForInference_WhenNotNeeded(t *testing.T) {
	t.Parallel()

	for _, waiter := range waiters {
		p := newPlatform(t, mockapi.Options{})
		current := waiter.core(p, t).create(t, waiter.config(values{"wait_for_inference": nil}))
		p.takeWriteRequests()

		for _, value := range []any{true, false, nil} {
			got := waiter.core(p, t).Run(t.Context(), &current, waiter.config(values{"wait_for_inference": value}), runOptions{})
			if got.Action == actionNone || len(got.Diagnostics) > 0 {
				t.Errorf("%s: %v: %s %s", waiter.typeName, value, got.Action, got.Diagnostics)
			}
		}

		p.assertWrites(t)
	}

	p := newPlatform(t, mockapi.Options{})
	p.deployments(t).create(t, waiters[0].config(values{"max_replica_count": 0}))
	assertEqual(t, "requests to a parked deployment", p.inferences(), 0)

	parked, _ := p.Deployment(addonsDeployment)
	parked.MaxReplicaCount, parked.MinReplicaCount = 0, 0
	p.PutDeployment(parked)

	p.deployedModels(t).create(t, waiters[1].config(nil))
	assertEqual(t, "requests to a model on a parked deployment", p.inferences(), 0)
}

// TestWaitForInference_Update waits after an update that unparks the deployment or rolls something out, and after no
// other.
func TestWaitForInference_Update(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	core, config := p.deployments(t), waiters[0].config(values{"max_replica_count": 0})
	current := core.create(t, config)

	for _, change := range []struct {
		to    values
		waits bool
	}{
		{values{"display_name": "Chat"}, false},
		{values{"max_replica_count": 1}, true},
		{values{"deployment_shape": servingShapeVersion, "max_context_length": 4096}, true},
		{values{"max_replica_count": 0}, false},
	} {
		before := p.inferences()
		config = with(config, change.to)

		got := core.Run(t.Context(), &current, config, runOptions{})
		if got.Action != actionUpdate || len(got.Diagnostics.Errors()) > 0 {
			t.Fatalf("%v: %s %s", change.to, got.Action, got.Diagnostics)
		}

		if waits := p.inferences() > before; waits != change.waits {
			t.Errorf("%v: waits is %t", change.to, waits)
		}
	}
}
