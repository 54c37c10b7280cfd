// SPDX-License-Identifier: MPL-2.0

package deployedmodel_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestDeployedModels_Filters(t *testing.T) {
	t.Parallel()

	const (
		prefix        = "accounts/demo/deployedModels/"
		first, second = prefix + "support-lora-1-loaded", prefix + "a-second"
		// The platform shows the base model of a deployment as a deployed model, too.
		ofReady, ofAddons = prefix + "qwen3-8b-9e3779b1", prefix + "qwen3-8b-538453d7"
	)

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.PutDeployedModel(mockapi.DeployedModel{
		Name: second, Model: "accounts/other/models/support-lora-1", Deployment: providertest.DemoDeployments +
			"qwen3-ready",
		Default: true, State: "DEPLOYING", DisplayName: "Second", CreateTime: "2026-03-19T09:00:00Z",
	})
	s := p.Protocol(t)

	want := providertest.Values{
		"deployed_model_id": "a-second",
		"id":                second,
		"name":              second,
		"account_id":        "demo",
		"model":             "accounts/other/models/support-lora-1",
		"deployment":        providertest.DemoDeployments + "qwen3-ready",
		"display_name":      "Second",
		"description":       nil,
		"default":           true,
		"public":            false,
		"state":             "DEPLOYING",
		"create_time":       "2026-03-19T09:00:00Z",
		"inference_model":   "accounts/other/models/support-lora-1#" + providertest.DemoDeployments + "qwen3-ready",
	}

	for _, test := range []struct {
		name   string
		config providertest.Values
		want   []any
	}{
		{"bare model", providertest.Values{"model": "support-lora-1"}, []any{first}},
		{"model", providertest.Values{"model": "accounts/other/models/support-lora-1"}, []any{second}},
		{
			"bare deployment", providertest.Values{"deployment": "qwen3-ready", "account_id": "demo"},
			[]any{second, ofReady},
		},
		{"deployment", providertest.Values{"deployment": providertest.AddonsDeployment}, []any{ofAddons, first}},
		{"state", providertest.Values{"state": "DEPLOYING", "deployment": "qwen3-ready"}, []any{second}},
		{"nothing", providertest.Values{"state": "DEPLOYING", "deployment": "qwen3-addons"}, []any{}},
	} {
		got, diags := s.ReadData(t.Context(), "fireworks_deployed_models", test.config)
		if len(diags) > 0 {
			t.Fatal(diags)
		}

		if diff := cmp.Diff(any(test.want), got["names"]); diff != "" {
			t.Errorf("%s: -want +got:\n%s", test.name, diff)
		}

		rows, _ := got["deployed_models"].([]any)
		if len(rows) != len(test.want) {
			t.Errorf("%s: got %d rows, want %d", test.name, len(rows), len(test.want))
		}

		if len(rows) > 0 && test.want[0] == second && !cmp.Equal(rows[0], any(want)) {
			t.Errorf("-want +got:\n%s", cmp.Diff(any(want), rows[0]))
		}
	}

	all, _ := s.ReadData(t.Context(), "fireworks_deployed_models", providertest.Values{})
	if names, _ := all["names"].([]any); len(names) != len(p.DeployedModels()) {
		t.Errorf("without filters: got %d names, want %d", len(names), len(p.DeployedModels()))
	}
}
