// SPDX-License-Identifier: MPL-2.0

package router_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func newRouterScene(t *testing.T) *providertest.Scene {
	t.Helper()

	s := providertest.NewScene(t, mockapi.Options{}, (*providertest.Platform).Routing, providertest.RouterConfig)
	s.SetRouterTime(time.Minute)

	return s
}

// leaveCreating leaves a router that is being created in the state, not tainted.
func leaveCreating(s *providertest.Scene) {
	s.SetRouterOutcome(mockapi.RouterHangs)
	s.Interrupt(http.MethodGet, providertest.RouterPath, 4)
	s.Apply()
	s.OnRequest(nil)
}

var otherMember = providertest.Values{"deployments": []any{providertest.AddonsMember}}

// member makes a deployment of another state or placement the only member.
func member(s *providertest.Scene, change func(*mockapi.Deployment)) {
	d, _ := s.Deployment(providertest.ReadyMember)
	change(&d)
	s.PutDeployment(d)
}

// routerMessages are the failures of a router, each produced by the code that a user meets it in.
var routerMessages = []providertest.MessageCase{
	// The configuration.
	{When: "an invalid ID", Provoke: providertest.Validating(providertest.Values{"router_id": "Front_Door"})},
	{When: "no deployments", Provoke: providertest.Validating(providertest.Values{"deployments": []any{}})},
	{When: "a bare ID of a deployment", Provoke: providertest.Validating(providertest.Values{"deployments": []any{"qwen3-ready"}})},
	{When: "an unknown strategy", Provoke: providertest.Validating(providertest.Values{"strategy": "round_robin"})},

	// The plan.
	{When: "the router exists", Provoke: func(s *providertest.Scene) {
		s.PutRouter(mockapi.Router{Name: providertest.Front, Deployments: []string{providertest.ReadyMember}})
		s.Plan()
	}},
	{When: "the ID is that of a router of the platform", Provoke: providertest.Planning(providertest.Values{"router_id": "qwen3-ready"})},
	{When: "a deployment is missing", Provoke: providertest.Planning(providertest.Values{"deployments": []any{providertest.DemoDeployments + "none"}})},
	{When: "all deployments are parked", Provoke: func(s *providertest.Scene) {
		member(s, func(d *mockapi.Deployment) { d.MinReplicaCount, d.MaxReplicaCount = 0, 0 })
		s.Plan()
	}},
	{When: "a deployment is FAILED", Provoke: func(s *providertest.Scene) {
		member(s, func(d *mockapi.Deployment) { d.State = "FAILED" })
		s.Plan()
	}},
	{When: "a single region without a model", Provoke: func(s *providertest.Scene) {
		member(s, func(d *mockapi.Deployment) { d.Placement = &mockapi.Placement{Region: "US_IOWA_1"} })
		s.Plan()
	}},
	{When: "several regions and a model", Provoke: func(s *providertest.Scene) {
		member(s, func(d *mockapi.Deployment) { d.Placement = &mockapi.Placement{MultiRegion: "US"} })
		s.Change = providertest.Values{"model": providertest.QwenBase}
		s.Plan()
	}},
	{When: "nothing can be checked", Provoke: func(s *providertest.Scene) {
		s.Change = providertest.Values{"account_id": "demo"}
		s.Refuse(http.MethodGet, 403, "")
		s.Plan()
	}},
	{When: "the router is protected", Provoke: providertest.Protected},
	{When: "the router is protected too late", Provoke: providertest.ProtectedTooLate(providertest.Values{"router_id": "other"})},

	// The creation.
	{When: "a deployment was deleted meanwhile", Provoke: func(s *providertest.Scene) {
		s.AfterPlan(func() { s.RemoveDeployment(providertest.ReadyMember) })
	}},
	{When: "the ID was taken meanwhile", Provoke: func(s *providertest.Scene) {
		s.AfterPlan(func() { s.Refuse(http.MethodPost, 409, "") })
	}},
	{When: "the creation is refused", Provoke: providertest.RefusedCreation(403, "")},
	{When: "every response is lost", Provoke: providertest.RefusedCreation(502, "")},
	{When: "Ctrl-C before the creation", Provoke: func(s *providertest.Scene) {
		s.Interrupt(http.MethodGet, providertest.RouterPath, 3)
		s.Apply()
	}},
	{When: "Ctrl-C during the creation, which gets no response", Provoke: func(s *providertest.Scene) {
		s.AfterPlan(func() {
			s.SetFaults(providertest.Unanswered(http.MethodPost))
			s.Interrupt(http.MethodPost, providertest.RoutersPath, 1)
		})
	}},
	{When: "Ctrl-C during the wait", Provoke: leaveCreating},
	{When: "timeouts.create expires", Provoke: func(s *providertest.Scene) {
		s.SetRouterOutcome(mockapi.RouterHangs)
		s.Change = providertest.ShortTimeouts
		s.Apply()
	}},
	{When: "the status of the new router stays an error", Provoke: func(s *providertest.Scene) {
		s.SetRouterOutcome(mockapi.RouterReportsError)
		s.Apply()
	}},
	{When: "the router is deleted during the wait", Provoke: func(s *providertest.Scene) {
		s.OnNthRequest(http.MethodGet, providertest.RouterPath, 4,
			func(*http.Request) { s.RemoveRouter(providertest.Front) })
		s.Apply()
	}},
	{When: "the key is revoked during the wait", Provoke: func(s *providertest.Scene) {
		s.OnNthRequest(http.MethodGet, providertest.RouterPath, 4, func(*http.Request) { s.Refuse("", 401, "") })
		s.Apply()
	}},

	// Later.
	{When: "Ctrl-C while the next apply waits", Provoke: func(s *providertest.Scene) {
		leaveCreating(s)
		s.Interrupt(http.MethodGet, providertest.RouterPath, 3)
		s.Apply()
	}},
	{When: "the creation of an earlier apply failed", Provoke: func(s *providertest.Scene) {
		leaveCreating(s)
		router, _ := s.Router(providertest.Front)
		router.Status = &mockapi.Status{Code: "INTERNAL", Message: "no route"}
		s.PutRouter(router)
		s.Apply()
		s.Plan()
	}},
	{When: "the update is refused", Provoke: providertest.RefusedUpdate(400, "", otherMember)},
	{When: "timeouts.update expires", Provoke: func(s *providertest.Scene) {
		s.SetRouterTime(0)
		s.Change = providertest.ShortTimeouts
		s.Apply()
		s.SetRouterOutcome(mockapi.RouterHangs)
		s.Update(otherMember)
	}},
	{When: "the router is deleted before the update", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.OnNthRequest(http.MethodPatch, providertest.RouterPath, 1,
			func(*http.Request) { s.RemoveRouter(providertest.Front) })
		s.Update(otherMember)
	}},
	{When: "an update is not applied", Provoke: providertest.UnappliedUpdate("public", providertest.Values{"public": true})},
	{When: "the deletion is refused", Provoke: providertest.RefusedDeletion},
	{When: "timeouts.delete expires", Provoke: func(s *providertest.Scene) {
		s.SetRouterTime(0)
		s.Change = providertest.ShortTimeouts
		s.Apply()
		s.SetRouterTime(10_000 * time.Hour)
		s.Destroy()
	}},
	{When: "Ctrl-C during the deletion", Provoke: func(s *providertest.Scene) {
		s.Apply()
		s.SetRouterTime(3 * time.Hour)
		s.Interrupt(http.MethodGet, providertest.RouterPath, 2)
		s.Destroy()
	}},
	{When: "an invalid import ID", Provoke: providertest.Importing("accounts/demo/models/m")},
	{When: "the import of a router of the platform", Provoke: providertest.Importing("qwen3-ready")},
}

// TestRouter_Messages compares every message with testdata/messages.golden, so that they can be read as one text.
func TestRouter_Messages(t *testing.T) {
	t.Parallel()
	providertest.AssertMessages(t, "messages.golden", routerMessages, newRouterScene)
}
