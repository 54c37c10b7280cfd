// SPDX-License-Identifier: MPL-2.0

package router_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestRouter_Lifecycle changes each argument alone: one request with exactly that.
func TestRouter_Lifecycle(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	core := p.Routing(t)
	config := providertest.RouterConfig(providertest.Values{"deployments": []any{providertest.ReadyMember,
		providertest.AddonsMember}})

	planned := core.Run(t.Context(), &providertest.Instance{}, config, providertest.RunOptions{PlanOnly: true})
	for name, want := range map[string]any{
		"id": providertest.Front, "name": providertest.Front, "inference_model": providertest.Front,
		"inference_base_url": p.URL + "/inference/v1", "account_id": "demo",
		"strategy": "weighted_random", "deletion_policy": "DELETE",
	} {
		providertest.AssertEqual(t, "planned "+name, planned.Plan.State[name], want)
	}

	current := core.Create(t, config)
	providertest.AssertEqual(t, "state", current.State["state"], "READY")
	providertest.AssertEqual(t, "public", current.State["public"], false)
	p.AssertWrites(t, "POST "+providertest.RoutersPath+`?routerId=front {"deployments":["`+providertest.AddonsMember+
		`","`+providertest.ReadyMember+`"],"weightedRandom":{}}`)

	for _, change := range []struct {
		name  string
		value any
		want  string
	}{
		{
			"strategy", "even_load", providertest.RouterPatchOf("even_load",
				`"evenLoad":{},"name":"`+providertest.Front+`"`),
		},
		{
			"strategy", nil, providertest.RouterPatchOf("weighted_random",
				`"name":"`+providertest.Front+`","weightedRandom":{}`),
		},
		{
			"deployments", []any{providertest.ReadyMember},
			providertest.RouterPatchOf("deployments",
				`"deployments":["`+providertest.ReadyMember+`"],"name":"`+providertest.Front+`"`),
		},
		{
			"display_name", "Front", providertest.RouterPatchOf("display_name",
				`"displayName":"Front","name":"`+providertest.Front+`"`),
		},
		{
			"display_name", "", providertest.RouterPatchOf("display_name",
				`"displayName":"","name":"`+providertest.Front+`"`),
		},
		{"public", true, providertest.RouterPatchOf("public", `"name":"`+providertest.Front+`","public":true`)},
		{"public", false, providertest.RouterPatchOf("public", `"name":"`+providertest.Front+`","public":false`)},
		{"deletion_policy", "ABANDON", ""},
		{"deletion_policy", nil, ""},
		{"timeouts", providertest.Values{"create": "1m", "update": nil, "delete": nil}, ""},
	} {
		config = providertest.With(config, providertest.Values{change.name: change.value})

		got := core.Run(t.Context(), &current, config, providertest.RunOptions{})
		if got.Action != providertest.ActionUpdate || len(got.Diagnostics) > 0 {
			t.Fatalf("%s = %v: %s\n%s", change.name, change.value, got.Action, got.Diagnostics)
		}

		providertest.AssertEqual(t, "planned id", got.Plan.State["id"], providertest.Front)
		providertest.AssertEqual(t, "planned state", got.Plan.State["state"], "READY")

		var want []string
		if change.want != "" {
			want = []string{change.want}
		}

		p.AssertWrites(t, want...)

		core.AssertEmptyPlan(t, &current, config)
	}

	for name, value := range map[string]any{
		"router_id": "other", "model": providertest.QwenBase, "account_id": "accounts-other",
	} {
		got := core.Run(t.Context(), &current, providertest.With(config, providertest.Values{name: value}),
			providertest.RunOptions{PlanOnly: true})
		providertest.AssertEqual(t, "action of "+name, got.Action, providertest.ActionReplace)
	}

	p.ResetRequests()

	if got := core.Run(t.Context(), &current, nil, providertest.RunOptions{}); len(got.Diagnostics) > 0 ||
		len(p.Routers()) != 2 {
		t.Errorf("%s %v", got.Diagnostics, p.Routers())
	}

	p.AssertWrites(t, "DELETE /v1/"+providertest.Front)
}

// TestRouter_Import imports in three ways, which the next plan does not change, and refuses a router of the platform.
func TestRouter_Import(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	config := providertest.Values{
		"router_id": "support-router", "deployments": []any{providertest.ReadyMember, providertest.AddonsMember},
	}

	for _, id := range map[string]string{"full name": providertest.DemoRouters + "support-router",
		"bare ID": "support-router", "identity": ""} {
		identity := providertest.Values{"account_id": "demo", "router_id": "support-router"}
		if id != "" {
			identity = nil
		}

		process := p.Protocol(t)

		imported := process.Import(t.Context(), providerdata.RouterType, id, identity)
		if len(imported.Diagnostics) > 0 {
			t.Fatal(imported.Diagnostics)
		}

		current := providertest.Instance{Stored: process.Read(t.Context(), providerdata.RouterType,
			imported.Stored).Stored}
		p.Routing(t).AssertEmptyPlan(t, &current, config)
	}

	p.AssertWrites(t)

	refused := p.Protocol(t).Import(t.Context(), providerdata.RouterType, "qwen3-ready", nil)
	providertest.AssertSummaries(t, refused.Diagnostics, "ERROR: "+diagnostic.SummaryRouterAutoGenerated)
	providertest.AssertEqual(t, "requests for the router", p.Count(http.MethodGet, providertest.RouterPath), 1)

	process := p.Protocol(t)
	missing := process.Import(t.Context(), providerdata.RouterType, "none", nil)

	if read := process.Read(t.Context(), providerdata.RouterType, missing.Stored); read.State != nil {
		t.Errorf("read %v", read.State)
	}
}

// TestRouter_Drift deletes members and the router behind the back of Terraform.
func TestRouter_Drift(t *testing.T) {
	t.Parallel()

	for name, forgets := range map[string]bool{"forgotten member": true, "kept member": false} {
		p := providertest.NewPlatform(t, mockapi.Options{})
		core := p.Routing(t)
		config := providertest.RouterConfig(providertest.Values{"deployments": []any{providertest.ReadyMember,
			providertest.AddonsMember}})
		current := core.Create(t, config)

		p.SetRoutersForgetDeployments(forgets)
		p.RemoveDeployment(providertest.AddonsMember)

		want := providertest.ActionNone
		if forgets {
			want = providertest.ActionUpdate
		}

		got := core.Run(t.Context(), &current, config, providertest.RunOptions{PlanOnly: true})
		providertest.AssertEqual(t, name, got.Action, want)

		for attribute, value := range got.Plan.State {
			if attribute != "deployments" && !providertest.Equal(value, current.State[attribute]) {
				t.Errorf("%s: %s changes", name, attribute)
			}
		}

		router, _ := p.Router(providertest.Front)
		router.State = "DELETING"
		p.PutRouter(router)

		if read := p.Protocol(t).Read(t.Context(), providerdata.RouterType, current.Stored); read.State == nil {
			t.Errorf("%s: a router that is being deleted was removed from the state", name)
		}

		p.RemoveRouter(providertest.Front)

		if got := core.Run(t.Context(), &current, config,
			providertest.RunOptions{PlanOnly: true}); got.Action != providertest.ActionCreate {
			t.Errorf("%s: a missing router: %s", name, got.Action)
		}
	}
}

// TestRouter_LostResponse creates a router once although the response is lost, and adopts no other one.
func TestRouter_LostResponse(t *testing.T) {
	t.Parallel()

	for _, lost := range []mockapi.Fault{
		{Kind: mockapi.FaultResetAfter}, {Kind: mockapi.FaultStatusAfter, Status: 499},
		{Kind: mockapi.FaultStatusAfter, Status: 520},
	} {
		p := providertest.NewPlatform(t, mockapi.Options{})
		lost.Method, lost.Path, lost.Match = http.MethodPost, providertest.RoutersPath, 1
		p.SetFaults(lost)

		current := p.Routing(t).Create(t, providertest.RouterConfig(nil))
		providertest.AssertEqual(t, "routers created", p.RoutersCreated(providertest.Front), 1)
		providertest.AssertEqual(t, "state", current.State["state"], "READY")
	}

	for name, other := range map[string]mockapi.Router{
		"other deployments": {Name: providertest.Front, Deployments: []string{providertest.AddonsMember}},
		"auto-generated": {Name: providertest.Front, Deployments: []string{providertest.ReadyMember},
			AutoGenerated: true},
		"other strategy": {Name: providertest.Front, Deployments: []string{providertest.ReadyMember},
			EvenLoad: &struct{}{}},
		"public": {Name: providertest.Front, Deployments: []string{providertest.ReadyMember}, Public: true},
	} {
		p := providertest.NewPlatform(t, mockapi.Options{})
		p.SetFaults(mockapi.Fault{Method: http.MethodPost, Path: providertest.RoutersPath,
			Kind: mockapi.FaultResetBefore})
		p.OnNthRequest(http.MethodPost, providertest.RoutersPath, 1, func(*http.Request) { p.PutRouter(other) })

		var current providertest.Instance

		p.Routing(t).Apply(t, &current, providertest.RouterConfig(providertest.Values{"public": false}),
			"ERROR: "+diagnostic.SummaryRouterOutcomeUnknown)

		if current.State != nil {
			t.Errorf("%s: the state contains %v", name, current.State)
		}
	}
}

// TestRouter_Waits ends waits in every way, and resumes them.
func TestRouter_Waits(t *testing.T) {
	t.Parallel()

	t.Run("interrupted creation", func(t *testing.T) {
		t.Parallel()

		p := providertest.NewPlatform(t, mockapi.Options{})
		core := p.Routing(t)
		p.SetRouterOutcome(mockapi.RouterHangs)

		var current providertest.Instance

		got := core.RunInterrupted(t, p, &current, providertest.RouterConfig(nil),
			providertest.Interruption{Path: "/v1/" + providertest.Front, N: 4})
		providertest.AssertSummaries(t, got.Diagnostics, "WARNING: "+diagnostic.SummaryRouterInterrupted)
		providertest.AssertEqual(t, "tainted", current.Tainted, false)

		p.FinishRouters()
		p.SetRouterOutcome(mockapi.RouterSucceeds)

		core.AssertEmptyPlan(t, &current, providertest.RouterConfig(nil))

		providertest.AssertEqual(t, "created", p.RoutersCreated(providertest.Front), 1)
	})

	t.Run("timeout", func(t *testing.T) {
		t.Parallel()

		p := providertest.NewPlatform(t, mockapi.Options{})
		core := p.Routing(t)
		p.SetRouterOutcome(mockapi.RouterHangs)

		var current providertest.Instance

		config := providertest.RouterConfig(providertest.Values{"timeouts": providertest.Values{"create": "1s",
			"update": nil, "delete": nil}})
		core.Apply(t, &current, config, "ERROR: "+diagnostic.SummaryRouterTimedOut)
		providertest.AssertEqual(t, "tainted", current.Tainted, true)
	})

	t.Run("failed creation", func(t *testing.T) {
		t.Parallel()

		p := providertest.NewPlatform(t, mockapi.Options{})
		core := p.Routing(t)
		p.SetRouterOutcome(mockapi.RouterReportsError)

		var current providertest.Instance

		got := core.Apply(t, &current, providertest.RouterConfig(nil), "ERROR: "+diagnostic.SummaryRouterFailed)
		providertest.AssertMentions(t, got.Diagnostics, "could not be configured in region")
		providertest.AssertEqual(t, "tainted", current.Tainted, true)

		p.SetRouterOutcome(mockapi.RouterSucceeds)

		current.Tainted = false
		core.Apply(t, &current, providertest.RouterConfig(nil), "ERROR: "+diagnostic.SummaryRouterFailed)

		got = core.Run(t.Context(), &current, providertest.RouterConfig(nil), providertest.RunOptions{})
		providertest.AssertEqual(t, "action", got.Action, providertest.ActionReplace)
		providertest.AssertEqual(t, "state", current.State["state"], "READY")
	})

	t.Run("interrupted update", func(t *testing.T) {
		t.Parallel()

		p := providertest.NewPlatform(t, mockapi.Options{})
		core := p.Routing(t)
		current := core.Create(t, providertest.RouterConfig(nil))

		p.SetRouterOutcome(mockapi.RouterHangs)

		config := providertest.RouterConfig(providertest.Values{"strategy": "even_load"})
		got := core.RunInterrupted(t, p, &current, config,
			providertest.Interruption{Path: "/v1/" + providertest.Front, N: 3})
		providertest.AssertSummaries(t, got.Diagnostics, "ERROR: "+diagnostic.SummaryRouterWaitInterrupted)
		providertest.AssertEqual(t, "strategy", current.State["strategy"], "even_load")

		p.OnNthRequest(http.MethodGet, "/v1/"+providertest.Front, 3, func(*http.Request) { p.FinishRouters() })
		p.TakeWriteRequests()

		if got := core.Run(t.Context(), &current, config,
			providertest.RunOptions{}); got.Action != providertest.ActionUpdate || len(got.Diagnostics) > 0 {
			t.Errorf("the next apply: %s %s", got.Action, got.Diagnostics)
		}

		p.AssertWrites(t)
	})

	t.Run("failed update", func(t *testing.T) {
		t.Parallel()

		p := providertest.NewPlatform(t, mockapi.Options{})
		core := p.Routing(t)
		current := core.Create(t, providertest.RouterConfig(nil))
		config := providertest.RouterConfig(providertest.Values{"strategy": "even_load"})

		p.SetRouterOutcome(mockapi.RouterReportsError)
		core.RunInterrupted(t, p, &current, config,
			providertest.Interruption{Path: "/v1/" + providertest.Front, N: 3})

		// The router was ready before, so nothing replaces it.
		for range 2 {
			got := core.Apply(t, &current, config, "ERROR: "+diagnostic.SummaryRouterFailed)
			providertest.AssertEqual(t, "action", got.Action, providertest.ActionUpdate)
			providertest.AssertMentions(t, got.Diagnostics, "terraform apply -replace=")

			if strings.Contains(got.Diagnostics.String(), "next apply replaces it") {
				t.Error(got.Diagnostics)
			}
		}
	})

	t.Run("no state", func(t *testing.T) {
		t.Parallel()

		p := providertest.NewPlatform(t, mockapi.Options{})
		p.SetFaults(mockapi.Fault{Path: providertest.RoutersPath + "/**", Kind: mockapi.FaultEdit,
			Body: `{"state":null}`},
			mockapi.Fault{Path: providertest.RoutersPath, Kind: mockapi.FaultEdit, Body: `{"state":null}`})

		current := p.Routing(t).Create(t, providertest.RouterConfig(nil))
		providertest.AssertEqual(t, "state", current.State["state"], "READY")
	})
}

// TestRouter_DeletionPolicy prevents or abandons.
func TestRouter_DeletionPolicy(t *testing.T) {
	t.Parallel()

	for policy, want := range map[string][]string{
		"PREVENT": {"ERROR deletion_policy: " + diagnostic.SummaryDestroyPrevented}, "ABANDON": nil,
	} {
		p := providertest.NewPlatform(t, mockapi.Options{})
		core := p.Routing(t)
		current := core.Create(t, providertest.RouterConfig(providertest.Values{"deletion_policy": policy}))

		p.TakeWriteRequests()

		core.Apply(t, &current, nil, want...)
		p.AssertWrites(t)
	}
}

// TestRouter_PlanChecks reports what a plan sees of the router and of its deployments.
func TestRouter_PlanChecks(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})

	for name, change := range map[string]mockapi.Deployment{
		"failed": {State: "FAILED"}, "parked": {State: "READY"}, "deleting": {State: "DELETING"},
		"one-region":  {State: "READY", Placement: &mockapi.Placement{Region: "US_IOWA_1"}},
		"many-region": {State: "READY", Placement: &mockapi.Placement{MultiRegion: "US"}},
		"list-of-one": {State: "READY", Placement: &mockapi.Placement{Regions: []string{"US_IOWA_1"}}},
		"list-of-two": {State: "READY", Placement: &mockapi.Placement{Regions: []string{"US_IOWA_1", "US_IOWA_2"}}},
	} {
		change.Name, change.BaseModel = providertest.DemoDeployments+name, providertest.QwenBase

		change.MaxReplicaCount = 1
		if name == "parked" {
			change.MaxReplicaCount = 0
		}

		p.PutDeployment(change)
	}

	const (
		idle    = "WARNING deployments: " + diagnostic.SummaryMemberGetsNoRequests
		missing = "WARNING deployments: " + diagnostic.SummaryNoSuchDeployment
		region  = "WARNING model: " + diagnostic.SummaryRouterRegion
	)

	for name, test := range map[string]struct {
		config   providertest.Values
		want     []string
		mentions string
	}{
		"free": {nil, nil, ""},
		"taken": {providertest.Values{"router_id": "support-router"},
			[]string{"ERROR router_id: " + diagnostic.SummaryRouterExists}, "import {"},
		"auto-generated": {providertest.Values{"router_id": "qwen3-ready"},
			[]string{"ERROR router_id: " + diagnostic.SummaryRouterAutoGenerated}, "another router_id"},
		"missing":    {members("none", "qwen3-ready"), []string{missing}, "/none does not exist"},
		"failed":     {members("failed", "qwen3-ready"), []string{idle}, "its state is FAILED"},
		"deleting":   {members("deleting", "qwen3-ready"), []string{idle}, "its state is DELETING"},
		"parked":     {members("parked", "qwen3-ready"), []string{idle}, "max_replica_count is 0"},
		"all parked": {members("parked"), []string{idle}, "requests to it fail"},
		"one region": {members("one-region"), []string{region}, "US_IOWA_1"},
		"one, model": {providertest.With(members("one-region"),
			providertest.Values{"model": providertest.QwenBase}), nil, ""},
		"many regions": {members("many-region"), nil, ""},
		"many, model": {providertest.With(members("many-region"),
			providertest.Values{"model": providertest.QwenBase}), []string{region}, "several regions"},
		"a list of one region, model": {providertest.With(members("list-of-one"),
			providertest.Values{"model": providertest.QwenBase}), nil, ""},
		"a list of two regions, model": {providertest.With(members("list-of-two"),
			providertest.Values{"model": providertest.QwenBase}), []string{region}, "several regions"},
		"other account": {providertest.Values{"deployments": []any{"accounts/other/deployments/none"}}, nil, ""},
	} {
		got := p.Protocol(t).Plan(t.Context(), providerdata.RouterType, providertest.Stored{},
			providertest.RouterConfig(test.config)).Diagnostics
		if strings.Join(got.Summaries(), "; ") != strings.Join(test.want, "; ") ||
			!strings.Contains(got.String(), test.mentions) {
			t.Errorf("%s: got\n%s\nwant %q, which mention %q", name, got, test.want, test.mentions)
		}

		if strings.Contains(got.String(), "import {") != (name == "taken") {
			t.Errorf("%s: %s", name, got)
		}
	}

	// An update checks new members only.
	current := p.Routing(t).Create(t, providertest.RouterConfig(nil))
	deployment, _ := p.Deployment(providertest.ReadyMember)
	deployment.State = "FAILED"
	p.PutDeployment(deployment)

	got := p.Routing(t).ApplyWith(t, &current, providertest.RouterConfig(members("qwen3-ready", "parked")),
		providertest.RunOptions{PlanOnly: true}, idle)
	providertest.AssertMentions(t, got.Diagnostics, "/parked")

	p.SetFaults(mockapi.Fault{Path: providertest.DeploymentsPath, Kind: mockapi.FaultStatus, Status: 403})
	providertest.AssertSummaries(t,
		p.Protocol(t).Plan(t.Context(), providerdata.RouterType, providertest.Stored{},
			providertest.RouterConfig(providertest.Values{"router_id": "x"})).Diagnostics,
		"WARNING deployments: "+diagnostic.SummaryRouterMembersNotChecked)
}

// members are the deployments of a configuration, by their IDs.
func members(ids ...string) providertest.Values {
	names := make([]any, len(ids))
	for i, id := range ids {
		names[i] = providertest.DemoDeployments + id
	}

	return providertest.Values{"deployments": names}
}

// TestRouter_PlannedMembers consults the deployments of the same plan.
func TestRouter_PlannedMembers(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	process := p.Protocol(t)
	config := providertest.RouterConfig(providertest.Values{"deployments": []any{providertest.Chat}})

	process.Plan(t.Context(), providerdata.DeploymentType, providertest.Stored{}, providertest.DeploymentConfig(nil))

	if got := process.Plan(t.Context(), providerdata.RouterType, providertest.Stored{},
		config); len(got.Diagnostics) > 0 {
		t.Errorf("a deployment of the same plan: %s", got.Diagnostics)
	}

	process = p.Protocol(t)
	process.Plan(t.Context(), providerdata.DeploymentType, providertest.Stored{},
		providertest.DeploymentConfig(providertest.Values{"max_replica_count": 0}))
	providertest.AssertSummaries(t,
		process.Plan(t.Context(), providerdata.RouterType, providertest.Stored{}, config).Diagnostics,
		"WARNING deployments: "+diagnostic.SummaryMemberGetsNoRequests)
}

// TestRouter_DeletedMember warns about a plan that deletes a deployment of a router, in any order of the plans.
func TestRouter_DeletedMember(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	member := p.DeploymentCore(t).Create(t, providertest.DeploymentConfig(nil)).Stored
	before := providertest.RouterConfig(providertest.Values{"deployments": []any{providertest.Chat,
		providertest.ReadyMember}})
	state := p.Routing(t).Create(t, before).Stored

	router := func(s *providertest.ProtocolServer) providertest.Diagnostics {
		return s.Plan(t.Context(), providerdata.RouterType, state, providertest.RouterConfig(nil)).Diagnostics
	}
	noRouter := func(s *providertest.ProtocolServer) providertest.Diagnostics {
		return s.Plan(t.Context(), providerdata.RouterType, state, nil).Diagnostics
	}
	destroy := func(s *providertest.ProtocolServer) providertest.Diagnostics {
		return s.Plan(t.Context(), providerdata.DeploymentType, member, nil).Diagnostics
	}
	replace := func(s *providertest.ProtocolServer) providertest.Diagnostics {
		return s.Plan(t.Context(), providerdata.DeploymentType, member,
			providertest.DeploymentConfig(providertest.Values{"deployment_id": "chat-2"})).Diagnostics
	}
	keep := func(s *providertest.ProtocolServer) providertest.Diagnostics {
		return s.Plan(t.Context(), providerdata.DeploymentType, member, providertest.DeploymentConfig(nil)).Diagnostics
	}

	type plan = func(*providertest.ProtocolServer) providertest.Diagnostics

	for name, test := range map[string]struct {
		plans []plan
		want  string
	}{
		"router first": {[]plan{router, destroy}, "WARNING deployment_id: " +
			diagnostic.SummaryDeletedBehindRouter},
		"deployment first": {[]plan{destroy, router}, "WARNING deployments: " +
			diagnostic.SummaryDeletedBehindRouter},
		"replaced": {[]plan{router, replace}, "WARNING deployment_id: " +
			diagnostic.SummaryDeletedBehindRouter},
		"replaced first": {[]plan{replace, router}, "WARNING deployments: " +
			diagnostic.SummaryDeletedBehindRouter},
		"kept":               {[]plan{router, keep}, ""},
		"both are destroyed": {[]plan{noRouter, destroy}, ""},
	} {
		var found providertest.Diagnostics

		s := p.Protocol(t)
		for _, plan := range test.plans {
			found = append(found, plan(s)...)
		}

		if got := strings.Join(found.Summaries(), "; "); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
