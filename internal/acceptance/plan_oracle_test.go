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
		promotes = `"actions":["create"],"before":null,"after":{"output_model_id":"m"}`

		object  = "/v1/" + providertest.Chat
		patch   = "PATCH " + object + "?updateMask="
		create  = "POST " + providertest.DeploymentsPath + "?deploymentId="
		promote = "POST /v1/accounts/demo/checkpoints/c:promote"
	)

	for name, test := range map[string]struct {
		change, request, body string
		violates              bool
	}{
		"a deletion":                    {remove, "DELETE " + object, "", false},
		"the deletion of a replacement": {replace, "DELETE " + object + "?hard=true", "", false},
		"the deletion of a kept object": {
			strings.Replace(remove, `"NAME"`, `"NAME","state":"READY","deletion_policy":"ABANDON"`, 1),
			"DELETE " + object, "", true,
		},
		"the final deletion of a restorable object": {
			strings.Replace(remove, `"NAME"`, `"NAME","state":"READY","soft_delete":true`, 1),
			"DELETE " + object + "?hard=true", "", true,
		},
		"an unshown deletion":              {update, "DELETE " + object, "", true},
		"the deletion of another object":   {remove, "DELETE " + object + "2", "", true},
		"a deletion without a change":      {noOp, "DELETE " + object, "", true},
		"a change":                         {update, patch + "display_name", `{"displayName":"b"}`, false},
		"an unshown change":                {update, patch + "description", "", true},
		"an unshown change beside another": {update, patch + "display_name,description", "", true},
		"another value":                    {update, patch + "display_name", `{"displayName":"c"}`, true},
		"a change of another object":       {update, "PATCH " + object + "2?updateMask=display_name", "", true},
		"a change after a creation":        {replace, patch + "display_name,precision", "", false},
		"what a creation does not set":     {replace, patch + "description", "", true},
		"a changed tag":                    {update, "POST " + object + ":setTags", `{"tags":{"custom/x":"2"}}`, false},
		"an unshown tag":                   {update, "POST " + object + ":setTags", `{"tags":{"custom/z":"1"}}`, true},
		"a removed tag":                    {update, "POST " + object + ":deleteTags", `{"keys":["custom/y"]}`, false},
		"a tag whose removal is unshown":   {update, "POST " + object + ":deleteTags", `{"keys":["custom/x"]}`, true},
		"a tag that was not managed": {
			strings.Replace(update, `,"tags":{"x":"1","y":"1"}`, `,"tags":null`, 1), "POST " + object + ":deleteTags",
			`{"keys":["custom/y"]}`, false,
		},
		"a tag that was not managed and stays": {
			strings.Replace(update, `,"tags":{"x":"1","y":"1"}`, `,"tags":null`, 1), "POST " + object + ":deleteTags",
			`{"keys":["custom/x"]}`, true,
		},
		"a creation":               {replace, create + "chat", "", false},
		"an unshown creation":      {update, create + "chat", "", true},
		"a creation of another ID": {replace, create + "chat2", "", true},
		"a dry run":                {noOp, create + "chat&validateOnly=true", "", false},
		"loading": {
			load, "POST " + providertest.DeployedModelsPath, `{"model":"m","deployment":"NAME"}`, false,
		},
		"loading onto another deployment": {
			load, "POST " + providertest.DeployedModelsPath, `{"model":"m","deployment":"other"}`, true,
		},
		"a promotion":          {promotes, promote, `{"output_model":"accounts/demo/models/m"}`, false},
		"an unshown promotion": {update, promote, `{"output_model":"accounts/demo/models/m"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			oracle := &providertest.PlanOracle{}
			platform := oracle.Record(http.NotFoundHandler())

			typeName := providerdata.DeploymentType

			switch test.change {
			case load:
				typeName = providerdata.DeployedModelType
			case promotes:
				typeName = providerdata.PromotedModelType
			}

			plan := fmt.Sprintf(`{"resource_changes":[{"type":%q,"change":{%s}}]}`, typeName, test.change)
			if err := oracle.Show([]byte(strings.ReplaceAll(plan, "NAME", providertest.Chat))); err != nil {
				t.Fatal(err)
			}

			body := strings.NewReader(strings.ReplaceAll(test.body, "NAME", providertest.Chat))
			method, target, _ := strings.Cut(test.request, " ")
			request := httptest.NewRequestWithContext(t.Context(), method, target, body)
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
