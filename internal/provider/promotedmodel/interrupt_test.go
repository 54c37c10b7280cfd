// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// interrupts are the moments at which Ctrl-C may come during a create. Terraform cancels the call's context then.
var interrupts = []struct {
	name string
	// arrange lets cancel be called at the moment.
	arrange func(p *providertest.Platform, cancel func())
	want    []string
	mention []string
	// remembered is whether the model is in the state, and remembers its operation.
	inState, remembered bool
	traffic             providertest.Traffic
	// next is what the next run does, once the promotion ends in its course.
	next providertest.Action
}{
	{
		name: "during the check before the promotion",
		arrange: func(p *providertest.Platform, cancel func()) {
			p.OnNthRequest(http.MethodGet, providertest.ModelPath, 3,
				func(r *http.Request) { cancel(); providertest.Hang(r) })
		},
		want:    []string{"ERROR: Interrupted before promotion was confirmed"},
		mention: []string{"Nothing was created or changed."},
		traffic: providertest.Traffic{Listed: 2}, next: providertest.ActionCreate,
	},
	{
		name: "during the request, response soon",
		arrange: func(p *providertest.Platform, cancel func()) {
			p.OnNthRequest(http.MethodPost, providertest.PromotePath, 1, func(*http.Request) { cancel() })
		},
		want:    []string{"WARNING: Promotion still running after interrupt"},
		mention: []string{"accounts/demo/operations/promote-1", "the next apply resumes waiting"},
		inState: true, remembered: true, traffic: providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2},
		next: providertest.ActionUpdate,
	},
	{
		name: "during the request, response lost after the promotion started",
		arrange: func(p *providertest.Platform, cancel func()) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Path: providertest.PromotePath,
				Kind: mockapi.FaultSlowBody, Delay: time.Hour})
			p.OnNthRequest(http.MethodPost, providertest.PromotePath, 1, func(*http.Request) { cancel() })
		},
		want:    []string{"WARNING: Promotion still running after interrupt"},
		inState: true, traffic: providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2},
		next: providertest.ActionUpdate,
	},
	{
		name: "during the request, no response",
		arrange: func(p *providertest.Platform, cancel func()) {
			p.SetFaults(providertest.Unanswered(http.MethodPost))
			p.OnNthRequest(http.MethodPost, providertest.PromotePath, 1, func(*http.Request) { cancel() })
		},
		want:    []string{"ERROR: Interrupted before promotion was confirmed"},
		mention: []string{"prints an import block for it"},
		traffic: providertest.Traffic{Requested: 1, Listed: 2}, next: providertest.ActionCreate,
	},
	{
		name: "during the GET after a lost response",
		arrange: func(p *providertest.Platform, cancel func()) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Path: providertest.PromotePath,
				Kind: mockapi.FaultResetAfter})
			p.OnNthRequest(http.MethodGet, providertest.ModelPath, 4,
				func(r *http.Request) { cancel(); providertest.Hang(r) })
		},
		want:    []string{"WARNING: Promotion still running after interrupt"},
		inState: true, traffic: providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2},
		next: providertest.ActionUpdate,
	},
	{
		name: "while the operation is polled",
		arrange: func(p *providertest.Platform, cancel func()) {
			p.OnNthRequest(http.MethodGet, providertest.OperationPath, 3,
				func(r *http.Request) { cancel(); providertest.Hang(r) })
		},
		want: []string{"WARNING: Promotion still running after interrupt"},
		mention: []string{"accounts/demo/operations/promote-1", `last status "Validating checkpoint"`,
			"state UPLOADING"},
		inState: true, remembered: true, traffic: providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2},
		next: providertest.ActionUpdate,
	},
	{
		name: "while the model is polled",
		arrange: func(p *providertest.Platform, cancel func()) {
			p.SetFaults(mockapi.Fault{Path: providertest.OperationPath, Times: 1, Kind: mockapi.FaultStatus,
				Status: 404})
			p.OnNthRequest(http.MethodGet, providertest.ModelPath, 5,
				func(r *http.Request) { cancel(); providertest.Hang(r) })
		},
		want:    []string{"WARNING: Promotion still running after interrupt"},
		inState: true, remembered: true, traffic: providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2},
		next: providertest.ActionUpdate,
	},
	{
		name: "while the API is down",
		arrange: func(p *providertest.Platform, cancel func()) {
			p.OnNthRequest(http.MethodGet, providertest.OperationPath, 1, func(r *http.Request) {
				p.OnRequest(providertest.Hang)
				cancel()
				providertest.Hang(r)
			})
		},
		want:    []string{"WARNING: Promotion still running after interrupt"},
		inState: true, remembered: true, traffic: providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2},
		next: providertest.ActionUpdate,
	},
	{
		name: "while the metadata is set",
		arrange: func(p *providertest.Platform, cancel func()) {
			p.SetFaults(providertest.Unanswered(http.MethodPatch))
			p.OnNthRequest(http.MethodPatch, providertest.ModelPath, 1, func(*http.Request) { cancel() })
		},
		want:    []string{"WARNING: Model metadata not set"},
		mention: []string{"The run was interrupted before a response was received."},
		inState: true, traffic: providertest.Traffic{Requested: 1, Promoted: 1, Patched: 1, Listed: 2},
		next: providertest.ActionUpdate,
	},
}

func TestInterrupt_Create(t *testing.T) {
	t.Parallel()

	for _, test := range interrupts {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: 5 * time.Minute})
			models := platform.PromotedModels(t)
			config := providertest.With(providertest.ModelConfig("m"), providertest.Values{"display_name": "M"})

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()

			var interrupted time.Time

			test.arrange(platform, func() { interrupted = time.Now(); cancel() })

			var current providertest.Instance

			got := models.Run(ctx, &current, config, providertest.RunOptions{})

			if took := time.Since(interrupted); interrupted.IsZero() || took > 3*time.Second {
				t.Errorf("came back after %s", took)
			}

			providertest.AssertSummaries(t, got.Diagnostics, test.want...)
			providertest.AssertMentions(t, got.Diagnostics, test.mention...)
			platform.AssertTraffic(t, test.traffic)

			providertest.AssertEqual(t, "tainted", current.Tainted, false)
			providertest.AssertEqual(t, "in the state", current.State != nil, test.inState)
			providertest.AssertEqual(t, "has a pending operation",
				providertest.PendingOperationName(t, current.Private) != "", test.remembered)

			if test.inState && (current.State["id"] != providertest.DemoModels+"m" ||
				current.Identity["model_id"] != "m") {
				t.Errorf("in the state: %v with the identity %v", current.State, current.Identity)
			}

			platform.OnRequest(nil)
			platform.SetFaults()
			providertest.AssertConverges(t, models, &current, config, test.next)

			platform.AssertModels(t, 1, 0)
		})
	}
}

// The wait of a later apply is interrupted without loss as well, any number of times.
func TestInterrupt_Resume(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Hour})
	models := platform.PromotedModels(t)

	var current providertest.Instance

	for round, want := range []string{
		"WARNING: Promotion still running after interrupt",
		"ERROR: Interrupted while waiting for model",
		"ERROR: Interrupted while waiting for model",
	} {
		got := models.RunInterrupted(t, platform, &current, providertest.ModelConfig("m"),
			providertest.Interruption{Path: providertest.OperationPath, N: 5, Hangs: true})
		providertest.AssertSummaries(t, got.Diagnostics, want)

		if current.Tainted || providertest.PendingOperationName(t,
			current.Private) != "accounts/demo/operations/promote-1" {
			t.Fatalf("round %d: tainted = %v, private state %s", round, current.Tainted, current.Private)
		}
	}

	providertest.AssertConverges(t, models, &current, providertest.ModelConfig("m"), providertest.ActionUpdate)
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2})
}

// What a later apply finds out, when the promotion failed in the meantime.
func TestInterrupt_ResumedPromotionFails(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		outcome mockapi.PromotionOutcome
		want    string
		next    providertest.Action
		deleted int
	}{
		"without a model": {mockapi.PromotionFailsWithoutModel, "ERROR: Promotion failed", providertest.ActionCreate,
			0},
		"leaving a model": {mockapi.PromotionFailsLeavingModel, "ERROR: Promotion failed", providertest.ActionReplace,
			1},
		"the model is bad": {mockapi.PromotionLeavesBrokenModel, "ERROR: Promoted model unusable",
			providertest.ActionReplace, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
			platform.SetPromotionOutcome(test.outcome)
			models := platform.PromotedModels(t)

			var current providertest.Instance

			models.RunInterrupted(t, platform, &current, providertest.ModelConfig("m"),
				providertest.Interruption{Path: providertest.OperationPath, N: 2})
			platform.SetPromotionOutcome(mockapi.PromotionSucceeds)

			got := models.Apply(t, &current, providertest.ModelConfig("m"), test.want)

			if got.Action != providertest.ActionUpdate {
				t.Errorf("the failing apply is a %s", got.Action)
			}

			providertest.AssertConverges(t, models, &current, providertest.ModelConfig("m"), test.next)

			platform.AssertModels(t, 2, test.deleted)
		})
	}
}

// A timeout that is over before the promotion is confirmed leaves nothing in the state, and says which it was.
func TestTimeout_BeforePromotion(t *testing.T) {
	t.Parallel()

	config := providertest.With(providertest.ModelConfig("m"),
		providertest.Values{"timeouts": providertest.Values{"create": "1s"}})

	for name, test := range map[string]struct {
		method, path string
		n            int
		requested    int
		mention      string
	}{
		"during the check": {http.MethodGet, providertest.ModelPath, 3, 0,
			"The timeout of 1s (timeouts.create) expired before the promotion of"},
		"during the request": {http.MethodPost, providertest.PromotePath, 1, 1,
			"To wait longer, increase timeouts.create."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			platform.OnNthRequest(test.method, test.path, test.n,
				func(*http.Request) { platform.SetFaults(providertest.Unanswered(test.method)) })
			models := platform.PromotedModels(t)

			var current providertest.Instance

			got := models.Apply(t, &current, config, "ERROR: Timeout before promotion was confirmed")
			providertest.AssertMentions(t, got.Diagnostics, test.mention)
			platform.AssertTraffic(t, providertest.Traffic{Requested: test.requested, Listed: 2})

			if current.State != nil {
				t.Errorf("got %v", current.State)
			}

			platform.SetFaults()
			providertest.AssertConverges(t, models, &current, providertest.ModelConfig("m"), providertest.ActionCreate)
		})
	}
}

// A request that runs into request_timeout is not the timeout of the resource.
func TestTimeout_SingleRequest(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	process := platform.ProtocolWith(t, providertest.Values{"request_timeout": "20ms", "max_retries": 0})
	plan := process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
		providertest.ModelConfig("m"))

	platform.OnRequest(providertest.Hang)

	result := process.Apply(t.Context(), providerdata.PromotedModelType, providertest.Stored{}, plan,
		providertest.ModelConfig("m"))
	providertest.AssertSummaries(t, result.Diagnostics, "ERROR: Checkpoint not promoted")
	providertest.AssertMentions(t, result.Diagnostics, "no complete response within 20ms")
}
