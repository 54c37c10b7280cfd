// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestPlanOracle sends one request between a plan and the end of its apply.
func TestPlanOracle(t *testing.T) {
	t.Parallel()

	const (
		update = `"actions":["update"],` +
			`"before":{"name":"NAME","display_name":"a","description":"d","tags":{"x":"1","y":"1"}},` +
			`"after":{"name":"NAME","display_name":"b","description":"d","tags":{"x":"2"}}`
		noOp    = `"actions":["no-op"],"before":{"name":"NAME"},"after":{"name":"NAME"}`
		replace = `"actions":["delete","create"],"before":{"name":"NAME"},` +
			`"after":{"deployment_id":"chat","display_name":"b"},"after_unknown":{"name":true,"precision":true}`
		remove = `"actions":["delete"],"before":{"name":"NAME"},"after":null,"after_unknown":{}`
		load   = `"actions":["create"],"before":null,"after":{"model":"m","deployment":"NAME"},` +
			`"after_unknown":{"name":true}`
		object = "/v1/" + providertest.Chat
	)

	for name, test := range map[string]struct {
		typeName, change, method, target, body string
		violates                               bool
	}{
		"a deletion":                    {change: remove, method: "DELETE", target: object},
		"the deletion of a replacement": {change: replace, method: "DELETE", target: object + "?hard=true"},
		"the deletion of a kept object": {
			change: strings.Replace(remove, `"NAME"`, `"NAME","state":"READY","deletion_policy":"ABANDON"`, 1),
			method: "DELETE", target: object, violates: true,
		},
		"the final deletion of a restorable object": {
			change: strings.Replace(remove, `"NAME"`, `"NAME","state":"READY","soft_delete":true`, 1),
			method: "DELETE", target: object + "?hard=true", violates: true,
		},
		"an unshown deletion":            {change: update, method: "DELETE", target: object, violates: true},
		"the deletion of another object": {change: remove, method: "DELETE", target: object + "2", violates: true},
		"a deletion without a change":    {change: noOp, method: "DELETE", target: object, violates: true},
		"a change": {
			change: update, method: "PATCH", target: object + "?updateMask=display_name",
			body: `{"displayName":"b"}`,
		},
		"an unshown change": {
			change: update, method: "PATCH", target: object + "?updateMask=description", violates: true,
		},
		"an unshown change beside another": {
			change: update, method: "PATCH", target: object + "?updateMask=display_name,description", violates: true,
		},
		"another value": {
			change: update, method: "PATCH", target: object + "?updateMask=display_name",
			body: `{"displayName":"c"}`, violates: true,
		},
		"a change of another object": {
			change: update, method: "PATCH", target: object + "2?updateMask=display_name", violates: true,
		},
		"a change after a creation": {
			change: replace, method: "PATCH", target: object + "?updateMask=display_name,precision",
		},
		"what a creation does not set": {
			change: replace, method: "PATCH", target: object + "?updateMask=description", violates: true,
		},
		"a changed tag": {
			change: update, method: "POST", target: object + ":setTags", body: `{"tags":{"custom/x":"2"}}`,
		},
		"an unshown tag": {
			change: update, method: "POST", target: object + ":setTags",
			body: `{"tags":{"custom/z":"1"}}`, violates: true,
		},
		"a removed tag": {
			change: update, method: "POST", target: object + ":deleteTags", body: `{"keys":["custom/y"]}`,
		},
		"a tag whose removal is unshown": {
			change: update, method: "POST", target: object + ":deleteTags",
			body: `{"keys":["custom/x"]}`, violates: true,
		},
		"a creation": {
			change: replace, method: "POST", target: providertest.DeploymentsPath + "?deploymentId=chat",
		},
		"an unshown creation": {
			change: update, method: "POST", target: providertest.DeploymentsPath + "?deploymentId=chat", violates: true,
		},
		"a creation of another ID": {
			change: replace, method: "POST", target: providertest.DeploymentsPath + "?deploymentId=chat2",
			violates: true,
		},
		"a dry run": {
			change: noOp, method: "POST", target: providertest.DeploymentsPath + "?deploymentId=chat&validateOnly=true",
		},
		"loading": {
			typeName: providerdata.DeployedModelType, change: load, method: "POST",
			target: providertest.DeployedModelsPath,
			body:   `{"model":"m","deployment":"NAME"}`,
		},
		"loading onto another deployment": {
			typeName: providerdata.DeployedModelType, change: load, method: "POST",
			target: providertest.DeployedModelsPath,
			body:   `{"model":"m","deployment":"other"}`, violates: true,
		},
		"a promotion": {
			typeName: providerdata.PromotedModelType,
			change:   `"actions":["create"],"before":null,"after":{"output_model_id":"m"}`,
			method:   "POST", target: "/v1/accounts/demo/checkpoints/c:promote",
			body: `{"output_model":"accounts/demo/models/m"}`,
		},
		"an unshown promotion": {
			typeName: providerdata.PromotedModelType, change: update, method: "POST",
			target: "/v1/accounts/demo/checkpoints/c:promote",
			body:   `{"output_model":"accounts/demo/models/m"}`, violates: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			oracle := &providertest.PlanOracle{}
			platform := oracle.Record(http.NotFoundHandler())

			if test.typeName == "" {
				test.typeName = providerdata.DeploymentType
			}

			plan := fmt.Sprintf(`{"resource_changes":[{"type":%q,"change":{%s}}]}`, test.typeName, test.change)
			if err := oracle.Show([]byte(strings.ReplaceAll(plan, "NAME", providertest.Chat))); err != nil {
				t.Fatal(err)
			}

			body := strings.NewReader(strings.ReplaceAll(test.body, "NAME", providertest.Chat))
			request := httptest.NewRequestWithContext(t.Context(), test.method, test.target, body)
			platform.ServeHTTP(httptest.NewRecorder(), request)

			if err := oracle.Compare(); (err != nil) != test.violates {
				t.Errorf("got %v, violates: %t", err, test.violates)
			}
		})
	}
}

// TestPlanOracle_WithoutPlan deletes while a plan is made.
func TestPlanOracle_WithoutPlan(t *testing.T) {
	t.Parallel()

	oracle := &providertest.PlanOracle{}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodDelete, "/v1/"+providertest.Chat, nil)
	oracle.Record(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), request)

	if err := oracle.Show([]byte(`{}`)); err == nil {
		t.Error("a plan that deletes is not reported")
	}
}

// TestTerraformCore creates, updates, replaces and destroys a model, with and without changes.
func TestTerraformCore(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	models := platform.PromotedModels(t)

	var current providertest.Instance

	steps := []struct {
		config providertest.Values
		want   providertest.Action
	}{
		{providertest.ModelConfig("m1"), providertest.ActionCreate},
		{providertest.ModelConfig("m1"), providertest.ActionNone},
		{
			providertest.With(providertest.ModelConfig("m1"), providertest.Values{"display_name": "One"}),
			providertest.ActionUpdate,
		},
		{providertest.ModelConfig("m2"), providertest.ActionReplace},
		{nil, providertest.ActionDelete},
		{nil, providertest.ActionNone},
	}
	for _, step := range steps {
		got := models.Run(t.Context(), &current, step.config, providertest.RunOptions{})
		if got.Action != step.want || len(got.Diagnostics) > 0 {
			t.Fatalf("%v: got %s, want %s\n%s", step.config, got.Action, step.want, got.Diagnostics)
		}
	}

	providertest.AssertEqual(t, "in the state", current.State != nil, false)
	providertest.AssertEqual(t, "promotions", platform.Promotions(), 2)
}
