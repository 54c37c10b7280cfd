// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"context"
	"net/http"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// matrixRouter is the router of the matrix.
func matrixRouter() *matrixObject {
	return &matrixObject{
		typeName: providerdata.RouterType,
		importID: func(*mockapi.Server) string { return "front" },
		config:   providertest.RouterConfig(nil),
		exists: func(p *mockapi.Server) bool {
			_, exists := p.Router(providertest.Front)
			return exists
		},
		creations: func(p *mockapi.Server) int { return p.RoutersCreated(providertest.Front) },
		differences: func(state providertest.Values, p *mockapi.Server) []string {
			router, _ := p.Router(providertest.Front)
			return routerDifferences(state, router)
		},
		existsSummary: diagnostic.SummaryRouterExists,
		reports: []string{
			diagnostic.SummaryRouterExists, diagnostic.SummaryRouterOutcomeUnknown,
			diagnostic.SummaryRouterInterruptedBefore, diagnostic.SummaryRouterTimedOutBefore,
		},
	}
}

// routerDifferences compares what the state and the platform say of a router.
func routerDifferences(state providertest.Values, router mockapi.Router) []string {
	members := make([]any, len(router.Deployments))
	for i, member := range router.Deployments {
		members[i] = member
	}

	strategy := "weighted_random"
	if router.EvenLoad != nil {
		strategy = "even_load"
	}

	return stateDifferences(state, providertest.Values{
		"id": router.Name, "deployments": members, "strategy": strategy, "public": router.Public, "state": router.State,
		"create_time": router.CreateTime,
	})
}

// routerSteps are the steps of the life of a router.
func routerSteps() []matrixStep {
	created := createNow
	slow := func(_ context.Context, c *matrixCell) { c.platform.SetRouterTime(matrixRollout) }
	swapped := configChange(providertest.Values{
		"deployments": []any{providertest.AddonsMember}, "strategy": "even_load",
	})

	return stepsOf(matrixRouter(), []matrixStep{
		{
			name: "plan: router ID", method: http.MethodGet, path: providertest.RouterPath,
			act: (*matrixCell).planCreate,
		},
		{
			name: "plan: members", method: http.MethodGet, path: providertest.DeploymentsPath,
			act: (*matrixCell).planCreate,
		},
		{
			name: "route: does it exist", method: http.MethodGet, path: providertest.RouterPath, prepare: planNow,
			act: (*matrixCell).apply,
		},
		{
			name: "route", method: http.MethodPost, path: providertest.RoutersPath, prepare: planNow,
			act: (*matrixCell).apply,
		},
		{
			name: "route: wait", method: http.MethodGet, path: providertest.RouterPath, after: http.MethodPost,
			prepare: both(slow, planNow), act: (*matrixCell).apply,
		},
		{
			name: "route: read", method: http.MethodGet, path: providertest.RouterPath, prepare: created,
			act: (*matrixCell).read,
		},
		{
			name: "route: update", method: http.MethodPatch, path: providertest.RouterPath,
			prepare: both(created, swapped, planNow), act: (*matrixCell).apply,
		},
		{
			name: "route: update, wait", method: http.MethodGet, path: providertest.RouterPath, after: http.MethodPatch,
			prepare: both(created, slow, swapped, planNow), act: (*matrixCell).apply,
		},
		{
			name: "route: resume", method: http.MethodGet, path: providertest.RouterPath,
			prepare: both(slow, interruptedCreation, planNow), act: (*matrixCell).apply,
		},
		{
			name: "route: delete", method: http.MethodDelete, path: providertest.RouterPath, prepare: created,
			act: (*matrixCell).destroy, destroyed: true,
		},
		{
			name: "route: delete, wait", method: http.MethodGet, path: providertest.RouterPath,
			after: http.MethodDelete, prepare: both(created, slow), act: (*matrixCell).destroy, destroyed: true,
		},
		{
			name: "import: router", method: http.MethodGet, path: providertest.RouterPath, prepare: created,
			act: (*matrixCell).importObject,
		},
	})
}
