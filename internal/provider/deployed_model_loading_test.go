package provider

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestDeployedModel_Faults loads the model once, whatever happens to one request, at each request of the apply.
func TestDeployedModel_Faults(t *testing.T) {
	t.Parallel()

	steps := map[string]mockapi.Fault{
		"the list before":      {Method: http.MethodGet, Path: deployedModelsPath, Match: 3},
		"the request":          {Method: http.MethodPost, Path: deployedModelsPath, Match: 1},
		"the first poll":       {Method: http.MethodGet, Path: deployedModelPath, Match: 1},
		"the poll before last": {Method: http.MethodGet, Path: deployedModelPath, Match: 4},
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
	}

	for stepName, step := range steps {
		for kindName, kind := range kinds {
			t.Run(stepName+"/"+kindName, func(t *testing.T) {
				t.Parallel()

				p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
				fault := kind
				fault.Method, fault.Path, fault.Match = step.Method, step.Path, step.Match
				p.SetFaults(fault)

				var current instance

				assertLoads(t, p.deployedModels(t), &current, loraConfig(nil), actionCreate)
				p.assertLoadedOnce(t)
			})
		}
	}
}

// TestDeployedModel_LostEveryTime reports a load whose responses are all lost, and loads the model once with the next apply.
func TestDeployedModel_LostEveryTime(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	core := p.deployedModels(t)

	p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: 502})

	var current instance

	got := core.Run(t.Context(), &current, loraConfig(nil), runOptions{})
	assertSummaries(t, got.Diagnostics, "ERROR: Outcome of loading unknown")

	if current.State != nil || p.DeployedModelsCreated(supportLoRA) != 0 {
		t.Errorf("the state contains %v", current.State)
	}

	p.SetFaults()
	assertLoads(t, core, &current, loraConfig(nil), actionCreate)
	p.assertLoadedOnce(t)
}

// TestDeployedModel_NotListed reports a model that is loaded, but not listed yet. The next plan finds it.
func TestDeployedModel_NotListed(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	core := p.deployedModels(t)
	empty := mockapi.Fault{Method: http.MethodGet, Path: deployedModelsPath, Kind: mockapi.FaultStatus, Status: 200, Body: `{}`}

	p.SetFaults(empty, mockapi.Fault{Method: http.MethodPost, Match: 1, Kind: mockapi.FaultResetAfter})

	var current instance

	got := core.Run(t.Context(), &current, loraConfig(nil), runOptions{})
	assertSummaries(t, got.Diagnostics, "ERROR: Outcome of loading unknown")

	p.SetFaults()

	got = core.Run(t.Context(), &current, loraConfig(nil), runOptions{})
	assertSummaries(t, got.Diagnostics, "ERROR model: Model already loaded")
	p.assertLoadedOnce(t)
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

			p := newPlatform(t, mockapi.Options{})
			core := p.deployedModels(t)

			if test.status == 0 {
				p.onRequest(http.MethodGet, deployedModelsPath, 3, func(*http.Request) {
					p.PutDeployedModel(mockapi.DeployedModel{Model: supportLoRA, Deployment: addonsDeployment})
				})
			} else {
				p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: test.status, Body: test.body})
			}

			var current instance

			got := core.Run(t.Context(), &current, loraConfig(nil), runOptions{})
			assertSummaries(t, got.Diagnostics, test.want)
			assertMentions(t, got.Diagnostics, test.mention)

			assertEqual(t, "deployed models", p.DeployedModelsCreated(supportLoRA), 0)
			assertEqual(t, "in the state", current.State != nil, false)

			if n := p.loads(); n > 1 {
				t.Errorf("%d requests to load, want at most 1", n)
			}
		})
	}
}

// TestDeployedModel_LoadFails keeps what is left of a model that could not be loaded in the state, so that the next apply replaces it.
func TestDeployedModel_LoadFails(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		outcome mockapi.DeployedModelOutcome
		next    action
		mention string
	}{
		"with a status":   {mockapi.DeployedModelFails, actionReplace, "The platform reported: loading the addon failed"},
		"by unloading":    {mockapi.DeployedModelUnloads, actionReplace, "UNDEPLOYING"},
		"by disappearing": {mockapi.DeployedModelDisappears, actionCreate, "the deployed model does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			core := p.deployedModels(t)

			p.SetDeployedModelOutcome(test.outcome)

			var current instance

			got := core.Run(t.Context(), &current, loraConfig(nil), runOptions{})
			assertSummaries(t, got.Diagnostics, "ERROR: Loading failed")
			assertMentions(t, got.Diagnostics, test.mention)

			if left := len(p.loaded(supportLoRA, addonsDeployment)) > 0; left != (current.State != nil) || left != current.Tainted {
				t.Errorf("left on the platform: %v, tainted: %v, state %v", left, current.Tainted, current.State)
			}

			p.SetDeployedModelOutcome(mockapi.DeployedModelSucceeds)
			assertLoads(t, core, &current, loraConfig(nil), test.next)

			if created, names := p.DeployedModelsCreated(supportLoRA), p.loaded(supportLoRA, addonsDeployment); created != 2 || len(names) != 1 {
				t.Errorf("loaded %d times, and as %v", created, names)
			}
		})
	}
}

// TestDeployedModel_Interrupted presses Ctrl-C at every step: what is being loaded is in the state, and the next apply resumes.
func TestDeployedModel_Interrupted(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange func(p *platform, cancel func())
		want    string
		inState bool
		next    action
	}{
		"before the request": {
			func(p *platform, cancel func()) {
				p.onRequest(http.MethodGet, deployedModelsPath, 3, func(r *http.Request) { cancel(); hang(r) })
			}, "ERROR: Interrupted before loading was confirmed", false, actionCreate,
		},
		"during the request, with a response": {
			func(p *platform, cancel func()) {
				p.onRequest(http.MethodPost, deployedModelsPath, 1, func(*http.Request) { cancel() })
			}, "WARNING: Model still being loaded after interrupt", true, actionUpdate,
		},
		"during the request, with a lost response": {
			func(p *platform, cancel func()) {
				p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultResetAfter})
				p.onRequest(http.MethodPost, deployedModelsPath, 1, func(*http.Request) { cancel() })
			}, "WARNING: Model still being loaded after interrupt", true, actionUpdate,
		},
		"during the request, without a response": {
			func(p *platform, cancel func()) {
				p.SetFaults(unanswered(http.MethodPost))
				p.onRequest(http.MethodPost, deployedModelsPath, 1, func(*http.Request) { cancel() })
			}, "ERROR: Interrupted before loading was confirmed", false, actionCreate,
		},
		"during the wait": {
			func(p *platform, cancel func()) {
				p.onRequest(http.MethodGet, deployedModelPath, 2, func(r *http.Request) { cancel(); hang(r) })
			}, "WARNING: Model still being loaded after interrupt", true, actionUpdate,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: 6 * time.Minute})
			core := p.deployedModels(t)

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()

			test.arrange(p, cancel)

			var current instance

			got := core.Run(ctx, &current, loraConfig(nil), runOptions{})
			assertSummaries(t, got.Diagnostics, test.want)

			if current.Tainted || (current.State != nil) != test.inState {
				t.Errorf("tainted = %v, state %v", current.Tainted, current.State)
			}

			p.OnRequest(nil)
			p.SetFaults()
			assertLoads(t, core, &current, loraConfig(values{"display_name": "S"}), test.next)
			p.assertLoadedOnce(t)
		})
	}
}

// TestDeployedModel_InterruptedAgain interrupts the apply that resumes, and one more.
func TestDeployedModel_InterruptedAgain(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Hour})
	core := p.deployedModels(t)

	var current instance

	for _, want := range []string{
		"WARNING: Model still being loaded after interrupt",
		"ERROR: Interrupted while waiting for loading",
		"ERROR: Interrupted while waiting for loading",
	} {
		got := core.runInterrupted(t, p, &current, loraConfig(nil), interruption{path: deployedModelPath, n: 3, hangs: true})
		assertSummaries(t, got.Diagnostics, want)

		if current.Tainted || current.State["state"] != "DEPLOYING" {
			t.Fatalf("tainted = %v, state %v", current.Tainted, current.State)
		}
	}

	assertLoads(t, core, &current, loraConfig(nil), actionUpdate)
	p.assertLoadedOnce(t)
}

// TestDeployedModel_ResumedLoadFails replaces a deployed model whose failure only a resumed apply sees, which does not taint it.
func TestDeployedModel_ResumedLoadFails(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: 6 * time.Minute})
	p.SetDeployedModelOutcome(mockapi.DeployedModelFails)

	core := p.deployedModels(t)

	var current instance

	core.runInterrupted(t, p, &current, loraConfig(nil), interruption{path: deployedModelPath, n: 2})
	p.SetDeployedModelOutcome(mockapi.DeployedModelSucceeds)

	got := core.Run(t.Context(), &current, loraConfig(nil), runOptions{})
	assertSummaries(t, got.Diagnostics, "ERROR: Loading failed")

	if got.Action != actionUpdate || current.Tainted {
		t.Errorf("the failing apply is a %s, tainted = %v", got.Action, current.Tainted)
	}

	got = core.Run(t.Context(), &current, loraConfig(nil), runOptions{})
	assertSummaries(t, got.Diagnostics, "WARNING state: Replacing unusable deployed model")

	if got.Action != actionReplace {
		t.Errorf("the next apply is a %s", got.Action)
	}

	assertLoads(t, core, &current, loraConfig(nil), actionNone)
}

// TestDeployedModel_TimedOut taints the deployed model, which an untaint resumes. A timeout before the request leaves no state.
func TestDeployedModel_TimedOut(t *testing.T) {
	t.Parallel()

	config := loraConfig(values{"timeouts": values{"create": "1s"}})

	for name, test := range map[string]struct {
		method, path string
		n            int
		want         string
		inState      bool
		next         action
	}{
		"before the request": {http.MethodGet, deployedModelsPath, 3, "ERROR: Timeout before loading was confirmed", false, actionCreate},
		"during the request": {http.MethodPost, deployedModelsPath, 1, "ERROR: Timeout before loading was confirmed", false, actionCreate},
		"during the wait":    {http.MethodGet, deployedModelPath, 2, "ERROR: Model still being loaded after timeout", true, actionUpdate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Hour})
			core := p.deployedModels(t)

			p.onRequest(test.method, test.path, test.n, func(*http.Request) { p.SetFaults(unanswered(test.method)) })

			var current instance

			got := core.Run(t.Context(), &current, config, runOptions{})
			assertSummaries(t, got.Diagnostics, test.want)
			assertMentions(t, got.Diagnostics, "(timeouts.create) expired")

			if current.Tainted != test.inState || (current.State != nil) != test.inState {
				t.Errorf("tainted = %v, state %v", current.Tainted, current.State)
			}

			p.OnRequest(nil)
			p.SetFaults()

			current.Tainted = false
			assertLoads(t, core, &current, loraConfig(nil), test.next)
			p.assertLoadedOnce(t)
		})
	}
}

// TestDeployedModel_UnloadTimedOut keeps the deployed model in the state, and finishes with the next destroy.
func TestDeployedModel_UnloadTimedOut(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Hour})
	core := p.deployedModels(t)

	var current instance

	assertLoads(t, core, &current, loraConfig(values{"timeouts": values{"delete": "1s"}}), actionCreate)
	p.onRequest(http.MethodGet, deployedModelPath, 3, func(*http.Request) { p.SetFaults(unanswered(http.MethodGet)) })

	got := core.Run(t.Context(), &current, nil, runOptions{})
	assertSummaries(t, got.Diagnostics, "ERROR: Timeout while unloading model")

	if current.State == nil {
		t.Error("the state is empty")
	}

	p.OnRequest(nil)
	p.SetFaults()

	// The timeout runs in real time, and a busy machine can need more than a second.
	current.State = with(current.State, values{"timeouts": values{"create": nil, "delete": "1m"}})

	got = core.Run(t.Context(), &current, nil, runOptions{NoRefresh: true})
	assertSummaries(t, got.Diagnostics)

	if names := p.loaded(supportLoRA, addonsDeployment); current.State != nil || len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

// TestDeployedModel_UpdateFails keeps the old values in the state, so that the next apply sends the update again.
func TestDeployedModel_UpdateFails(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	core := p.deployedModels(t)

	var current instance

	assertLoads(t, core, &current, loraConfig(nil), actionCreate)

	p.SetFaults(mockapi.Fault{Method: http.MethodPatch, Kind: mockapi.FaultStatus, Status: 400})

	got := core.Run(t.Context(), &current, loraConfig(values{"public": true}), runOptions{})
	assertSummaries(t, got.Diagnostics, "ERROR: Deployed model not updated")

	p.SetFaults()
	assertLoads(t, core, &current, loraConfig(values{"public": true}), actionUpdate)
	p.assertLoadedOnce(t)
}

// TestDeployedModel_NotApplied warns after the creation, which must not taint, and fails after an update.
func TestDeployedModel_NotApplied(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	p.SetIgnoredFields("default", "public")

	core := p.deployedModels(t)
	config := loraConfig(values{"default": false, "public": true, "display_name": "Support"})

	var current instance

	got := core.Run(t.Context(), &current, config, runOptions{})
	assertSummaries(t, got.Diagnostics, "WARNING default: "+summaryArgumentNotApplied, "WARNING public: "+summaryArgumentNotApplied)
	assertMentions(t, got.Diagnostics, "  configured: false\n  applied:    true\n", "  configured: true\n  applied:    false\n")
	assertEqual(t, "tainted", current.Tainted, false)

	got = core.Run(t.Context(), &current, config, runOptions{})
	assertEqual(t, "action", got.Action, actionUpdate)
	assertSummaries(t, got.Diagnostics, "ERROR default: "+summaryArgumentNotApplied, "ERROR public: "+summaryArgumentNotApplied)
	assertEqual(t, "default", current.State["default"], any(true))
	assertEqual(t, "public", current.State["public"], any(false))

	p.SetIgnoredFields()
	assertLoads(t, core, &current, config, actionUpdate)
	p.assertLoadedOnce(t)
}
