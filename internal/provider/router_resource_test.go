package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestRouter_Lifecycle changes each argument alone: one request with exactly that.
func TestRouter_Lifecycle(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	core := p.routing(t)
	config := routerConfig(values{"deployments": []any{readyMember, addonsMember}})

	planned := core.Run(t.Context(), &instance{}, config, runOptions{PlanOnly: true})
	for name, want := range map[string]any{
		"id": front, "name": front, "inference_model": front, "inference_base_url": p.URL + "/inference/v1", "account_id": "demo",
		"strategy": "weighted_random", "deletion_policy": "DELETE",
	} {
		assertEqual(t, "planned "+name, planned.Plan.State[name], want)
	}

	current := core.create(t, config)
	assertEqual(t, "state", current.State["state"], "READY")
	assertEqual(t, "public", current.State["public"], false)
	p.assertWrites(t, "POST "+routersPath+`?routerId=front {"deployments":["`+addonsMember+`","`+readyMember+`"],"weightedRandom":{}}`)

	for _, change := range []struct {
		name  string
		value any
		want  string
	}{
		{"strategy", "even_load", routerPatchOf("even_load", `"evenLoad":{},"name":"`+front+`"`)},
		{"strategy", nil, routerPatchOf("weighted_random", `"name":"`+front+`","weightedRandom":{}`)},
		{"deployments", []any{readyMember}, routerPatchOf("deployments", `"deployments":["`+readyMember+`"],"name":"`+front+`"`)},
		{"display_name", "Front", routerPatchOf("display_name", `"displayName":"Front","name":"`+front+`"`)},
		{"display_name", "", routerPatchOf("display_name", `"displayName":"","name":"`+front+`"`)},
		{"public", true, routerPatchOf("public", `"name":"`+front+`","public":true`)},
		{"public", false, routerPatchOf("public", `"name":"`+front+`","public":false`)},
		{"deletion_policy", "ABANDON", ""},
		{"deletion_policy", nil, ""},
		{"timeouts", values{"create": "1m", "update": nil, "delete": nil}, ""},
	} {
		config = with(config, values{change.name: change.value})

		got := core.Run(t.Context(), &current, config, runOptions{})
		if got.Action != actionUpdate || len(got.Diagnostics) > 0 {
			t.Fatalf("%s = %v: %s\n%s", change.name, change.value, got.Action, got.Diagnostics)
		}

		assertEqual(t, "planned id", got.Plan.State["id"], front)
		assertEqual(t, "planned state", got.Plan.State["state"], "READY")

		var want []string
		if change.want != "" {
			want = []string{change.want}
		}

		p.assertWrites(t, want...)

		if got := core.Run(t.Context(), &current, config, runOptions{PlanOnly: true}); got.Action != actionNone {
			t.Fatalf("the plan after %s = %v: %s", change.name, change.value, got.Action)
		}
	}

	for name, value := range map[string]any{
		"router_id": "other", "model": qwenBase, "account_id": "accounts-other",
	} {
		got := core.Run(t.Context(), &current, with(config, values{name: value}), runOptions{PlanOnly: true})
		assertEqual(t, "action of "+name, got.Action, actionReplace)
	}

	p.ResetRequests()

	if got := core.Run(t.Context(), &current, nil, runOptions{}); len(got.Diagnostics) > 0 || len(p.Routers()) != 2 {
		t.Errorf("%s %v", got.Diagnostics, p.Routers())
	}

	p.assertWrites(t, "DELETE /v1/"+front)
}

// TestRouter_Requests counts the requests of a plan of several routers, and of a creation.
func TestRouter_Requests(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	process := p.protocol(t)

	for _, id := range []string{"a", "b", "c"} {
		process.Plan(t.Context(), routerType, stored{}, routerConfig(values{"router_id": id}))
	}

	assertEqual(t, "lists of deployments", p.Count(http.MethodGet, deploymentsPath), 1)
	assertEqual(t, "reads of routers", p.Count(http.MethodGet, routerPath), 3)

	p.ResetRequests()
	p.SetRouterTime(0)

	current := p.routing(t).create(t, routerConfig(nil))
	p.ResetRequests()

	if got := p.routing(t).Run(t.Context(), &current, routerConfig(nil), runOptions{}); got.Action != actionNone {
		t.Error(got.Action)
	}

	assertEqual(t, "requests of an empty plan", len(p.Requests()), 1)
}

// TestRouter_Import imports in three ways, which the next plan does not change, and refuses a router of the platform.
func TestRouter_Import(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	config := values{
		"router_id": "support-router", "deployments": []any{readyMember, addonsMember},
	}

	for name, id := range map[string]string{"full name": demoRouters + "support-router", "bare ID": "support-router", "identity": ""} {
		identity := values{"account_id": "demo", "router_id": "support-router"}
		if id != "" {
			identity = nil
		}

		process := p.protocol(t)

		imported := process.Import(t.Context(), routerType, id, identity)
		if len(imported.Diagnostics) > 0 {
			t.Fatal(imported.Diagnostics)
		}

		current := instance{stored: process.Read(t.Context(), routerType, imported.stored).stored}
		if got := p.routing(t).Run(t.Context(), &current, config, runOptions{}); got.Action != actionNone || len(got.Diagnostics) > 0 {
			t.Errorf("%s: %s %s", name, got.Action, got.Diagnostics)
		}
	}

	p.assertWrites(t)

	refused := p.protocol(t).Import(t.Context(), routerType, "qwen3-ready", nil)
	assertSummaries(t, refused.Diagnostics, "ERROR: "+summaryRouterAutoGenerated)
	assertEqual(t, "requests for the router", p.Count(http.MethodGet, routerPath), 1)

	process := p.protocol(t)
	missing := process.Import(t.Context(), routerType, "none", nil)

	if read := process.Read(t.Context(), routerType, missing.stored); read.State != nil {
		t.Errorf("read %v", read.State)
	}
}

// TestRouter_Drift deletes members and the router behind the back of Terraform.
func TestRouter_Drift(t *testing.T) {
	t.Parallel()

	for name, forgets := range map[string]bool{"forgotten member": true, "kept member": false} {
		p := newPlatform(t, mockapi.Options{})
		core := p.routing(t)
		config := routerConfig(values{"deployments": []any{readyMember, addonsMember}})
		current := core.create(t, config)

		p.SetRoutersForgetDeployments(forgets)
		p.RemoveDeployment(addonsMember)

		want := actionNone
		if forgets {
			want = actionUpdate
		}

		got := core.Run(t.Context(), &current, config, runOptions{PlanOnly: true})
		assertEqual(t, name, got.Action, want)

		for attribute, value := range got.Plan.State {
			if attribute != "deployments" && !equal(value, current.State[attribute]) {
				t.Errorf("%s: %s changes", name, attribute)
			}
		}

		router, _ := p.Router(front)
		router.State = "DELETING"
		p.PutRouter(router)

		if read := p.protocol(t).Read(t.Context(), routerType, current.stored); read.State == nil {
			t.Errorf("%s: a router that is being deleted was removed from the state", name)
		}

		p.RemoveRouter(front)

		if got := core.Run(t.Context(), &current, config, runOptions{PlanOnly: true}); got.Action != actionCreate {
			t.Errorf("%s: a missing router: %s", name, got.Action)
		}
	}
}

// TestRouter_LostResponse creates a router once although the response is lost, and adopts no other one.
func TestRouter_LostResponse(t *testing.T) {
	t.Parallel()

	lost := mockapi.Fault{Method: http.MethodPost, Path: routersPath, Match: 1, Kind: mockapi.FaultResetAfter}

	p := newPlatform(t, mockapi.Options{})
	p.SetFaults(lost)

	current := p.routing(t).create(t, routerConfig(nil))
	assertEqual(t, "routers created", p.RoutersCreated(front), 1)
	assertEqual(t, "state", current.State["state"], "READY")

	for name, other := range map[string]mockapi.Router{
		"other deployments": {Name: front, Deployments: []string{addonsMember}},
		"auto-generated":    {Name: front, Deployments: []string{readyMember}, AutoGenerated: true},
	} {
		p := newPlatform(t, mockapi.Options{})
		p.SetFaults(mockapi.Fault{Method: http.MethodPost, Path: routersPath, Kind: mockapi.FaultResetBefore})
		p.onRequest(http.MethodPost, routersPath, 1, func(*http.Request) { p.PutRouter(other) })

		var current instance

		got := p.routing(t).Run(t.Context(), &current, routerConfig(nil), runOptions{})
		assertSummaries(t, got.Diagnostics, "ERROR: "+summaryRouterOutcomeUnknown)

		if current.State != nil {
			t.Errorf("%s: the state contains %v", name, current.State)
		}
	}
}

// TestRouter_Refused leaves nothing in the state.
func TestRouter_Refused(t *testing.T) {
	t.Parallel()

	for status, want := range map[int]string{
		400: "ERROR: " + summaryRouterNotCreated, 404: "ERROR: " + summaryRouterNotCreated,
		409: "ERROR router_id: " + summaryRouterExists, 403: "ERROR: " + summaryRouterNotCreated,
	} {
		p := newPlatform(t, mockapi.Options{})
		p.SetFaults(mockapi.Fault{Method: http.MethodPost, Path: routersPath, Kind: mockapi.FaultStatus, Status: status})

		var current instance

		got := p.routing(t).Run(t.Context(), &current, routerConfig(nil), runOptions{})
		assertSummaries(t, got.Diagnostics, want)
		assertEqual(t, "requests", p.Count(http.MethodPost, routersPath), 1)

		if current.State != nil {
			t.Errorf("status %d: the state contains %v", status, current.State)
		}
	}
}

// TestRouter_Waits ends waits in every way, and resumes them.
func TestRouter_Waits(t *testing.T) {
	t.Parallel()

	t.Run("interrupted creation", func(t *testing.T) {
		t.Parallel()

		p := newPlatform(t, mockapi.Options{})
		core := p.routing(t)
		p.SetRouterOutcome(mockapi.RouterHangs)

		var current instance

		got := core.runInterrupted(t, p, &current, routerConfig(nil), interruption{path: "/v1/" + front, n: 4})
		assertSummaries(t, got.Diagnostics, "WARNING: "+summaryRouterInterrupted)
		assertEqual(t, "tainted", current.Tainted, false)

		p.FinishRouters()
		p.SetRouterOutcome(mockapi.RouterSucceeds)

		if got := core.Run(t.Context(), &current, routerConfig(nil), runOptions{}); got.Action != actionNone || len(got.Diagnostics) > 0 {
			t.Errorf("the next apply: %s %s", got.Action, got.Diagnostics)
		}

		assertEqual(t, "created", p.RoutersCreated(front), 1)
	})

	t.Run("timeout", func(t *testing.T) {
		t.Parallel()

		p := newPlatform(t, mockapi.Options{})
		core := p.routing(t)
		p.SetRouterOutcome(mockapi.RouterHangs)

		var current instance

		config := routerConfig(values{"timeouts": values{"create": "1s", "update": nil, "delete": nil}})
		got := core.Run(t.Context(), &current, config, runOptions{})
		assertSummaries(t, got.Diagnostics, "ERROR: "+summaryRouterTimedOut)
		assertEqual(t, "tainted", current.Tainted, true)
	})

	t.Run("failed creation", func(t *testing.T) {
		t.Parallel()

		p := newPlatform(t, mockapi.Options{})
		core := p.routing(t)
		p.SetRouterOutcome(mockapi.RouterReportsError)

		var current instance

		got := core.Run(t.Context(), &current, routerConfig(nil), runOptions{})
		assertSummaries(t, got.Diagnostics, "ERROR: "+summaryRouterFailed)
		assertMentions(t, got.Diagnostics, "could not be configured in region")
		assertEqual(t, "tainted", current.Tainted, true)

		p.SetRouterOutcome(mockapi.RouterSucceeds)

		current.Tainted = false
		got = core.Run(t.Context(), &current, routerConfig(nil), runOptions{})
		assertSummaries(t, got.Diagnostics, "ERROR: "+summaryRouterFailed)

		got = core.Run(t.Context(), &current, routerConfig(nil), runOptions{})
		assertEqual(t, "action", got.Action, actionReplace)
		assertEqual(t, "state", current.State["state"], "READY")
	})

	t.Run("interrupted update", func(t *testing.T) {
		t.Parallel()

		p := newPlatform(t, mockapi.Options{})
		core := p.routing(t)
		current := core.create(t, routerConfig(nil))
		p.SetRouterOutcome(mockapi.RouterHangs)

		config := routerConfig(values{"strategy": "even_load"})
		got := core.runInterrupted(t, p, &current, config, interruption{path: "/v1/" + front, n: 3})
		assertSummaries(t, got.Diagnostics, "ERROR: "+summaryRouterWaitInterrupted)
		assertEqual(t, "strategy", current.State["strategy"], "even_load")

		p.onRequest(http.MethodGet, "/v1/"+front, 3, func(*http.Request) { p.FinishRouters() })
		p.takeWriteRequests()

		if got := core.Run(t.Context(), &current, config, runOptions{}); got.Action != actionUpdate || len(got.Diagnostics) > 0 {
			t.Errorf("the next apply: %s %s", got.Action, got.Diagnostics)
		}

		p.assertWrites(t)
	})

	t.Run("no state", func(t *testing.T) {
		t.Parallel()

		p := newPlatform(t, mockapi.Options{})
		p.SetFaults(mockapi.Fault{Path: routersPath + "/**", Kind: mockapi.FaultEdit, Body: `{"state":null}`},
			mockapi.Fault{Path: routersPath, Kind: mockapi.FaultEdit, Body: `{"state":null}`})

		current := p.routing(t).create(t, routerConfig(nil))
		assertEqual(t, "state", current.State["state"], "READY")
	})
}

// TestRouter_DeletionPolicy prevents or abandons.
func TestRouter_DeletionPolicy(t *testing.T) {
	t.Parallel()

	for policy, want := range map[string][]string{
		"PREVENT": {"ERROR deletion_policy: " + summaryDestroyPrevented}, "ABANDON": nil,
	} {
		p := newPlatform(t, mockapi.Options{})
		core := p.routing(t)
		current := core.create(t, routerConfig(values{"deletion_policy": policy}))
		p.takeWriteRequests()

		got := core.Run(t.Context(), &current, nil, runOptions{})
		assertSummaries(t, got.Diagnostics, want...)
		p.assertWrites(t)
	}
}

// TestRouter_PlanChecks reports what a plan sees of the router and of its deployments.
func TestRouter_PlanChecks(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	for name, change := range map[string]mockapi.Deployment{
		"failed": {State: "FAILED"}, "parked": {State: "READY"}, "deleting": {State: "DELETING"},
		"one-region":  {State: "READY", Placement: &mockapi.Placement{Region: "US_IOWA_1"}},
		"many-region": {State: "READY", Placement: &mockapi.Placement{MultiRegion: "US"}},
	} {
		change.Name, change.BaseModel, change.MaxReplicaCount = demoDeployments+name, qwenBase, 1
		if name == "parked" {
			change.MaxReplicaCount = 0
		}

		p.PutDeployment(change)
	}

	const (
		idle    = "WARNING deployments: " + summaryMemberGetsNoRequests
		missing = "WARNING deployments: " + summaryNoSuchDeployment
		region  = "WARNING model: " + summaryRouterRegion
	)

	for name, test := range map[string]struct {
		config   values
		want     []string
		mentions string
	}{
		"free":           {nil, nil, ""},
		"taken":          {values{"router_id": "support-router"}, []string{"ERROR router_id: " + summaryRouterExists}, "import {"},
		"auto-generated": {values{"router_id": "qwen3-ready"}, []string{"ERROR router_id: " + summaryRouterAutoGenerated}, "another router_id"},
		"missing":        {members("none", "qwen3-ready"), []string{missing}, "/none does not exist"},
		"failed":         {members("failed", "qwen3-ready"), []string{idle}, "its state is FAILED"},
		"deleting":       {members("deleting", "qwen3-ready"), []string{idle}, "its state is DELETING"},
		"parked":         {members("parked", "qwen3-ready"), []string{idle}, "max_replica_count is 0"},
		"all parked":     {members("parked"), []string{idle}, "requests to it fail"},
		"one region":     {members("one-region"), []string{region}, "US_IOWA_1"},
		"one, model":     {with(members("one-region"), values{"model": qwenBase}), nil, ""},
		"many regions":   {members("many-region"), nil, ""},
		"many, model":    {with(members("many-region"), values{"model": qwenBase}), []string{region}, "several regions"},
		"other account":  {values{"deployments": []any{"accounts/other/deployments/none"}}, nil, ""},
	} {
		got := p.protocol(t).Plan(t.Context(), routerType, stored{}, routerConfig(test.config)).Diagnostics
		if strings.Join(got.Summaries(), "; ") != strings.Join(test.want, "; ") || !strings.Contains(got.String(), test.mentions) {
			t.Errorf("%s: got\n%s\nwant %q, which mention %q", name, got, test.want, test.mentions)
		}

		if strings.Contains(got.String(), "import {") != (name == "taken") {
			t.Errorf("%s: %s", name, got)
		}
	}

	// An update checks new members only.
	current := p.routing(t).create(t, routerConfig(nil))
	deployment, _ := p.Deployment(readyMember)
	deployment.State = "FAILED"
	p.PutDeployment(deployment)

	got := p.routing(t).Run(t.Context(), &current, routerConfig(members("qwen3-ready", "parked")), runOptions{PlanOnly: true})
	assertSummaries(t, got.Diagnostics, idle)
	assertMentions(t, got.Diagnostics, "/parked")

	p.SetFaults(mockapi.Fault{Path: deploymentsPath, Kind: mockapi.FaultStatus, Status: 403})
	assertSummaries(t, p.protocol(t).Plan(t.Context(), routerType, stored{}, routerConfig(values{"router_id": "x"})).Diagnostics,
		"WARNING deployments: "+summaryRouterMembersNotChecked)
}

// members are the deployments of a configuration, by their IDs.
func members(ids ...string) values {
	names := make([]any, len(ids))
	for i, id := range ids {
		names[i] = demoDeployments + id
	}

	return values{"deployments": names}
}

// TestRouter_PlannedMembers consults the deployments of the same plan.
func TestRouter_PlannedMembers(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	process := p.protocol(t)
	config := routerConfig(values{"deployments": []any{chat}})

	process.Plan(t.Context(), deploymentType, stored{}, deploymentConfig(nil))

	if got := process.Plan(t.Context(), routerType, stored{}, config); len(got.Diagnostics) > 0 {
		t.Errorf("a deployment of the same plan: %s", got.Diagnostics)
	}

	process = p.protocol(t)
	process.Plan(t.Context(), deploymentType, stored{}, deploymentConfig(values{"max_replica_count": 0}))
	assertSummaries(t, process.Plan(t.Context(), routerType, stored{}, config).Diagnostics,
		"WARNING deployments: "+summaryMemberGetsNoRequests)
}

// TestRouter_DeletedMember warns about a plan that deletes a deployment of a router, in any order of the plans.
func TestRouter_DeletedMember(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	member := p.deployments(t).create(t, deploymentConfig(nil)).stored
	before := routerConfig(values{"deployments": []any{chat, readyMember}})
	state := p.routing(t).create(t, before).stored

	router := func(s *protocolServer) diagnostics {
		return s.Plan(t.Context(), routerType, state, routerConfig(nil)).Diagnostics
	}
	noRouter := func(s *protocolServer) diagnostics { return s.Plan(t.Context(), routerType, state, nil).Diagnostics }
	destroy := func(s *protocolServer) diagnostics {
		return s.Plan(t.Context(), deploymentType, member, nil).Diagnostics
	}
	replace := func(s *protocolServer) diagnostics {
		return s.Plan(t.Context(), deploymentType, member, deploymentConfig(values{"deployment_id": "chat-2"})).Diagnostics
	}
	keep := func(s *protocolServer) diagnostics {
		return s.Plan(t.Context(), deploymentType, member, deploymentConfig(nil)).Diagnostics
	}

	type plan = func(*protocolServer) diagnostics

	for name, test := range map[string]struct {
		plans []plan
		want  string
	}{
		"router first":       {[]plan{router, destroy}, "WARNING deployment_id: " + summaryDeletedBehindRouter},
		"deployment first":   {[]plan{destroy, router}, "WARNING deployments: " + summaryDeletedBehindRouter},
		"replaced":           {[]plan{router, replace}, "WARNING deployment_id: " + summaryDeletedBehindRouter},
		"replaced first":     {[]plan{replace, router}, "WARNING deployments: " + summaryDeletedBehindRouter},
		"kept":               {[]plan{router, keep}, ""},
		"both are destroyed": {[]plan{noRouter, destroy}, ""},
	} {
		var found diagnostics

		s := p.protocol(t)
		for _, plan := range test.plans {
			found = append(found, plan(s)...)
		}

		if got := strings.Join(found.Summaries(), "; "); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
