// SPDX-License-Identifier: MPL-2.0

package deployment_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/deployment"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestAccDeploymentDataSource_Values(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	name := providertest.DemoDeployments + "qwen3-addons"
	shape := providertest.DeploymentShapes + "rft-qwen3-8b/versions/d2f40c1b"

	want := map[string]knownvalue.Check{
		"deployment_id":            knownvalue.StringExact("qwen3-addons"),
		"id":                       knownvalue.StringExact(name),
		"name":                     knownvalue.StringExact(name),
		"account_id":               knownvalue.StringExact("demo"),
		"base_model":               knownvalue.StringExact(providertest.QwenBase),
		"deployment_shape":         knownvalue.StringExact(shape),
		"deployment_shape_version": knownvalue.StringExact(shape),
		"accelerator_type":         knownvalue.StringExact("NVIDIA_B200_192GB"),
		"accelerator_count":        knownvalue.Int64Exact(1),
		"precision":                knownvalue.StringExact("BF16"),
		"min_replica_count":        knownvalue.Int64Exact(1),
		"max_replica_count":        knownvalue.Int64Exact(1),
		"autoscaling_policy": knownvalue.ObjectExact(map[string]knownvalue.Check{
			"scale_up_window":      knownvalue.StringExact("30s"),
			"scale_down_window":    knownvalue.StringExact("600s"),
			"scale_to_zero_window": knownvalue.StringExact("3600s"),
			"load_targets":         knownvalue.MapExact(map[string]knownvalue.Check{"default": knownvalue.Float64Exact(0.8)}),
			"scaling_schedules":    knownvalue.MapSizeExact(0),
		}),
		"placement": knownvalue.ObjectExact(map[string]knownvalue.Check{
			"region":       knownvalue.Null(),
			"multi_region": knownvalue.StringExact("GLOBAL"),
			"regions":      knownvalue.Null(),
		}),
		"enable_addons":               knownvalue.Bool(true),
		"enable_session_affinity":     knownvalue.Bool(false),
		"max_concurrency_per_replica": knownvalue.Null(),
		"max_context_length":          knownvalue.Int64Exact(131072),
		"draft_model":                 knownvalue.Null(),
		"draft_token_count":           knownvalue.Null(),
		"ngram_speculation_length":    knownvalue.Null(),
		"display_name":                knownvalue.Null(),
		"description":                 knownvalue.Null(),
		"tags":                        knownvalue.MapSizeExact(0),
		"state":                       knownvalue.StringExact("READY"),
		"status_code":                 knownvalue.Null(),
		"status_message":              knownvalue.Null(),
		"region":                      knownvalue.StringExact("US_IOWA_1"),
		"create_time":                 knownvalue.StringExact("2026-03-18T09:00:00Z"),
		"update_time":                 knownvalue.StringExact("2026-03-18T09:00:00Z"),
		"replica_count":               knownvalue.Int64Exact(1),
		"desired_replica_count":       knownvalue.Int64Exact(1),
		"replica_stats": knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"ready_replica_count":              knownvalue.Int64Exact(1),
			"pending_scheduling_replica_count": knownvalue.Int64Exact(0),
		}),
		"inference_model":    knownvalue.StringExact(name),
		"inference_base_url": knownvalue.StringExact(p.URL + "/inference/v1"),
	}
	providertest.AssertAllChecked(t, deployment.DataSourceSchema().Attributes, want)

	p.Run(t,
		resource.TestStep{
			Config:            p.Config(`data "fireworks_deployment" "d" { deployment_id = "qwen3-addons" }`),
			ConfigStateChecks: providertest.ExpectValues("data.fireworks_deployment.d", want),
		},
		resource.TestStep{
			Config: p.Config(`data "fireworks_deployment" "d" { deployment_id = "` + providertest.DemoDeployments +
				`qwen3-failed" }`),
			ConfigStateChecks: providertest.ExpectValues("data.fireworks_deployment.d", map[string]knownvalue.Check{
				"deployment_id":  knownvalue.StringExact(providertest.DemoDeployments + "qwen3-failed"),
				"state":          knownvalue.StringExact("FAILED"),
				"status_message": knownvalue.NotNull(),
				"replica_count":  knownvalue.Int64Exact(0),
			}),
		},
	)
	p.AssertWrites(t)
}

func TestAccDeploymentDataSource_NotFound(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	c := p.NewConfiguredCLI(t, "data \"fireworks_deployment\" \"d\" {\n  deployment_id = \"none\"\n}\n")

	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
error: No such deployment
at: deployment_id = "none"

The deployment accounts/demo/deployments/none does not exist.

The API returned 404 Not Found (NOT_FOUND): deployment not found
Request: GET /v1/accounts/demo/deployments/none (request ID mock-N)

Check the name and the account in it. The data source fireworks_deployments lists the deployments of an account. \
The platform deletes a deployment with min_replica_count 0 after 7 days without traffic.
`)
}

func TestDeploymentsDataSource_Filters(t *testing.T) {
	t.Parallel()

	all := []string{
		"qwen3-addons", "served-qwen3-in-use", "qwen3-parked", "qwen3-scaled-to-zero", "qwen3-failed", "qwen3-creating",
		"qwen3-ready",
	}
	served := providertest.DemoModels + "served-qwen3"

	for name, test := range map[string]struct {
		arguments providertest.Values
		want      []string
	}{
		"none":       {providertest.Values{}, all},
		"state":      {providertest.Values{"state": "FAILED"}, []string{"qwen3-failed"}},
		"base model": {providertest.Values{"base_model": served}, []string{"served-qwen3-in-use"}},
		"both":       {providertest.Values{"state": "FAILED", "base_model": served}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})

			got, diags := p.Protocol(t).ReadData(t.Context(), "fireworks_deployments", test.arguments)
			providertest.AssertSummaries(t, diags)
			providertest.AssertEqual(t, "IDs", fmt.Sprint(providertest.FieldOf(got["deployments"], "deployment_id")),
				fmt.Sprint(test.want))
		})
	}
}

func TestAccQuotasDataSource_Values(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.Run(t, resource.TestStep{
		Config: p.Config(`data "fireworks_quotas" "q" {}
output "first" { value = data.fireworks_quotas.q.quotas[0] }
output "spend" { value = data.fireworks_quotas.q.by_name["monthly-spend-usd"] }
`),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("spend", knownvalue.Float64Exact(4876.55)),
			statecheck.ExpectKnownOutputValue("first", knownvalue.ObjectExact(map[string]knownvalue.Check{
				"name":        knownvalue.StringExact("accounts/demo/quotas/deployed-model-count"),
				"value":       knownvalue.Int64Exact(100),
				"max_value":   knownvalue.Int64Exact(200),
				"usage":       knownvalue.Int64Exact(7),
				"update_time": knownvalue.StringExact("2026-01-01T00:00:00Z"),
			})),
		},
	})
}
