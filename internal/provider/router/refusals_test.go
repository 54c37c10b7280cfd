// SPDX-License-Identifier: MPL-2.0

package router_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestRouter_RequestRefused says what is known after an update or a deletion was refused, and what to do.
func TestRouter_RequestRefused(t *testing.T) {
	t.Parallel()

	const message = "deployment accounts/demo/deployments/none was not found"

	changed := providertest.RouterConfig(providertest.Values{"deployments": []any{providertest.AddonsMember}})

	for name, test := range map[string]struct {
		fault    mockapi.Fault
		config   providertest.Values
		want     string
		mentions string
	}{
		"missing member": {
			mockapi.Fault{Status: http.StatusNotFound, Message: message}, changed,
			"ERROR deployments: " + diagnostic.SummaryRouterNotUpdated, message,
		},
		"page of a proxy": {
			mockapi.Fault{Status: http.StatusNotFound, ContentType: "text/html"}, changed,
			"ERROR: " + diagnostic.SummaryRouterNotUpdated, "The response is not the API's",
		},
		"bad request of a proxy": {
			mockapi.Fault{Status: http.StatusBadRequest, ContentType: "text/html"}, changed,
			"ERROR: " + diagnostic.SummaryRouterNotUpdated, "The response is not the API's",
		},
		"deletion in use": {
			mockapi.Fault{Status: http.StatusBadRequest, Code: new(9), Message: "a policy refers to the router"}, nil,
			"ERROR: " + diagnostic.SummaryRouterNotDeleted, "Remove what still refers to the router",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			core := p.Routing(t)
			current := core.Create(t, providertest.RouterConfig(nil))

			fault := test.fault
			fault.Kind, fault.Method = mockapi.FaultStatus, http.MethodPatch

			if test.config == nil {
				fault.Method = http.MethodDelete
			}

			p.SetFaults(fault)

			got := core.Apply(t, &current, test.config, test.want)
			providertest.AssertMentions(t, got.Diagnostics, test.mentions)

			if current.State == nil || strings.Contains(got.Diagnostics.String(), "deleted after the plan") {
				t.Errorf("the router exists: %v %s", current.State, got.Diagnostics)
			}
		})
	}
}

// TestRouter_NullDeployment leaves out elements that are null, in requests and in comparisons.
func TestRouter_NullDeployment(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	core := p.Routing(t)

	of := func(members ...any) providertest.Values {
		return providertest.RouterConfig(providertest.Values{"deployments": members})
	}

	for _, empty := range [][]any{{}, {nil}} {
		providertest.AssertSummaries(t, p.Protocol(t).Validate(t.Context(), providerdata.RouterType, of(empty...)),
			"ERROR deployments: Invalid Attribute Value")
	}

	current := core.Create(t, of(providertest.ReadyMember, nil))
	p.AssertWrites(t, "POST "+providertest.RoutersPath+`?routerId=front {"deployments":["`+providertest.ReadyMember+
		`"],"weightedRandom":{}}`)

	p.SetFaults(mockapi.Fault{Method: http.MethodGet, Path: "/v1/" + providertest.Front, Kind: mockapi.FaultEdit,
		Body: `{"deployments":[null,"","` + providertest.ReadyMember + `"]}`})

	for _, config := range []providertest.Values{of(providertest.ReadyMember, nil), of(providertest.ReadyMember)} {
		core.AssertEmptyPlan(t, &current, config)
	}

	p.SetFaults()

	both := of(providertest.ReadyMember, nil, providertest.AddonsMember)
	if got := core.Run(t.Context(), &current, both, providertest.RunOptions{}); len(got.Diagnostics) > 0 {
		t.Error(got.Diagnostics)
	}

	p.AssertWrites(t, providertest.RouterPatchOf("deployments", `"deployments":["`+providertest.AddonsMember+`","`+
		providertest.ReadyMember+`"],"name":"`+providertest.Front+`"`))

	got := core.Run(t.Context(), &current, both, providertest.RunOptions{PlanOnly: true})
	providertest.AssertEqual(t, "action", got.Action, providertest.ActionNone)
}

// TestRouter_FailedReplacement says that the old router was deleted.
func TestRouter_FailedReplacement(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	core := p.Routing(t)
	current := core.Create(t, providertest.RouterConfig(nil))

	p.SetFaults(mockapi.Fault{Method: http.MethodPost, Kind: mockapi.FaultStatus, Status: http.StatusBadRequest})

	got := core.Run(t.Context(), &current, providertest.RouterConfig(providertest.Values{
		"model": providertest.QwenBase,
	}), providertest.RunOptions{})
	providertest.AssertSummaries(t, got.Diagnostics, "WARNING model: "+diagnostic.SummaryRouterRegion,
		"WARNING router_id: "+diagnostic.SummaryDeletedFirst, "ERROR: "+diagnostic.SummaryRouterNotCreated)
	providertest.AssertMentions(t, got.Diagnostics, "This run deleted the old router "+providertest.Front+
		" with the strategy weighted_random and the deployments "+providertest.ReadyMember)

	if current.State != nil {
		t.Error(current.State)
	}
}

// TestRouter_CreateOnly creates a router whose model the platform reports in another form, or not at all: a warning, and
// nothing is planned until the configuration changes, or something else creates the router anew.
func TestRouter_CreateOnly(t *testing.T) {
	t.Parallel()

	for _, reported := range []string{"", "accounts/fireworks/models/Qwen3-8B"} {
		p := providertest.NewPlatform(t, mockapi.Options{})
		p.AddMembers(providertest.Front, map[string]any{"model": reported})

		core, config := p.Routing(t), providertest.RouterConfig(providertest.Values{"model": providertest.QwenBase})

		var current providertest.Instance

		got := core.Apply(t, &current, config, "WARNING model: "+diagnostic.SummaryRouterRegion,
			"WARNING model: "+diagnostic.SummaryArgumentNotApplied)
		providertest.AssertMentions(t, got.Diagnostics, "terraform apply -replace=")
		core.AssertEmptyPlan(t, &current, config)
		core.AssertEmptyPlan(t, &current, config)

		// The same time in another spelling is the same router.
		created := strings.TrimSuffix(fmt.Sprint(current.State["create_time"]), "Z") + "+00:00"
		p.AddMembers(providertest.Front, map[string]any{"createTime": created})
		core.AssertEmptyPlan(t, &current, config)

		p.AddMembers(providertest.Front, map[string]any{"createTime": "2020-01-01T00:00:00Z"})

		got = core.Run(t.Context(), &current, config, providertest.RunOptions{PlanOnly: true})
		providertest.AssertEqual(t, "another router", got.Action, providertest.ActionReplace)
	}
}

// TestRouter_UnknownState waits for an update in a state that is not known, and says that the next apply does not.
func TestRouter_UnknownState(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	core := p.Routing(t)
	current := core.Create(t, providertest.RouterConfig(nil))
	config := providertest.RouterConfig(providertest.Values{
		"display_name": "New", "timeouts": providertest.Values{"create": nil, "update": "1s", "delete": nil},
	})

	p.SetFaults(mockapi.Fault{Path: "/v1/" + providertest.Front, Kind: mockapi.FaultEdit,
		Body: `{"state":"HIBERNATING"}`})

	got := core.Apply(t, &current, config, "WARNING: "+diagnostic.SummaryNotUsable,
		"ERROR: "+diagnostic.SummaryRouterWaitTimedOut)
	providertest.AssertMentions(t, got.Diagnostics, "An apply that does not change the router does not wait for it",
		"does not wait for a state that the provider does not know")

	if strings.Contains(got.Diagnostics.String(), "resumes waiting") {
		t.Error(got.Diagnostics)
	}

	p.TakeWriteRequests()

	got = core.Run(t.Context(), &current, config, providertest.RunOptions{})
	providertest.AssertEqual(t, "action", got.Action, providertest.ActionNone)
	providertest.AssertSummaries(t, got.Diagnostics, "WARNING: "+diagnostic.SummaryNotUsable)
}

// TestRouter_DeletedDuringUpdate says that the router is being deleted, and keeps it in the state.
func TestRouter_DeletedDuringUpdate(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	core := p.Routing(t)
	current := core.Create(t, providertest.RouterConfig(nil))

	p.SetRouterOutcome(mockapi.RouterHangs)
	p.OnNthRequest(http.MethodGet, "/v1/"+providertest.Front, 2, func(*http.Request) {
		router, _ := p.Router(providertest.Front)
		router.State = "DELETING"
		p.PutRouter(router)
	})

	got := core.Apply(t, &current, providertest.RouterConfig(providertest.Values{"strategy": "even_load"}),
		"ERROR: "+diagnostic.SummaryRouterGone)
	providertest.AssertMentions(t, got.Diagnostics, "is being deleted: something requested that while this apply waited")
	providertest.AssertEqual(t, "state", current.State["state"], "DELETING")
}

// TestRouter_NotChecked reports each cause once, with the response of the API even if the time was up during retries.
func TestRouter_NotChecked(t *testing.T) {
	t.Parallel()

	for status, routers := range map[int][]string{
		http.StatusForbidden: {"a", "b", "c"}, http.StatusServiceUnavailable: {"a"},
	} {
		p := providertest.NewPlatform(t, mockapi.Options{})
		if status == http.StatusServiceUnavailable {
			p.PlanCheckTimeout = 2 * time.Second
		}

		p.SetFaults(mockapi.Fault{Path: providertest.DeploymentsPath, Kind: mockapi.FaultStatus, Status: status,
			Message: "no list today"})

		process := p.Protocol(t)

		var found providertest.Diagnostics
		for _, id := range routers {
			found = append(found, process.Plan(t.Context(), providerdata.RouterType, providertest.Stored{},
				providertest.RouterConfig(providertest.Values{"router_id": id})).Diagnostics...)
		}

		providertest.AssertSummaries(t, found, "WARNING deployments: "+diagnostic.SummaryRouterMembersNotChecked)
		providertest.AssertMentions(t, found, "The API returned", http.StatusText(status), "no list today")
	}
}

// TestRouter_ImportedID refuses an ID that no router or deployment can have.
func TestRouter_ImportedID(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})

	for _, typeName := range []string{providerdata.RouterType, providerdata.DeploymentType} {
		collection := providertest.DemoRouters
		if typeName == providerdata.DeploymentType {
			collection = providertest.DemoDeployments
		}

		for _, id := range []string{"Bad ID", collection + "Bad ID"} {
			got := p.Protocol(t).Import(t.Context(), typeName, id, nil)
			providertest.AssertSummaries(t, got.Diagnostics, "ERROR: "+diagnostic.SummaryInvalidImportID)
			providertest.AssertMentions(t, got.Diagnostics, `"Bad ID"`, "Only a-z, 0-9 and - are allowed")
		}
	}
}

// TestRouter_AccountUnknown replaces no router if the account of the new one is not known: in the plan, in the plan of
// the create half, and when the old one is to be deleted.
func TestRouter_AccountUnknown(t *testing.T) {
	t.Parallel()

	const unknown = "ERROR account_id: " + diagnostic.SummaryAccountUnknown

	p := providertest.NewPlatform(t, mockapi.Options{})
	core := p.Routing(t)
	current := core.Create(t, providertest.RouterConfig(nil))
	other := providertest.RouterConfig(providertest.Values{"router_id": "other"})
	first := p.Protocol(t).Plan(t.Context(), providerdata.RouterType, current.Stored, other)
	p.TakeWriteRequests()

	fault := mockapi.Fault{Path: "/v1/accounts", Kind: mockapi.FaultStatus, Status: http.StatusForbidden}
	p.SetFaults(fault)

	for _, prior := range []providertest.Stored{current.Stored, {Private: first.Private}} {
		got := p.Protocol(t).Plan(t.Context(), providerdata.RouterType, prior, other)
		providertest.AssertSummaries(t, got.Diagnostics, unknown)
	}

	// The first request is that of the plan.
	fault.Match = 2
	p.SetFaults(fault)

	got := core.Apply(t, &current, other, unknown)
	providertest.AssertEqual(t, "action", got.Action, providertest.ActionReplace)
	p.AssertWrites(t)
}
