package provider

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

func TestRouters_Values(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	p.PutRouter(mockapi.Router{
		Name: demoRouters + "single", Deployments: []string{demoDeployments + "qwen3-ready"}, Model: qwenBase,
		Public: true, State: "UPDATING", Status: &mockapi.Status{Code: "INTERNAL", Message: "failed"},
	})
	s := p.protocol(t)

	support := values{
		"router_id":          "support-router",
		"id":                 demoRouters + "support-router",
		"name":               demoRouters + "support-router",
		"account_id":         "demo",
		"deployments":        []any{demoDeployments + "qwen3-addons", demoDeployments + "qwen3-ready"},
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
		"inference_model":    demoRouters + "support-router",
		"inference_base_url": p.URL + "/inference/v1",
	}

	for _, test := range []struct{ routerID, name string }{
		{"support-router", "a bare ID"}, {demoRouters + "support-router", "a full name"},
	} {
		got, diags := s.ReadData(t.Context(), "fireworks_router", values{"router_id": test.routerID})
		if len(diags) > 0 {
			t.Fatal(diags)
		}

		want := with(got, with(support, values{"router_id": test.routerID}))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", test.name, diff)
		}
	}

	single, _ := s.ReadData(t.Context(), "fireworks_router", values{"router_id": "single"})

	want := with(single, values{
		"model": qwenBase, "public": true, "state": "UPDATING", "status_code": "INTERNAL", "status_message": "failed",
	})
	if diff := cmp.Diff(want, single); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	generated, _ := s.ReadData(t.Context(), "fireworks_router", values{"router_id": "qwen3-ready"})
	aliases, _ := generated["aliases"].([]any)

	if generated["auto_generated"] != true || !slices.Contains(aliases, any(demoDeployments+"qwen3-ready")) {
		t.Errorf("the router of a deployment is %v", generated)
	}

	_, diags := s.ReadData(t.Context(), "fireworks_router", values{"router_id": "none"})
	if got := diags.Summaries(); !slices.Equal(got, []string{"ERROR router_id: " + summaryNoSuchRouter}) {
		t.Errorf("got %q", got)
	}
}

func TestRouters_Filters(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	s := p.protocol(t)

	for _, test := range []struct {
		name   string
		config values
		want   []any
	}{
		{"none", values{}, []any{demoRouters + "stale-router", demoRouters + "support-router"}},
		{"deployment", values{"deployment": demoDeployments + "qwen3-addons"}, []any{demoRouters + "support-router"}},
		{
			"auto-generated", values{"deployment": demoDeployments + "qwen3-addons", "include_auto_generated": true},
			[]any{demoRouters + "qwen3-addons", demoRouters + "support-router"},
		},
		{"nothing", values{"deployment": demoDeployments + "none"}, []any{}},
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
