// SPDX-License-Identifier: MPL-2.0

package deployment_test

import (
	"bytes"
	"context"
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

// replacingFailed is the warning about a deployment that never became usable and is replaced.
const replacingFailed = "WARNING state: " + diagnostic.SummaryReplacingFailedDeployment

// quotaBody is a refusal because of a quota, as the platform sends it.
const quotaBody = `{"code":8,"message":"global--h200-count for account demo, in use: 14, quota: 16, requesting: 4"}`

// createPosts counts the requests that create a deployment, without those that only validate one.
func createPosts(p *providertest.Platform) int {
	n := 0

	for _, r := range p.Requests() {
		if r.Method == http.MethodPost && r.Path == providertest.DeploymentsPath &&
			!strings.Contains(r.RawQuery, "validateOnly=true") {
			n++
		}
	}

	return n
}

// creationFaults are what can happen to the request that creates a deployment, which comes after one dry run in this
// harness.
var creationFaults = map[string]struct {
	fault mockapi.Fault
	// want is the summary of the diagnostics, "" for none.
	want string
	// created and posts are how many deployments were created and requested.
	created, posts int
}{
	"the connection is reset before": {mockapi.Fault{Kind: mockapi.FaultResetBefore}, "", 1, 2},
	"the connection is reset after":  {mockapi.Fault{Kind: mockapi.FaultResetAfter}, "", 1, 1},
	"502 after the work":             {mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 502}, "", 1, 1},
	"503 before the work":            {mockapi.Fault{Kind: mockapi.FaultStatus, Status: 503}, "", 1, 2},
	"504 after the work":             {mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 504}, "", 1, 1},
	"499 after the work":             {mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 499}, "", 1, 1},
	"520 after the work":             {mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 520}, "", 1, 1},
	"409 after the work": {mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 409},
		diagnostic.SummaryDeploymentExists, 1, 1},
	"a response that is cut off":  {mockapi.Fault{Kind: mockapi.FaultTruncated}, "", 1, 1},
	"a response that is not JSON": {mockapi.Fault{Kind: mockapi.FaultGarbage}, "", 1, 1},
	"a response that is a page":   {mockapi.Fault{Kind: mockapi.FaultHTML}, "", 1, 1},
	"429 with a delay": {
		mockapi.Fault{Kind: mockapi.FaultStatus, Status: 429, Headers: map[string]string{"Retry-After": "1"}}, "", 1, 2,
	},
	"a quota refusal": {mockapi.Fault{Kind: mockapi.FaultStatus, Status: 429, Body: quotaBody},
		diagnostic.SummaryQuotaExceeded, 0, 1},
	"a quota refusal with 403": {mockapi.Fault{Kind: mockapi.FaultStatus, Status: 403, Body: quotaBody},
		diagnostic.SummaryQuotaExceeded, 0, 1},
	"a suspended account": {mockapi.Fault{Kind: mockapi.FaultStatus, Status: 412},
		diagnostic.SummaryAccountSuspended, 0, 1},
	"a refusal": {mockapi.Fault{Kind: mockapi.FaultStatus, Status: 400},
		diagnostic.SummaryDeploymentNotCreated, 0, 1},
	"a key that may not do it": {mockapi.Fault{Kind: mockapi.FaultStatus, Status: 403},
		diagnostic.SummaryDeploymentNotCreated, 0, 1},
}

// TestDeployment_CreateFaults never creates a second deployment, and never loses one.
func TestDeployment_CreateFaults(t *testing.T) {
	t.Parallel()

	for name, test := range creationFaults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: 10 * time.Minute})
			planner, applier := p.Protocol(t), p.Protocol(t)
			config := providertest.DeploymentConfig(nil)
			plan := planner.Plan(t.Context(), providerdata.DeploymentType, providertest.Stored{}, config)

			p.ResetRequests()

			fault := test.fault
			fault.Method, fault.Path, fault.Match = http.MethodPost, providertest.DeploymentsPath, 1
			p.SetFaults(fault)

			got := applier.Apply(t.Context(), providerdata.DeploymentType, providertest.Stored{}, plan, config)

			if summary := got.Diagnostics.JoinedSummaries(); summary != test.want {
				t.Errorf("got %q, want %q\n%s", summary, test.want, got.Diagnostics)
			}

			if n := p.DeploymentsCreated(providertest.Chat); n != test.created {
				t.Errorf("%d deployments were created, want %d", n, test.created)
			}

			if n := createPosts(p); n != test.posts {
				t.Errorf("%d creations were requested, want %d", n, test.posts)
			}

			if test.want != "" {
				return
			}

			if got.State["state"] != "READY" {
				t.Errorf("the state contains %v", got.State["state"])
			}
		})
	}
}

// TestDeployment_Interrupted presses Ctrl-C at every step: what was created is in the state, and the next apply creates
// nothing.
func TestDeployment_Interrupted(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange func(p *providertest.Platform, cancel func())
		want    string
		inState bool
		next    providertest.Action
	}{
		"before the request": {
			func(p *providertest.Platform, cancel func()) {
				p.OnNthRequest(http.MethodGet, providertest.DeploymentPath, 3,
					func(r *http.Request) { cancel(); providertest.Hang(r) })
			}, diagnostic.SummaryDeploymentInterruptedBefore, false, providertest.ActionCreate,
		},
		"during the request": {
			func(p *providertest.Platform, cancel func()) {
				p.OnNthRequest(http.MethodPost, providertest.DeploymentsPath, 3, func(*http.Request) { cancel() })
			}, diagnostic.SummaryDeploymentInterrupted, true, providertest.ActionUpdate,
		},
		"during the request, whose response does not come": {
			func(p *providertest.Platform, cancel func()) {
				p.SetFaults(mockapi.Fault{
					Method: http.MethodPost, Path: providertest.DeploymentsPath, Match: 3, Kind: mockapi.FaultSlowBody,
					Delay: time.Hour,
				})
				p.OnNthRequest(http.MethodPost, providertest.DeploymentsPath, 3, func(*http.Request) { cancel() })
			}, diagnostic.SummaryDeploymentInterrupted, true, providertest.ActionUpdate,
		},
		"during the wait": {
			func(p *providertest.Platform, cancel func()) {
				p.OnNthRequest(http.MethodGet, providertest.DeploymentPath, 6,
					func(r *http.Request) { cancel(); providertest.Hang(r) })
			}, diagnostic.SummaryDeploymentInterrupted, true, providertest.ActionUpdate,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: 10 * time.Minute})

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()

			test.arrange(p, cancel)

			var current providertest.Instance

			got := p.DeploymentCore(t).Run(ctx, &current, providertest.DeploymentConfig(nil), providertest.RunOptions{})
			if !strings.Contains(got.Diagnostics.JoinedSummaries(), test.want) {
				t.Errorf("the diagnostics lack %q:\n%s", test.want, got.Diagnostics)
			}

			providertest.AssertEqual(t, "tainted", current.Tainted, false)
			providertest.AssertEqual(t, "in the state", current.State != nil, test.inState)

			p.OnRequest(nil)
			p.SetFaults()
			p.TakeWriteRequests()

			next := p.DeploymentCore(t).Apply(t, &current, providertest.DeploymentConfig(nil))
			providertest.AssertEqual(t, "action", next.Action, test.next)
			providertest.AssertEqual(t, "state", current.State["state"], "READY")

			if n := p.DeploymentsCreated(providertest.Chat); n != 1 {
				t.Errorf("%d deployments were created", n)
			}

			p.DeploymentCore(t).AssertEmptyPlan(t, &current, providertest.DeploymentConfig(nil))
		})
	}
}

// TestDeployment_Timeout taints a deployment that takes longer than timeouts.create; untainted, the next apply resumes.
func TestDeployment_Timeout(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: 10 * time.Minute})
	p.SetDeploymentOutcome(mockapi.DeploymentHangs)

	config := providertest.DeploymentConfig(providertest.Values{"timeouts": providertest.Values{"create": "1s",
		"update": nil, "delete": nil}})

	var current providertest.Instance

	got := p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{})
	providertest.AssertEqual(t, "summaries", got.Diagnostics.JoinedSummaries(), diagnostic.SummaryDeploymentTimedOut)
	providertest.AssertEqual(t, "tainted", current.Tainted, true)
	providertest.AssertEqual(t, "state", current.State["state"], "CREATING")

	current.Tainted = false

	p.FinishDeployments()
	p.TakeWriteRequests()

	got = p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{})
	if got.Action != providertest.ActionNone && got.Action != providertest.ActionUpdate {
		t.Errorf("the next apply is a %s", got.Action)
	}

	providertest.AssertSummaries(t, got.Diagnostics)
	providertest.AssertEqual(t, "state", current.State["state"], "READY")

	p.AssertWrites(t)
}

// TestDeployment_NoCapacity ends the wait for a deployment that gets no capacity after ten minutes, and deletes nothing.
func TestDeployment_NoCapacity(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	p.SetDeploymentOutcome(mockapi.DeploymentLacksCapacity)

	var (
		log     bytes.Buffer
		current providertest.Instance
	)

	started := p.Clock.Now()
	got := p.DeploymentCore(t).Run(tflogtest.RootLogger(t.Context(), &log), &current, providertest.DeploymentConfig(nil),
		providertest.RunOptions{})
	providertest.AssertSummaries(t, got.Diagnostics, "ERROR: "+diagnostic.SummaryDeploymentFailed)
	providertest.AssertMentions(t, got.Diagnostics, "state CREATING, RESOURCE_EXHAUSTED", "no capacity")
	providertest.AssertEqual(t, "deletions", p.Count(http.MethodDelete, "/**"), 0)

	waited := p.Clock.Now().Sub(started)
	if waited < 10*time.Minute || waited > 11*time.Minute || !strings.Contains(log.String(), `"status":"RESOURCE_EXHAUSTED no`) {
		t.Errorf("waited %s, and logged\n%s", waited, &log)
	}
}

// TestDeployment_CreationFails keeps the failed deployment in the state; the next apply deletes it without force and
// creates a new one.
func TestDeployment_CreationFails(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: 10 * time.Minute})
	p.SetDeploymentOutcome(mockapi.DeploymentFails)

	var current providertest.Instance

	got := p.DeploymentCore(t).Run(t.Context(), &current, providertest.DeploymentConfig(nil), providertest.RunOptions{})
	providertest.AssertEqual(t, "summaries", got.Diagnostics.JoinedSummaries(), diagnostic.SummaryDeploymentFailed)
	providertest.AssertEqual(t, "tainted", current.Tainted, true)
	providertest.AssertEqual(t, "state", current.State["state"], "FAILED")

	if n := p.DeploymentsCreated(providertest.Chat); n != 1 {
		t.Fatalf("%d deployments were created", n)
	}

	p.SetDeploymentOutcome(mockapi.DeploymentSucceeds)
	p.MarkInUse(providertest.Chat)

	got = p.DeploymentCore(t).Apply(t, &current, providertest.DeploymentConfig(nil), replacingFailed)
	providertest.AssertMentions(t, got.Diagnostics, "remove create_before_destroy for one apply")
	providertest.AssertEqual(t, "action", got.Action, providertest.ActionReplace)
	providertest.AssertEqual(t, "state", current.State["state"], "READY")

	if n := p.DeploymentsCreated(providertest.Chat); n != 2 {
		t.Errorf("%d deployments were created", n)
	}
}

// TestDeployment_FailsAfterInterrupt replaces an untainted deployment whose creation failed while no apply waited for
// it.
func TestDeployment_FailsAfterInterrupt(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: 10 * time.Minute})
	p.SetDeploymentOutcome(mockapi.DeploymentFails)

	var current providertest.Instance

	p.DeploymentCore(t).RunInterrupted(t, p, &current, providertest.DeploymentConfig(nil),
		providertest.Interruption{Path: providertest.DeploymentPath, N: 4})
	p.Clock.Advance(time.Hour)
	p.SetDeploymentOutcome(mockapi.DeploymentSucceeds)

	got := p.DeploymentCore(t).Run(t.Context(), &current, providertest.DeploymentConfig(nil), providertest.RunOptions{})
	providertest.AssertEqual(t, "summaries", got.Diagnostics.JoinedSummaries(),
		diagnostic.SummaryReplacingFailedDeployment)
	providertest.AssertEqual(t, "action", got.Action, providertest.ActionReplace)
	providertest.AssertEqual(t, "state", current.State["state"], "READY")
}

// TestDeployment_ResumedCreationFails says after a wait of a later apply that failed whether the next apply replaces the
// deployment, which it does.
func TestDeployment_ResumedCreationFails(t *testing.T) {
	t.Parallel()

	for outcome, next := range map[mockapi.DeploymentOutcome]providertest.Action{
		mockapi.DeploymentFails: providertest.ActionReplace, mockapi.DeploymentLacksCapacity: providertest.ActionUpdate,
	} {
		p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: 10 * time.Minute})
		core, config := p.DeploymentCore(t), providertest.DeploymentConfig(nil)

		p.SetDeploymentOutcome(outcome)

		var current providertest.Instance

		core.RunInterrupted(t, p, &current, config,
			providertest.Interruption{Path: providertest.DeploymentPath, N: 4})

		failed := core.Apply(t, &current, config, "ERROR: "+diagnostic.SummaryDeploymentFailed).Diagnostics.String()
		for text, want := range map[string]bool{
			"and the next apply replaces it.":         next == providertest.ActionReplace,
			"terraform apply -replace=fireworks_depl": next == providertest.ActionUpdate,
		} {
			if strings.Contains(failed, text) != want {
				t.Errorf("%q is said: %t, in\n%s", text, !want, failed)
			}
		}

		got := core.Run(t.Context(), &current, config, providertest.RunOptions{PlanOnly: true})
		providertest.AssertEqual(t, "the next action", got.Action, next)
	}
}

// TestDeployment_ShapeDropped taints a deployment on other hardware than requested, as soon as the response shows it.
// The next apply replaces it.
func TestDeployment_ShapeDropped(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: 10 * time.Minute})
	core, config := p.DeploymentCore(t), providertest.DeploymentConfig(nil)

	p.OnRequest(func(r *http.Request) {
		p.SetDropShapes(r.Method == http.MethodPost && !r.URL.Query().Has("validateOnly"))
	})

	var current providertest.Instance

	got := core.Run(t.Context(), &current, config, providertest.RunOptions{})
	providertest.AssertEqual(t, "summaries", got.Diagnostics.JoinedSummaries(), diagnostic.SummaryShapeNotApplied)
	providertest.AssertEqual(t, "tainted", current.Tainted, true)
	providertest.AssertEqual(t, "state", current.State["state"], any("CREATING"))

	p.OnRequest(nil)
	p.SetDropShapes(false)

	got = core.Apply(t, &current, config, replacingFailed)
	providertest.AssertEqual(t, "action", got.Action, providertest.ActionReplace)
}

// TestDeployment_ReplacedIDIsLate retries a 409 of an ID that this provider has just freed, for up to two minutes.
func TestDeployment_ReplacedIDIsLate(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		lag  time.Duration
		want string
	}{
		"a minute":     {time.Minute, ""},
		"five minutes": {5 * time.Minute, diagnostic.SummaryDeploymentExists},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			p.SetHardDeleteLag(test.lag)

			current := p.DeploymentCore(t).Create(t, providertest.DeploymentConfig(nil))

			got := p.DeploymentCore(t).Run(t.Context(), &current, providertest.DeploymentConfig(nil),
				providertest.RunOptions{Replace: true})
			if got.Action != providertest.ActionReplace || got.Diagnostics.JoinedSummaries() != test.want {
				t.Errorf("%s\n%s", got.Action, got.Diagnostics)
			}

			if test.want != "" {
				providertest.AssertMentions(t, got.Diagnostics,
					"This run deleted the old deployment "+providertest.Chat+" of the base model "+providertest.QwenBase+" with the shape "+providertest.ServingShape)
			}
		})
	}
}
