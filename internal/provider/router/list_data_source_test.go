// SPDX-License-Identifier: MPL-2.0

package router_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestRouters_Values(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.PutRouter(mockapi.Router{
		Name: providertest.DemoRouters + "single", Deployments: []string{providertest.DemoDeployments + "qwen3-ready"},
		Model:  providertest.QwenBase,
		Public: true, State: "UPDATING", Status: &mockapi.Status{Code: "INTERNAL", Message: "failed"},
	})
	s := p.Protocol(t)

	support := providertest.Values{
		"router_id":  "support-router",
		"id":         providertest.DemoRouters + "support-router",
		"name":       providertest.DemoRouters + "support-router",
		"account_id": "demo",
		"deployments": []any{providertest.DemoDeployments + "qwen3-addons", providertest.DemoDeployments +
			"qwen3-ready"},
		"strategy":           "weighted_random",
		"model":              nil,
		"public":             false,
		"display_name":       "Support",
		"auto_generated":     false,
		"state":              "READY",
		"status_code":        nil,
		"status_message":     nil,
		"create_time":        "2026-03-19T09:00:00Z",
		"created_by":         "demo@example.com",
		"inference_model":    providertest.DemoRouters + "support-router",
		"inference_base_url": p.URL + "/inference/v1",
	}

	for _, test := range []struct{ routerID, name string }{
		{"support-router", "a bare ID"}, {providertest.DemoRouters + "support-router", "a full name"},
	} {
		got, diags := s.ReadData(t.Context(), "fireworks_router", providertest.Values{"router_id": test.routerID})
		if len(diags) > 0 {
			t.Fatal(diags)
		}

		want := providertest.With(got, providertest.With(support, providertest.Values{"router_id": test.routerID}))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", test.name, diff)
		}
	}

	single, _ := s.ReadData(t.Context(), "fireworks_router", providertest.Values{"router_id": "single"})

	want := providertest.With(single, providertest.Values{
		"model": providertest.QwenBase, "public": true, "state": "UPDATING", "status_code": "INTERNAL",
		"status_message": "failed",
	})
	if diff := cmp.Diff(want, single); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	generated, _ := s.ReadData(t.Context(), "fireworks_router", providertest.Values{"router_id": "qwen3-ready"})
	aliases, _ := generated["aliases"].([]any)

	if generated["auto_generated"] != true ||
		!slices.Contains(aliases, any(providertest.DemoDeployments+"qwen3-ready")) {
		t.Errorf("the router of a deployment is %v", generated)
	}

	_, diags := s.ReadData(t.Context(), "fireworks_router", providertest.Values{"router_id": "none"})
	if got := diags.Summaries(); !slices.Equal(got, []string{"ERROR router_id: " + diagnostic.SummaryNoSuchRouter}) {
		t.Errorf("got %q", got)
	}
}

func TestRouters_Filters(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	s := p.Protocol(t)

	for _, test := range []struct {
		name   string
		config providertest.Values
		want   []any
	}{
		{
			"none", providertest.Values{},
			[]any{providertest.DemoRouters + "stale-router", providertest.DemoRouters + "support-router"},
		},
		{
			"deployment", providertest.Values{"deployment": providertest.DemoDeployments + "qwen3-addons"},
			[]any{providertest.DemoRouters + "support-router"},
		},
		{
			"auto-generated", providertest.Values{"deployment": providertest.DemoDeployments + "qwen3-addons",
				"include_auto_generated": true},
			[]any{providertest.DemoRouters + "qwen3-addons", providertest.DemoRouters + "support-router"},
		},
		{"nothing", providertest.Values{"deployment": providertest.DemoDeployments + "none"}, []any{}},
	} {
		got, diags := s.ReadData(t.Context(), "fireworks_routers", test.config)
		if len(diags) > 0 {
			t.Fatal(diags)
		}

		if diff := cmp.Diff(any(test.want), got["names"]); diff != "" {
			t.Errorf("%s: -want +got:\n%s", test.name, diff)
		}

		if rows, _ := got["routers"].([]any); len(rows) != len(test.want) {
			t.Errorf("%s: got %d routers, want %d", test.name, len(rows), len(test.want))
		}
	}
}
