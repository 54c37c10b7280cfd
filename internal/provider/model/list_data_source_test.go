// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/model"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestAccModelDataSource_Values(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})

	base := map[string]knownvalue.Check{
		"name":                 knownvalue.StringExact(providertest.QwenBase),
		"id":                   knownvalue.StringExact(providertest.QwenBase),
		"account_id":           knownvalue.StringExact("fireworks"),
		"display_name":         knownvalue.StringExact("Qwen3 8B"),
		"description":          knownvalue.StringExact("A dense model of the Qwen3 series."),
		"public":               knownvalue.Bool(true),
		"state":                knownvalue.StringExact("READY"),
		"kind":                 knownvalue.StringExact("HF_BASE_MODEL"),
		"create_time":          knownvalue.StringExact("2025-04-28T16:00:00Z"),
		"update_time":          knownvalue.StringExact("2025-04-28T16:00:00Z"),
		"context_length":       knownvalue.Int64Exact(131072),
		"peft_details":         knownvalue.Null(),
		"supports_lora":        knownvalue.Bool(true),
		"supports_tools":       knownvalue.Bool(true),
		"supports_image_input": knownvalue.Bool(false),
		"tunable":              knownvalue.Bool(true),
		"model_type":           knownvalue.StringExact("qwen3"),
		"parameter_count":      knownvalue.Int64Exact(8190735360),
		"default_draft_model":  knownvalue.StringExact("accounts/fireworks/models/qwen3-8b-draft"),
		"hugging_face_url":     knownvalue.StringExact("https://huggingface.co/Qwen/Qwen3-8B"),
		"model_id":             knownvalue.StringExact("qwen3-8b"),
		"fine_tuning_job":      knownvalue.Null(),
		"imported_from":        knownvalue.Null(),
		"deployments": knownvalue.ListPartial(map[int]knownvalue.Check{
			4: knownvalue.StringExact(providertest.DemoDeployments + "qwen3-scaled-to-zero")}),
	}
	providertest.AssertAllChecked(t, model.DataSourceSchema().Attributes, base)

	p.Run(t,
		resource.TestStep{
			Config:            p.Config(`data "fireworks_model" "m" { name = "` + providertest.QwenBase + `" }`),
			ConfigStateChecks: providertest.ExpectValues("data.fireworks_model.m", base),
		},
		resource.TestStep{
			Config: p.Config(`data "fireworks_model" "m" { name = "support-lora-2" }`),
			ConfigStateChecks: providertest.ExpectValues("data.fireworks_model.m", map[string]knownvalue.Check{
				"name":            knownvalue.StringExact("support-lora-2"),
				"id":              knownvalue.StringExact(providertest.LoraModel),
				"model_id":        knownvalue.StringExact("support-lora-2"),
				"kind":            knownvalue.StringExact("HF_PEFT_ADDON"),
				"parameter_count": knownvalue.Null(),
				"deployments":     knownvalue.ListSizeExact(0),
				"peft_details": knownvalue.ObjectExact(map[string]knownvalue.Check{
					"base_model":      knownvalue.StringExact(providertest.QwenBase),
					"r":               knownvalue.Int64Exact(16),
					"target_modules":  providertest.StringListExact("q_proj", "v_proj"),
					"base_model_type": knownvalue.StringExact("qwen3"),
				}),
			}),
		},
	)
	p.AssertWrites(t)
}

func TestAccModelDataSource_Errors(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.SetForbidden(providertest.QwenBase, true)
	c := p.NewConfiguredCLI(t, `
data "fireworks_model" "missing" {
  name = "none"
}
data "fireworks_model" "forbidden" {
  name = "`+providertest.QwenBase+`"
}
`)

	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
error: No such model
at: name = "none"

The model accounts/demo/models/none does not exist.

The API returned 404 Not Found (NOT_FOUND): model "accounts/demo/models/none" not found
Request: GET /v1/accounts/demo/models/none (request ID mock-N)

Check the name and the account in it. The data source fireworks_models lists the models of an account.
`, `
error: Model not read
at: name = "accounts/fireworks/models/qwen3-8b"

The model accounts/fireworks/models/qwen3-8b could not be read.

The API returned 403 Forbidden (PERMISSION_DENIED): the key may not read model "accounts/fireworks/models/qwen3-8b"
Request: GET /v1/accounts/fireworks/models/qwen3-8b (request ID mock-N)

The account of the API key neither owns nor sees this model. Check the account in the name.
`)
}

// The expected names follow from the built-in fixtures: newest first as points in time, although as strings
// "…09:00:00Z" sorts after "…09:00:00.5Z".
func TestModelsDataSource_Filters(t *testing.T) {
	t.Parallel()

	const prefix = providertest.DemoModels

	all := []string{"sft-support-v1", "support-lora-3", "support-lora-2", "served-qwen3", "support-lora-1", "chat-lora"}

	tests := map[string]struct {
		arguments providertest.Values
		want      []string
	}{
		"none":    {providertest.Values{}, all},
		"account": {providertest.Values{"account_id": "demo"}, all},
		"base model": {providertest.Values{"base_model": providertest.QwenBase},
			[]string{"sft-support-v1", "support-lora-3", "support-lora-2", "support-lora-1"}},
		"kind":  {providertest.Values{"kind": "HF_BASE_MODEL"}, []string{"served-qwen3"}},
		"state": {providertest.Values{"state": "UPLOADING"}, []string{"support-lora-3"}},
		"ID prefix": {providertest.Values{"name_prefix": "support-"},
			[]string{"support-lora-3", "support-lora-2", "support-lora-1"}},
		"name prefix": {providertest.Values{"name_prefix": prefix + "chat"}, []string{"chat-lora"}},
		"all": {providertest.Values{"name_prefix": "support-", "state": "READY"},
			[]string{"support-lora-2", "support-lora-1"}},
		"no full name":   {providertest.Values{"name_prefix": "a"}, nil},
		"nothing":        {providertest.Values{"name_prefix": "none"}, nil},
		"unknown filter": {providertest.Values{"state": "NO_SUCH_STATE"}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})

			names := make([]string, len(test.want))
			for i, id := range test.want {
				names[i] = prefix + id
			}

			got, diags := p.Protocol(t).ReadData(t.Context(), "fireworks_models", test.arguments)
			providertest.AssertSummaries(t, diags)
			providertest.AssertEqual(t, "names", fmt.Sprint(got["names"]), fmt.Sprint(names))
			providertest.AssertEqual(t, "IDs", fmt.Sprint(providertest.FieldOf(got["models"], "model_id")),
				fmt.Sprint(test.want))
		})
	}
}

func TestModelFilter_SameTime(t *testing.T) {
	t.Parallel()

	at := func(text string) fireworks.Timestamp {
		timestamp, err := fireworks.ParseTimestamp(text)
		if err != nil {
			t.Fatal(err)
		}

		return timestamp
	}

	if got := providerdata.NewestFirst(at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00+01:00"), "a",
		"b"); got >= 0 {
		t.Errorf("equal times are not ordered by name: %d", got)
	}

	if got := providerdata.NewestFirst(at("2026-01-01T00:00:00.5Z"), at("2026-01-01T00:00:00Z"), "b", "a"); got >= 0 {
		t.Errorf("the newer one does not come first: %d", got)
	}
}

func TestAccModelsDataSource_Errors(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Path: "/v1/accounts/other/models",
		Status: http.StatusForbidden})
	c := p.NewConfiguredCLI(t, `
data "fireworks_models" "missing" {
  account_id = "none"
}
data "fireworks_models" "forbidden" {
  account_id = "other"
}
`)

	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
error: Models not listed
at: account_id = "none"

The models of the account none could not be listed.

The API returned 404 Not Found (NOT_FOUND): account "none" not found
Request: GET /v1/accounts/none/models (request ID mock-N)

Check the account ID "none" and base_url.
`, `
error: Models not listed
at: account_id = "other"

The models of the account other could not be listed.

The API returned 403 Forbidden (PERMISSION_DENIED): injected fault: Forbidden
Request: GET /v1/accounts/other/models (request ID mock-N)

The API key may not list the account "other". Check account_id, or use a key of that account.
`)
}

func TestModelDataSource_Origin(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	s := p.Protocol(t)

	trained, _ := s.ReadData(t.Context(), "fireworks_model", providertest.Values{"name": "sft-support-v1"})
	providertest.AssertEqual(t, "fine_tuning_job", trained["fine_tuning_job"],
		any("accounts/demo/supervisedFineTuningJobs/sft-support-v1"))
	providertest.AssertEqual(t, "imported_from", trained["imported_from"], nil)

	uploaded, _ := s.ReadData(t.Context(), "fireworks_model", providertest.Values{"name": "chat-lora"})
	providertest.AssertEqual(t, "fine_tuning_job", uploaded["fine_tuning_job"], nil)
	providertest.AssertEqual(t, "imported_from", uploaded["imported_from"], any("s3://demo-models/chat-lora"))

	p.PutModel(mockapi.Model{Name: providertest.DemoModels + "m", CreateTime: "2026-04-01T00:00:00Z",
		UpdateTime: "2026-04-02T00:00:00Z"})

	changed, _ := s.ReadData(t.Context(), "fireworks_model", providertest.Values{"name": "m"})
	providertest.AssertEqual(t, "create_time", changed["create_time"], any("2026-04-01T00:00:00Z"))
	providertest.AssertEqual(t, "update_time", changed["update_time"], any("2026-04-02T00:00:00Z"))
}
