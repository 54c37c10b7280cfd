package provider

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// interrupts are the moments at which Ctrl-C may come during a create. Terraform cancels the call's context then.
var interrupts = []struct {
	name string
	// arrange lets cancel be called at the moment.
	arrange func(p *platform, cancel func())
	want    []string
	mention []string
	// remembered is whether the model is in the state, and remembers its operation.
	inState, remembered bool
	traffic             traffic
	// next is what the next run does, once the promotion ends in its course.
	next action
}{
	{
		name: "during the check before the promotion",
		arrange: func(p *platform, cancel func()) {
			p.onRequest(http.MethodGet, modelPath, 3, func(r *http.Request) { cancel(); hang(r) })
		},
		want:    []string{"ERROR: Interrupted before promotion was confirmed"},
		mention: []string{"Nothing was created or changed."},
		traffic: traffic{Listed: 2}, next: actionCreate,
	},
	{
		name: "during the request, response soon",
		arrange: func(p *platform, cancel func()) {
			p.onRequest(http.MethodPost, promotePath, 1, func(*http.Request) { cancel() })
		},
		want:    []string{"WARNING: Promotion still running after interrupt"},
		mention: []string{"accounts/demo/operations/promote-1", "the next apply resumes waiting"},
		inState: true, remembered: true, traffic: traffic{Requested: 1, Promoted: 1, Listed: 2}, next: actionUpdate,
	},
	{
		name: "during the request, response lost after the promotion started",
		arrange: func(p *platform, cancel func()) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Path: promotePath, Kind: mockapi.FaultSlowBody, Delay: time.Hour})
			p.onRequest(http.MethodPost, promotePath, 1, func(*http.Request) { cancel() })
		},
		want:    []string{"WARNING: Promotion still running after interrupt"},
		inState: true, traffic: traffic{Requested: 1, Promoted: 1, Listed: 2}, next: actionUpdate,
	},
	{
		name: "during the request, no response",
		arrange: func(p *platform, cancel func()) {
			p.SetFaults(unanswered(http.MethodPost))
			p.onRequest(http.MethodPost, promotePath, 1, func(*http.Request) { cancel() })
		},
		want:    []string{"ERROR: Interrupted before promotion was confirmed"},
		mention: []string{"prints an import block for it"},
		traffic: traffic{Requested: 1, Listed: 2}, next: actionCreate,
	},
	{
		name: "during the GET after a lost response",
		arrange: func(p *platform, cancel func()) {
			p.SetFaults(mockapi.Fault{Method: http.MethodPost, Path: promotePath, Kind: mockapi.FaultResetAfter})
			p.onRequest(http.MethodGet, modelPath, 4, func(r *http.Request) { cancel(); hang(r) })
		},
		want:    []string{"WARNING: Promotion still running after interrupt"},
		inState: true, traffic: traffic{Requested: 1, Promoted: 1, Listed: 2}, next: actionUpdate,
	},
	{
		name: "while the operation is polled",
		arrange: func(p *platform, cancel func()) {
			p.onRequest(http.MethodGet, operationPath, 3, func(r *http.Request) { cancel(); hang(r) })
		},
		want:    []string{"WARNING: Promotion still running after interrupt"},
		mention: []string{"accounts/demo/operations/promote-1", `last status "Validating checkpoint"`, "state UPLOADING"},
		inState: true, remembered: true, traffic: traffic{Requested: 1, Promoted: 1, Listed: 2}, next: actionUpdate,
	},
	{
		name: "while the model is polled",
		arrange: func(p *platform, cancel func()) {
			p.SetFaults(mockapi.Fault{Path: operationPath, Times: 1, Kind: mockapi.FaultStatus, Status: 404})
			p.onRequest(http.MethodGet, modelPath, 5, func(r *http.Request) { cancel(); hang(r) })
		},
		want:    []string{"WARNING: Promotion still running after interrupt"},
		inState: true, remembered: true, traffic: traffic{Requested: 1, Promoted: 1, Listed: 2}, next: actionUpdate,
	},
	{
		name: "while the API is down",
		arrange: func(p *platform, cancel func()) {
			p.onRequest(http.MethodGet, operationPath, 1, func(r *http.Request) {
				p.OnRequest(hang)
				cancel()
				hang(r)
			})
		},
		want:    []string{"WARNING: Promotion still running after interrupt"},
		inState: true, remembered: true, traffic: traffic{Requested: 1, Promoted: 1, Listed: 2}, next: actionUpdate,
	},
	{
		name: "while the metadata is set",
		arrange: func(p *platform, cancel func()) {
			p.SetFaults(unanswered(http.MethodPatch))
			p.onRequest(http.MethodPatch, modelPath, 1, func(*http.Request) { cancel() })
		},
		want:    []string{"WARNING: Model metadata not set"},
		mention: []string{"The run was interrupted before a response was received."},
		inState: true, traffic: traffic{Requested: 1, Promoted: 1, Patched: 1, Listed: 2}, next: actionUpdate,
	},
}

func TestInterrupt_Create(t *testing.T) {
	t.Parallel()

	for _, test := range interrupts {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{PromotionTime: 5 * time.Minute})
			models := platform.promotedModels(t)
			config := with(modelConfig("m"), values{"display_name": "M"})

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()

			var interrupted time.Time

			test.arrange(platform, func() { interrupted = time.Now(); cancel() })

			var current instance

			got := models.Run(ctx, &current, config, runOptions{})

			if took := time.Since(interrupted); interrupted.IsZero() || took > 3*time.Second {
				t.Errorf("came back after %s", took)
			}

			assertSummaries(t, got.Diagnostics, test.want...)
			assertMentions(t, got.Diagnostics, test.mention...)
			platform.assertTraffic(t, test.traffic)

			assertEqual(t, "tainted", current.Tainted, false)
			assertEqual(t, "in the state", current.State != nil, test.inState)
			assertEqual(t, "has a pending operation", pendingOperationName(t, current.Private) != "", test.remembered)

			if test.inState && (current.State["id"] != demoModels+"m" || current.Identity["model_id"] != "m") {
				t.Errorf("in the state: %v with the identity %v", current.State, current.Identity)
			}

			platform.OnRequest(nil)
			platform.SetFaults()
			assertConverges(t, models, &current, config, test.next)

			platform.assertModels(t, 1, 0)
		})
	}
}

// The wait of a later apply is interrupted without loss as well, any number of times.
func TestInterrupt_Resume(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{PromotionTime: time.Hour})
	models := platform.promotedModels(t)

	var current instance

	for round, want := range []string{
		"WARNING: Promotion still running after interrupt",
		"ERROR: Interrupted while waiting for model",
		"ERROR: Interrupted while waiting for model",
	} {
		got := models.runInterrupted(t, platform, &current, modelConfig("m"), interruption{path: operationPath, n: 5, hangs: true})
		assertSummaries(t, got.Diagnostics, want)

		if current.Tainted || pendingOperationName(t, current.Private) != "accounts/demo/operations/promote-1" {
			t.Fatalf("round %d: tainted = %v, private state %s", round, current.Tainted, current.Private)
		}
	}

	assertConverges(t, models, &current, modelConfig("m"), actionUpdate)
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Listed: 2})
}

// What a later apply finds out, when the promotion failed in the meantime.
func TestInterrupt_ResumedPromotionFails(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		outcome mockapi.PromotionOutcome
		want    string
		next    action
		deleted int
	}{
		"without a model":  {mockapi.PromotionFailsWithoutModel, "ERROR: Promotion failed", actionCreate, 0},
		"leaving a model":  {mockapi.PromotionFailsLeavingModel, "ERROR: Promotion failed", actionReplace, 1},
		"the model is bad": {mockapi.PromotionLeavesBrokenModel, "ERROR: Promoted model unusable", actionReplace, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{PromotionTime: time.Minute})
			platform.SetPromotionOutcome(test.outcome)
			models := platform.promotedModels(t)

			var current instance

			models.runInterrupted(t, platform, &current, modelConfig("m"), interruption{path: operationPath, n: 2})
			platform.SetPromotionOutcome(mockapi.PromotionSucceeds)

			got := models.Run(t.Context(), &current, modelConfig("m"), runOptions{})
			assertSummaries(t, got.Diagnostics, test.want)

			if got.Action != actionUpdate {
				t.Errorf("the failing apply is a %s", got.Action)
			}

			assertConverges(t, models, &current, modelConfig("m"), test.next)

			platform.assertModels(t, 2, test.deleted)
		})
	}
}

// A timeout that is over before the promotion is confirmed leaves nothing in the state, and says which it was.
func TestTimeout_BeforePromotion(t *testing.T) {
	t.Parallel()

	config := with(modelConfig("m"), values{"timeouts": values{"create": "1s"}})

	for name, test := range map[string]struct {
		method, path string
		n            int
		requested    int
		mention      string
	}{
		"during the check":   {http.MethodGet, modelPath, 3, 0, "The timeout of 1s (timeouts.create) expired before the promotion of"},
		"during the request": {http.MethodPost, promotePath, 1, 1, "To wait longer, increase timeouts.create."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			platform.onRequest(test.method, test.path, test.n, func(*http.Request) { platform.SetFaults(unanswered(test.method)) })
			models := platform.promotedModels(t)

			var current instance

			got := models.Run(t.Context(), &current, config, runOptions{})
			assertSummaries(t, got.Diagnostics, "ERROR: Timeout before promotion was confirmed")
			assertMentions(t, got.Diagnostics, test.mention)
			platform.assertTraffic(t, traffic{Requested: test.requested, Listed: 2})

			if current.State != nil {
				t.Errorf("got %v", current.State)
			}

			platform.SetFaults()
			assertConverges(t, models, &current, modelConfig("m"), actionCreate)
		})
	}
}

// A request that runs into request_timeout is not the timeout of the resource.
func TestTimeout_SingleRequest(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	process := platform.protocolWith(t, values{"request_timeout": "20ms", "max_retries": 0})
	plan := process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("m"))

	platform.OnRequest(hang)

	result := process.Apply(t.Context(), promotedModelType, stored{}, plan, modelConfig("m"))
	assertSummaries(t, result.Diagnostics, "ERROR: Checkpoint not promoted")
	assertMentions(t, result.Diagnostics, "no complete response within 20ms")
}
