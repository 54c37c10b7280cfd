// SPDX-License-Identifier: MPL-2.0

package deployedmodel_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestDeployedModel_Faults loads the model once, whatever happens to one request, at each request of the apply.
func TestDeployedModel_Faults(t *testing.T) {
	t.Parallel()

	steps := map[string]mockapi.Fault{
		"the list before":      {Method: http.MethodGet, Path: providertest.DeployedModelsPath, Match: 3},
		"the request":          {Method: http.MethodPost, Path: providertest.DeployedModelsPath, Match: 1},
		"the first poll":       {Method: http.MethodGet, Path: providertest.DeployedModelPath, Match: 1},
		"the poll before last": {Method: http.MethodGet, Path: providertest.DeployedModelPath, Match: 4},
	}
	kinds := map[string]mockapi.Fault{
		"reset before": {Kind: mockapi.FaultResetBefore},
		"reset after":  {Kind: mockapi.FaultResetAfter},
		"truncated":    {Kind: mockapi.FaultTruncated},
		"429":          {Kind: mockapi.FaultStatus, Status: 429, Headers: map[string]string{"Retry-After": "1"}},
		"500 before":   {Kind: mockapi.FaultStatus, Status: 500},
		"502 after":    {Kind: mockapi.FaultStatusAfter, Status: 502},
		"503 before":   {Kind: mockapi.FaultStatus, Status: 503},
		"504 after":    {Kind: mockapi.FaultStatusAfter, Status: 504},
		"aborted":      {Kind: mockapi.FaultPanic},
		"wrong length": {Kind: mockapi.FaultWrongLength},
		"408 after":    {Kind: mockapi.FaultStatusAfter, Status: 408},
		"500 after":    {Kind: mockapi.FaultStatusAfter, Status: 500},
		"499 after":    {Kind: mockapi.FaultStatusAfter, Status: 499},
		"520 after":    {Kind: mockapi.FaultStatusAfter, Status: 520},
	}

	for stepName, step := range steps {
		for kindName, kind := range kinds {
			t.Run(stepName+"/"+kindName, func(t *testing.T) {
				t.Parallel()

				p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
				fault := kind
				fault.Method, fault.Path, fault.Match = step.Method, step.Path, step.Match
				p.SetFaults(fault)

				var current providertest.Instance

				providertest.AssertLoads(t, p.DeployedModelCore(t), &current, providertest.LoraConfig(nil),
					providertest.ActionCreate)
				p.AssertLoadedOnce(t)
			})
		}
	}
}

// TestDeployedModel_LostEveryTime reports a load whose responses are all lost, and loads the model once with the next
// apply.
func TestDeployedModel_LostEveryTime(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	core := p.DeployedModelCore(t)

	p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: 502})

	var current providertest.Instance

	core.Apply(t, &current, providertest.LoraConfig(nil), "ERROR: Outcome of loading unknown")

	if current.State != nil || p.DeployedModelsCreated(providertest.SupportLoRA) != 0 {
		t.Errorf("the state contains %v", current.State)
	}

	p.SetFaults()
	providertest.AssertLoads(t, core, &current, providertest.LoraConfig(nil), providertest.ActionCreate)
	p.AssertLoadedOnce(t)
}

// TestDeployedModel_NotListed reports a model that is loaded, but not listed yet. The next plan finds it.
func TestDeployedModel_NotListed(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	core := p.DeployedModelCore(t)
	empty := mockapi.Fault{Method: http.MethodGet, Path: providertest.DeployedModelsPath, Kind: mockapi.FaultStatus,
		Status: 200, Body: `{}`}

	p.SetFaults(empty, mockapi.Fault{Method: http.MethodPost, Match: 1, Kind: mockapi.FaultResetAfter})

	var current providertest.Instance

	core.Apply(t, &current, providertest.LoraConfig(nil), "ERROR: Outcome of loading unknown")

	p.SetFaults()

	core.Apply(t, &current, providertest.LoraConfig(nil), "ERROR model: Model already loaded")
	p.AssertLoadedOnce(t)
}

// TestDeployedModel_Refused leaves nothing in the state, and loads nothing.
func TestDeployedModel_Refused(t *testing.T) {
	t.Parallel()

	const quota = `{"code":8,"message":"deployed-model-count for account demo, in use: 16, quota: 16, requesting: 1"}`

	for name, test := range map[string]struct {
		status  int
		body    string
		want    string
		mention string
	}{
		"an invalid request":  {400, "", "ERROR: Model not loaded", "enable_addons"},
		"no permission":       {403, "", "ERROR: Model not loaded", "not permitted"},
		"no such object":      {404, "", "ERROR: Model not loaded", "Check that the model and the deployment exist."},
		"a conflict":          {409, "", "ERROR model: Model already loaded", "import block"},
		"too little quota":    {429, quota, "ERROR: Quota exceeded", "fireworks_quotas"},
		"an account on hold":  {412, "", "ERROR: Model not loaded", "412"},
		"a model that is new": {0, "", "ERROR model: Model already loaded", "import {"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			core := p.DeployedModelCore(t)

			if test.status == 0 {
				p.OnNthRequest(http.MethodGet, providertest.DeployedModelsPath, 3, func(*http.Request) {
					p.PutDeployedModel(mockapi.DeployedModel{Model: providertest.SupportLoRA,
						Deployment: providertest.AddonsDeployment})
				})
			} else {
				p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: test.status,
					Body: test.body})
			}

			var current providertest.Instance

			got := core.Apply(t, &current, providertest.LoraConfig(nil), test.want)
			providertest.AssertMentions(t, got.Diagnostics, test.mention)

			providertest.AssertEqual(t, "deployed models", p.DeployedModelsCreated(providertest.SupportLoRA), 0)
			providertest.AssertEqual(t, "in the state", current.State != nil, false)

			if n := p.Loads(); n > 1 {
				t.Errorf("%d requests to load, want at most 1", n)
			}
		})
	}
}

// TestDeployedModel_LoadFails keeps what is left of a model that could not be loaded in the state, so that the next
// apply replaces it.
func TestDeployedModel_LoadFails(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		outcome mockapi.DeployedModelOutcome
		next    providertest.Action
		mention string
	}{
		"with a status": {mockapi.DeployedModelFails, providertest.ActionReplace,
			"The platform reported: loading the addon failed"},
		"by unloading": {mockapi.DeployedModelUnloads, providertest.ActionReplace, "UNDEPLOYING"},
		"by disappearing": {mockapi.DeployedModelDisappears, providertest.ActionCreate,
			"the deployed model does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			core := p.DeployedModelCore(t)

			p.SetDeployedModelOutcome(test.outcome)

			var current providertest.Instance

			got := core.Apply(t, &current, providertest.LoraConfig(nil), "ERROR: Loading failed")
			providertest.AssertMentions(t, got.Diagnostics, test.mention)

			if left := len(p.Loaded(providertest.SupportLoRA,
				providertest.AddonsDeployment)) > 0; left != (current.State != nil) || left != current.Tainted {
				t.Errorf("left on the platform: %v, tainted: %v, state %v", left, current.Tainted, current.State)
			}

			p.SetDeployedModelOutcome(mockapi.DeployedModelSucceeds)
			providertest.AssertLoads(t, core, &current, providertest.LoraConfig(nil), test.next)

			if created, names := p.DeployedModelsCreated(providertest.SupportLoRA), p.Loaded(providertest.SupportLoRA,
				providertest.AddonsDeployment); created != 2 || len(names) != 1 {
				t.Errorf("loaded %d times, and as %v", created, names)
			}
		})
	}
}

// TestDeployedModel_Interrupted presses Ctrl-C at every step: what is being loaded is in the state, and the next apply
// resumes.
func TestDeployedModel_Interrupted(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange func(p *providertest.Platform, cancel func())
		want    string
		inState bool
		next    providertest.Action
	}{
		"before the request": {
			func(p *providertest.Platform, cancel func()) {
				p.OnNthRequest(http.MethodGet, providertest.DeployedModelsPath, 3,
					func(r *http.Request) { cancel(); providertest.Hang(r) })
			}, "ERROR: Interrupted before loading was confirmed", false, providertest.ActionCreate,
		},
		"during the request, with a response": {
			func(p *providertest.Platform, cancel func()) {
				p.OnNthRequest(http.MethodPost, providertest.DeployedModelsPath, 1, func(*http.Request) { cancel() })
			}, "WARNING: Model still being loaded after interrupt", true, providertest.ActionUpdate,
		},
		"during the request, with a lost response": {
			func(p *providertest.Platform, cancel func()) {
				p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultResetAfter})
				p.OnNthRequest(http.MethodPost, providertest.DeployedModelsPath, 1, func(*http.Request) { cancel() })
			}, "WARNING: Model still being loaded after interrupt", true, providertest.ActionUpdate,
		},
		"during the request, without a response": {
			func(p *providertest.Platform, cancel func()) {
				p.SetFaults(providertest.Unanswered(http.MethodPost))
				p.OnNthRequest(http.MethodPost, providertest.DeployedModelsPath, 1, func(*http.Request) { cancel() })
			}, "ERROR: Interrupted before loading was confirmed", false, providertest.ActionCreate,
		},
		"during the wait": {
			func(p *providertest.Platform, cancel func()) {
				p.OnNthRequest(http.MethodGet, providertest.DeployedModelPath, 2,
					func(r *http.Request) { cancel(); providertest.Hang(r) })
			}, "WARNING: Model still being loaded after interrupt", true, providertest.ActionUpdate,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: 6 * time.Minute})
			core := p.DeployedModelCore(t)

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()

			test.arrange(p, cancel)

			var current providertest.Instance

			got := core.Run(ctx, &current, providertest.LoraConfig(nil), providertest.RunOptions{})
			providertest.AssertSummaries(t, got.Diagnostics, test.want)

			if current.Tainted || (current.State != nil) != test.inState {
				t.Errorf("tainted = %v, state %v", current.Tainted, current.State)
			}

			p.OnRequest(nil)
			p.SetFaults()
			providertest.AssertLoads(t, core, &current,
				providertest.LoraConfig(providertest.Values{"display_name": "S"}), test.next)
			p.AssertLoadedOnce(t)
		})
	}
}

// TestDeployedModel_InterruptedAgain interrupts the apply that resumes, and one more.
func TestDeployedModel_InterruptedAgain(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Hour})
	core := p.DeployedModelCore(t)

	var current providertest.Instance

	for _, want := range []string{
		"WARNING: Model still being loaded after interrupt",
		"ERROR: Interrupted while waiting for loading",
		"ERROR: Interrupted while waiting for loading",
	} {
		got := core.RunInterrupted(t, p, &current, providertest.LoraConfig(nil),
			providertest.Interruption{Path: providertest.DeployedModelPath, N: 3, Hangs: true})
		providertest.AssertSummaries(t, got.Diagnostics, want)

		if current.Tainted || current.State["state"] != "DEPLOYING" {
			t.Fatalf("tainted = %v, state %v", current.Tainted, current.State)
		}
	}

	providertest.AssertLoads(t, core, &current, providertest.LoraConfig(nil), providertest.ActionUpdate)
	p.AssertLoadedOnce(t)
}

// TestDeployedModel_InterruptedWithError does not say that the loading continues while the platform reports an error.
func TestDeployedModel_InterruptedWithError(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Hour})
	p.SetFaults(mockapi.Fault{Path: providertest.DeployedModelPath, Kind: mockapi.FaultEdit,
		Body: `{"status":{"code":"INTERNAL","message":"out of memory"}}`})

	var current providertest.Instance

	got := p.DeployedModelCore(t).RunInterrupted(t, p, &current, providertest.LoraConfig(nil),
		providertest.Interruption{Path: providertest.DeployedModelPath, N: 2})
	providertest.AssertSummaries(t, got.Diagnostics, "WARNING: Model still being loaded after interrupt")
	providertest.AssertMentions(t, got.Diagnostics, "The platform reports an error, so the loading may have failed "+
		`(state DEPLOYING, INTERNAL, "out of memory").`)

	if strings.Contains(got.Diagnostics.String(), "continues") {
		t.Errorf("it may have ended:\n%s", got.Diagnostics)
	}
}

// TestDeployedModel_ResumedLoadFails replaces a deployed model whose failure only a resumed apply sees, which does not
// taint it.
func TestDeployedModel_ResumedLoadFails(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: 6 * time.Minute})
	p.SetDeployedModelOutcome(mockapi.DeployedModelFails)

	core := p.DeployedModelCore(t)

	var current providertest.Instance

	core.RunInterrupted(t, p, &current, providertest.LoraConfig(nil),
		providertest.Interruption{Path: providertest.DeployedModelPath, N: 2})
	p.SetDeployedModelOutcome(mockapi.DeployedModelSucceeds)

	got := core.Apply(t, &current, providertest.LoraConfig(nil), "ERROR: Loading failed")

	providertest.AssertMentions(t, got.Diagnostics, "and the next apply replaces it.")

	if got.Action != providertest.ActionUpdate || current.Tainted {
		t.Errorf("the failing apply is a %s, tainted = %v", got.Action, current.Tainted)
	}

	if strings.Contains(got.Diagnostics.String(), "-replace") {
		t.Errorf("it is replaced anyway:\n%s", got.Diagnostics)
	}

	got = core.Apply(t, &current, providertest.LoraConfig(nil), "WARNING state: Replacing unusable deployed model")

	if got.Action != providertest.ActionReplace {
		t.Errorf("the next apply is a %s", got.Action)
	}

	providertest.AssertLoads(t, core, &current, providertest.LoraConfig(nil), providertest.ActionNone)
}

// TestDeployedModel_TimedOut taints the deployed model, which an untaint resumes. A timeout before the request leaves
// no state.
func TestDeployedModel_TimedOut(t *testing.T) {
	t.Parallel()

	config := providertest.LoraConfig(providertest.Values{"timeouts": providertest.Values{"create": "1s"}})

	for name, test := range map[string]struct {
		method, path string
		n            int
		want         string
		inState      bool
		next         providertest.Action
	}{
		"before the request": {http.MethodGet, providertest.DeployedModelsPath, 3,
			"ERROR: Timeout before loading was confirmed", false, providertest.ActionCreate},
		"during the request": {http.MethodPost, providertest.DeployedModelsPath, 1,
			"ERROR: Timeout before loading was confirmed", false, providertest.ActionCreate},
		"during the wait": {http.MethodGet, providertest.DeployedModelPath, 2,
			"ERROR: Model still being loaded after timeout", true, providertest.ActionUpdate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Hour})
			core := p.DeployedModelCore(t)

			p.OnNthRequest(test.method, test.path, test.n,
				func(*http.Request) { p.SetFaults(providertest.Unanswered(test.method)) })

			var current providertest.Instance

			got := core.Apply(t, &current, config, test.want)
			providertest.AssertMentions(t, got.Diagnostics, "(timeouts.create) expired")

			if current.Tainted != test.inState || (current.State != nil) != test.inState {
				t.Errorf("tainted = %v, state %v", current.Tainted, current.State)
			}

			p.OnRequest(nil)
			p.SetFaults()

			current.Tainted = false
			providertest.AssertLoads(t, core, &current, providertest.LoraConfig(nil), test.next)
			p.AssertLoadedOnce(t)
		})
	}
}

// TestDeployedModel_UnloadTimedOut keeps the deployed model in the state, and finishes with the next destroy.
func TestDeployedModel_UnloadTimedOut(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Hour})
	core := p.DeployedModelCore(t)

	var current providertest.Instance

	providertest.AssertLoads(t, core, &current,
		providertest.LoraConfig(providertest.Values{"timeouts": providertest.Values{"delete": "1s"}}),
		providertest.ActionCreate)
	p.OnNthRequest(http.MethodGet, providertest.DeployedModelPath, 3,
		func(*http.Request) { p.SetFaults(providertest.Unanswered(http.MethodGet)) })

	core.Apply(t, &current, nil, "ERROR: Timeout while unloading model")

	if current.State == nil {
		t.Error("the state is empty")
	}

	p.OnRequest(nil)
	p.SetFaults()

	// The timeout runs in real time, and a busy machine can need more than a second.
	current.State = providertest.With(current.State,
		providertest.Values{"timeouts": providertest.Values{"create": nil, "delete": "1m"}})

	core.ApplyWith(t, &current, nil, providertest.RunOptions{NoRefresh: true})

	if names := p.Loaded(providertest.SupportLoRA, providertest.AddonsDeployment); current.State != nil ||
		len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}
