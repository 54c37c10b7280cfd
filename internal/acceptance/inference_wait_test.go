// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const completionsPath = "/inference/v1/chat/completions"

// waiters are the resources that can wait for inference.
var waiters = []struct {
	typeName, usable, timedOut, interrupted string
	core                                    func(*providertest.Platform, testing.TB) providertest.TerraformCore
	config                                  func(providertest.Values) providertest.Values
}{
	{
		providerdata.DeploymentType, "READY", diagnostic.SummaryDeploymentWaitTimedOut,
		diagnostic.SummaryDeploymentWaitInterrupted, (*providertest.Platform).DeploymentCore,
		func(change providertest.Values) providertest.Values {
			return providertest.DeploymentConfig(providertest.With(providertest.Values{"wait_for_inference": true},
				change))
		},
	},
	{
		providerdata.DeployedModelType, "DEPLOYED", diagnostic.SummaryLoadWaitTimedOut,
		diagnostic.SummaryLoadWaitInterrupted,
		(*providertest.Platform).DeployedModelCore,
		func(change providertest.Values) providertest.Values {
			return providertest.LoraConfig(providertest.With(providertest.Values{"wait_for_inference": true}, change))
		},
	},
}

// inferences counts the inference requests.
func inferences(p *providertest.Platform) int { return p.Count(http.MethodPost, completionsPath) }

// TestWaitForInference_Responses ends the wait at the first response that proves that the model is loaded, or that
// nothing can be proved.
func TestWaitForInference_Responses(t *testing.T) {
	t.Parallel()

	for _, waiter := range waiters {
		for status, want := range map[int][]string{
			200: nil, 400: nil, 422: nil, 429: nil,
			401: {"WARNING wait_for_inference: " + diagnostic.SummaryInferenceNotChecked},
			403: {"WARNING wait_for_inference: " + diagnostic.SummaryInferenceNotChecked},
			412: {"WARNING wait_for_inference: " + diagnostic.SummaryInferenceNotChecked},
		} {
			p := providertest.NewPlatform(t, mockapi.Options{})
			fault := mockapi.Fault{Path: completionsPath, Kind: mockapi.FaultStatus, Status: status, Match: 3}
			starting := fault
			starting.Status, starting.Match = 503, 1
			missing := fault
			missing.Status, missing.Match = 404, 2

			p.SetFaults(starting, missing, fault)

			var (
				current providertest.Instance
				log     bytes.Buffer
			)

			got := waiter.core(p, t).Run(tflogtest.RootLogger(t.Context(), &log), &current, waiter.config(nil),
				providertest.RunOptions{})
			providertest.AssertSummaries(t, got.Diagnostics, want...)

			if text := got.Diagnostics.String(); want != nil && strings.Contains(text, "rejects the API key") !=
				(status == http.StatusUnauthorized) {
				t.Errorf("status %d:\n%s", status, text)
			}

			last := fmt.Sprintf("%d %t", status, want == nil)
			if status == http.StatusOK {
				last = "0 true"
			}

			assertInferenceLog(t, &log, "503 false", "404 false", last)
			providertest.AssertEqual(t, "tainted", current.Tainted, false)
			providertest.AssertEqual(t, "state", current.State["state"], waiter.usable)

			if n := inferences(p); n != 3 {
				t.Errorf("%s, status %d: %d inference requests, want 3", waiter.typeName, status, n)
			}

			got = waiter.core(p, t).Run(t.Context(), &current, waiter.config(nil), providertest.RunOptions{})
			providertest.AssertEqual(t, "the next plan", got.Action, providertest.ActionNone)
		}
	}
}

// assertInferenceLog compares the INFO lines of inference requests, each as its status and whether it responds. None
// shows what was sent or received.
func assertInferenceLog(t *testing.T, log *bytes.Buffer, want ...string) {
	t.Helper()

	lines, err := tflogtest.MultilineJSONDecode(log)
	if err != nil {
		t.Fatal(err)
	}

	var got []string

	for _, line := range lines {
		if line["@message"] != "Inference request sent" {
			continue
		}

		providertest.AssertEqual(t, "level", line["@level"], "info")
		got = append(got, fmt.Sprintf("%v %v", line["status"], line["responds"]))

		for name, value := range line {
			if text := fmt.Sprint(value); strings.ContainsAny(text, "{[") || name != "@module" && len(text) > 80 {
				t.Errorf("the log line contains more than it should: %s is %s", name, text)
			}
		}
	}

	providertest.AssertEqual(t, "logged inference requests", got, want)
}

// TestWaitForInference_Proxy ends the wait with a warning if the responses are not the platform's for a while, or until
// the timeout: nothing proves then that the model does not respond.
func TestWaitForInference_Proxy(t *testing.T) {
	t.Parallel()

	html := mockapi.Fault{Path: completionsPath, Kind: mockapi.FaultStatus, Body: "<html><title>Proxy</title></html>"}
	page := func(status int) mockapi.Fault {
		fault := html
		fault.Status = status

		return fault
	}

	for name, test := range map[string]struct {
		fault   mockapi.Fault
		timeout any
		// fewest and most bound the number of requests.
		fewest, most int
	}{
		"a page":              {mockapi.Fault{Path: completionsPath, Kind: mockapi.FaultHTML}, nil, 7, 100},
		"no JSON":             {mockapi.Fault{Path: completionsPath, Kind: mockapi.FaultGarbage}, nil, 7, 100},
		"a missing page":      {page(404), nil, 7, 100},
		"a rate limit":        {page(429), nil, 7, 100},
		"until the timeout":   {page(404), "5s", 2, 50},
		"forbidden":           {page(403), nil, 1, 1},
		"proxy authorization": {page(407), nil, 1, 1},
	} {
		for _, waiter := range waiters {
			t.Run(waiter.typeName+", "+name, func(t *testing.T) {
				t.Parallel()

				p := providertest.NewPlatform(t, mockapi.Options{})
				p.SetFaults(test.fault)

				config := waiter.config(providertest.Values{"timeouts": providertest.Values{"create": test.timeout,
					"update": nil, "delete": nil}})

				var current providertest.Instance

				got := waiter.core(p, t).Run(t.Context(), &current, config, providertest.RunOptions{})
				providertest.AssertSummaries(t, got.Diagnostics,
					"WARNING wait_for_inference: "+diagnostic.SummaryInferenceNotChecked)
				providertest.AssertMentions(t, got.Diagnostics, "is "+waiter.usable, "a proxy or another server",
					"base_url")
				providertest.AssertEqual(t, "tainted", current.Tainted, false)

				if n := inferences(p); n < test.fewest || n > test.most {
					t.Errorf("%d inference requests, want %d to %d", n, test.fewest, test.most)
				}

				got = waiter.core(p, t).Run(t.Context(), &current, config, providertest.RunOptions{})
				providertest.AssertEqual(t, "the next plan", got.Action, providertest.ActionNone)
			})
		}
	}
}

// TestWaitForInference_Interval polls at least every five seconds, however long it takes.
func TestWaitForInference_Interval(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{ReadyBeforeInference: 4 * time.Minute})
	p.DeploymentCore(t).Create(t, waiters[0].config(nil))

	if n := inferences(p); n < 48 || n > 200 {
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

			p := providertest.NewPlatform(t, mockapi.Options{})
			p.SetFaults(silent)

			var current providertest.Instance

			config := waiter.config(providertest.Values{"timeouts": providertest.Values{"create": "1s", "update": nil,
				"delete": nil}})
			got := waiter.core(p, t).Run(t.Context(), &current, config, providertest.RunOptions{})
			providertest.AssertSummaries(t, got.Diagnostics, "ERROR: "+waiter.timedOut)
			providertest.AssertMentions(t, got.Diagnostics, "is "+waiter.usable, "scaling up", "timeouts.create",
				"terraform untaint")
			providertest.AssertEqual(t, "tainted", current.Tainted, true)

			current.Tainted = false

			got = waiter.core(p, t).Run(t.Context(), &current, config, providertest.RunOptions{})
			providertest.AssertEqual(t, "the next action", got.Action, providertest.ActionUpdate)
			providertest.AssertMentions(t, got.Diagnostics, "is "+waiter.usable, "resumes waiting")

			p.SetFaults()
			p.TakeWriteRequests()

			got = waiter.core(p, t).Run(t.Context(), &current, config, providertest.RunOptions{})
			if got.Action != providertest.ActionUpdate || len(got.Diagnostics) > 0 {
				t.Errorf("%s %s", got.Action, got.Diagnostics)
			}

			// A deployment that is scaled to zero is woken by the first request.
			for _, write := range p.TakeWriteRequests() {
				if !strings.Contains(write, completionsPath) {
					t.Errorf("the resumed wait sent %q", write)
				}
			}

			got = waiter.core(p, t).Run(t.Context(), &current, config, providertest.RunOptions{})
			providertest.AssertEqual(t, "the last action", got.Action, providertest.ActionNone)
		})

		t.Run(waiter.typeName+", interrupt", func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			p.SetFaults(silent)

			ctx, cancel := providertest.ContextCanceledAt(t, p, completionsPath, 3)
			defer cancel()

			var current providertest.Instance

			got := waiter.core(p, t).Run(ctx, &current, waiter.config(nil), providertest.RunOptions{})
			providertest.AssertSummaries(t, got.Diagnostics, "WARNING: "+waiter.interrupted)
			providertest.AssertMentions(t, got.Diagnostics, "is "+waiter.usable, "resumes waiting")
			providertest.AssertEqual(t, "tainted", current.Tainted, false)

			p.OnRequest(nil)
			p.SetFaults()

			got = waiter.core(p, t).Run(t.Context(), &current, waiter.config(nil), providertest.RunOptions{})
			if got.Action != providertest.ActionUpdate || len(got.Diagnostics) > 0 {
				t.Errorf("%s %s", got.Action, got.Diagnostics)
			}
		})
	}
}

// TestWaitForInference_WhenNotNeeded sends no inference request.
func TestWaitForInference_WhenNotNeeded(t *testing.T) {
	t.Parallel()

	for _, waiter := range waiters {
		p := providertest.NewPlatform(t, mockapi.Options{})
		current := waiter.core(p, t).Create(t, waiter.config(providertest.Values{"wait_for_inference": nil}))
		p.TakeWriteRequests()

		for _, value := range []any{true, false, nil} {
			got := waiter.core(p, t).Run(t.Context(), &current,
				waiter.config(providertest.Values{"wait_for_inference": value}), providertest.RunOptions{})
			if got.Action == providertest.ActionNone || len(got.Diagnostics) > 0 {
				t.Errorf("%s: %v: %s %s", waiter.typeName, value, got.Action, got.Diagnostics)
			}
		}

		p.AssertWrites(t)
	}

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.DeploymentCore(t).Create(t, waiters[0].config(providertest.Values{"max_replica_count": 0}))
	providertest.AssertEqual(t, "requests to a parked deployment", inferences(p), 0)

	parked, _ := p.Deployment(providertest.AddonsDeployment)
	parked.MaxReplicaCount, parked.MinReplicaCount = 0, 0
	p.PutDeployment(parked)

	p.DeployedModelCore(t).Create(t, waiters[1].config(nil))
	providertest.AssertEqual(t, "requests to a model on a parked deployment", inferences(p), 0)
}

// TestWaitForInference_Update waits after an update that unparks the deployment or rolls something out, and after no
// other.
func TestWaitForInference_Update(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	core, config := p.DeploymentCore(t), waiters[0].config(providertest.Values{
		"max_replica_count": 0, "timeouts": providertest.Values{"update": "1m"},
	})
	current := core.Create(t, config)

	for _, change := range []struct {
		to    providertest.Values
		waits bool
	}{
		{providertest.Values{"display_name": "Chat"}, false},
		{providertest.Values{"max_replica_count": 1}, true},
		{providertest.Values{"deployment_shape": providertest.ServingShapeVersion, "max_context_length": 4096}, true},
		{providertest.Values{"max_replica_count": 0}, false},
		{providertest.Values{"max_context_length": 8192}, false},
	} {
		before := inferences(p)
		config = providertest.With(config, change.to)

		got := core.Run(t.Context(), &current, config, providertest.RunOptions{})
		if got.Action != providertest.ActionUpdate || len(got.Diagnostics.Errors()) > 0 {
			t.Fatalf("%v: %s %s", change.to, got.Action, got.Diagnostics)
		}

		if waits := inferences(p) > before; waits != change.waits {
			t.Errorf("%v: waits is %t", change.to, waits)
		}
	}
}

// TestWaitForInference_ResumeWithChanges sends inference requests only after the changes, and none to a deployment that
// these park: a request would wake a replica with the old settings.
func TestWaitForInference_ResumeWithChanges(t *testing.T) {
	t.Parallel()

	for maximum, want := range map[int]string{0: "PATCH", 3: "PATCH POST", 1: "POST"} {
		p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
		core := p.DeploymentCore(t)

		var current providertest.Instance

		core.RunInterrupted(t, p, &current, providertest.DeploymentConfig(nil),
			providertest.Interruption{Path: providertest.DeploymentPath, N: 4})
		p.TakeWriteRequests()

		config := waiters[0].config(providertest.Values{"max_replica_count": maximum})
		providertest.AssertSummaries(t, core.Run(t.Context(), &current, config, providertest.RunOptions{}).Diagnostics)

		var methods []string

		for _, write := range p.TakeWriteRequests() {
			method, _, _ := strings.Cut(write, " ")
			if len(methods) == 0 || methods[len(methods)-1] != method {
				methods = append(methods, method)
			}
		}

		providertest.AssertEqual(t, fmt.Sprint("requests with max_replica_count = ", maximum),
			strings.Join(methods, " "), want)
		providertest.AssertEqual(t, "action", core.Run(t.Context(), &current, config, providertest.RunOptions{}).Action,
			providertest.ActionNone)
	}
}
