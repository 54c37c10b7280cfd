// SPDX-License-Identifier: MPL-2.0

package checkpoint_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const runCheckpoints = "data.fireworks_checkpoints.run"

// row matches a whole checkpoint that was never updated.
func row(parent, id, createTime, checkpointType string, promotable bool) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"name":            knownvalue.StringExact(parent + "/checkpoints/" + id),
		"checkpoint_id":   knownvalue.StringExact(id),
		"create_time":     knownvalue.StringExact(createTime),
		"update_time":     knownvalue.StringExact(createTime),
		"checkpoint_type": knownvalue.StringExact("CHECKPOINT_TYPE_" + checkpointType),
		"promotable":      knownvalue.Bool(promotable),
	})
}

func TestAccCheckpoints_Job(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	latest := row(providertest.SftJob, "step-200-5e6f7a8b", "2026-03-01T12:00:00.5Z", "INFERENCE_BASE", true)
	promotable := []knownvalue.Check{
		row(providertest.SftJob, "step-50-1a2b3c4d", "2026-03-01T09:00:00Z", "INFERENCE_BASE", true),
		row(providertest.SftJob, "step-900-2b3c4d5e", "2026-03-01T22:30:00+13:00", "INFERENCE_BASE", true),
		row(providertest.SftJob, "step-100-3c4d5e6f", "2026-03-01T10:00:00Z", "INFERENCE_LORA", true),
		row(providertest.SftJob, "step-180-6f7a8b9c", "2026-03-01T12:00:00Z", "INFERENCE_LORA", true),
		latest,
	}
	all := []knownvalue.Check{
		promotable[0],
		row(providertest.SftJob, "step-50", "2026-03-01T09:00:30.125Z", "TRAINING", false),
		promotable[1],
		promotable[2],
		row(providertest.SftJob, "step-100", "2026-03-01T10:00:30Z", "TRAINING_LORA", false),
		row(providertest.SftJob, "step-150-4d5e6f7a", "2026-03-01T11:00:00.000000001Z", "INFERENCE_ARC_V2", false),
		promotable[3],
		latest,
		row(providertest.SftJob, "step-200", "2026-03-01T12:00:30.75Z", "TRAINING", false),
		row(providertest.SftJob, "step-210-7a8b9cad", "2026-03-01T12:10:00Z", "INFERENCE_ARC_V2", false),
	}
	p.Run(t,
		resource.TestStep{
			Config: p.Config(providertest.CheckpointsConfig(`job_id = "sft-qwen3-8b"`)),
			ConfigStateChecks: append(providertest.ExpectValues(runCheckpoints, map[string]knownvalue.Check{
				"id":                knownvalue.StringExact(providertest.SftJob),
				"job_id":            knownvalue.StringExact("sft-qwen3-8b"),
				"session_name":      knownvalue.Null(),
				"promotable_only":   knownvalue.Null(),
				"page_size":         knownvalue.Null(),
				"checkpoint_types":  knownvalue.Null(),
				"checkpoints":       knownvalue.ListExact(all),
				"latest_promotable": latest,
			}), providertest.StateCheckFunc(func() error { return expectLastListing(p, "pageSize=200") })),
		},
		resource.TestStep{
			Config: p.Config(providertest.CheckpointsConfig("job_id = \"" + providertest.SftJob +
				"\"\npromotable_only = true\npage_size = 3")),
			ConfigStateChecks: append(providertest.ExpectValues(runCheckpoints, map[string]knownvalue.Check{
				"id":                knownvalue.StringExact(providertest.SftJob),
				"job_id":            knownvalue.StringExact(providertest.SftJob),
				"promotable_only":   knownvalue.Bool(true),
				"page_size":         knownvalue.Int64Exact(3),
				"checkpoints":       knownvalue.ListExact(promotable),
				"latest_promotable": latest,
			}), providertest.StateCheckFunc(func() error { return expectLastListing(p, "pageSize=3") })),
		},
		resource.TestStep{
			PreConfig: func() {
				p.PutCheckpoint(providertest.SftJob,
					mockapi.Checkpoint{Name: "step-220", CreateTime: "2026-03-01T14:00:00+02:00"})
				p.PutCheckpoint(
					providertest.SftJob,
					mockapi.Checkpoint{
						Name:           "step-230",
						CreateTime:     "2026-03-01T14:30:00+02:00",
						UpdateTime:     "2026-03-01T14:45:00+02:00",
						CheckpointType: "CHECKPOINT_TYPE_INFERENCE_LORA",
						Promotable:     true,
					},
				)
				p.SetLegacyWire(true)
			},
			Config: p.Config(providertest.CheckpointsConfig("job_id = \"sft-qwen3-8b\"\npromotable_only = true")),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(runCheckpoints, tfjsonpath.New("checkpoints"), knownvalue.ListSizeExact(6)),
				statecheck.ExpectKnownValue(runCheckpoints, tfjsonpath.New("latest_promotable"),
					knownvalue.ObjectPartial(map[string]knownvalue.Check{
						"checkpoint_id": knownvalue.StringExact("step-230"),
						"create_time":   knownvalue.StringExact("2026-03-01T14:30:00+02:00"),
						"update_time":   knownvalue.StringExact("2026-03-01T14:45:00+02:00"),
					})),
			},
		},
	)
	p.AssertWrites(t)
}

// expectLastListing compares the query of the first page of the last listing.
func expectLastListing(p *providertest.Platform, query string) error {
	var last string

	for _, r := range p.Requests() {
		if r.Query.Get("pageToken") == "" && r.Query.Has("pageSize") && r.Path != "/v1/accounts" {
			last = r.RawQuery
		}
	}

	if last != query {
		return providertest.Unexpected("the query of the last listing", last, query)
	}

	return nil
}

// TestAccCheckpoints_AllPages reads 250 rows: an apply costs one listing of two pages, whatever uses its result.
func TestAccCheckpoints_AllPages(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.Run(t, resource.TestStep{
		Config: p.Config(providertest.CheckpointsConfig(`job_id = "big-run"`)),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(runCheckpoints, tfjsonpath.New("checkpoints"), knownvalue.ListSizeExact(250)),
			statecheck.ExpectKnownValue(runCheckpoints, tfjsonpath.New("latest_promotable").AtMapKey("promotable"),
				knownvalue.Bool(true)),
		},
	})
	pages := p.Count(http.MethodGet, providertest.ListingPath)

	accounts := p.Count(http.MethodGet, "/v1/accounts")
	if pages != 2*accounts {
		t.Errorf("got %d account requests and %d pages, want 2 of each", accounts, pages)
	}
}

func TestAccCheckpoints_Session(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	latest := row(providertest.SftSession, "run-7f3a9c-step-20-2f3a4b5c", "2026-03-02T09:00:00.25Z", "INFERENCE_LORA",
		true)
	p.Run(t, resource.TestStep{
		Config: p.Config(providertest.CheckpointsConfig(`session_name = "` + providertest.SftSession + `"`)),
		ConfigStateChecks: providertest.ExpectValues(runCheckpoints, map[string]knownvalue.Check{
			"id":           knownvalue.StringExact(providertest.SftSession),
			"job_id":       knownvalue.Null(),
			"session_name": knownvalue.StringExact(providertest.SftSession),
			"checkpoints": knownvalue.ListExact([]knownvalue.Check{
				row(providertest.SftSession, "run-7f3a9c-step-10-0d1e2f3a", "2026-03-02T08:00:00Z", "INFERENCE_LORA",
					true),
				row(providertest.SftSession, "run-7f3a9c-resume-10-1e2f3a4b", "2026-03-02T08:00:10Z", "TRAINING_LORA",
					false),
				latest,
				row(providertest.SftSession, "run-7f3a9c-resume-20-3a4b5c6d", "2026-03-02T09:00:10Z", "TRAINING_LORA",
					false),
			}),
			"latest_promotable": latest,
		}),
	})

	if n := p.Count("", "/v1/accounts"); n != 0 {
		t.Errorf("got %d account requests although the session name contains the account", n)
	}

	_, id, _ := strings.Cut(providertest.SftSession, "/trainingSessions/")
	p.Run(t, resource.TestStep{
		Config: p.Config(providertest.CheckpointsConfig(`session_name = "` + id + `"`)),
		ConfigStateChecks: providertest.ExpectValues(runCheckpoints, map[string]knownvalue.Check{
			"id": knownvalue.StringExact(providertest.SftSession), "session_name": knownvalue.StringExact(id),
			"latest_promotable": latest,
		}),
	})
}

func TestAccCheckpoints_PromotableMissing(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.PutCheckpoint("accounts/demo/rlorTrainerJobs/young",
		mockapi.Checkpoint{Name: "step-1", CreateTime: "2026-03-01T12:00:00Z",
			CheckpointType: "CHECKPOINT_TYPE_TRAINING"})
	p.Run(t,
		resource.TestStep{
			Config: p.Config(providertest.CheckpointsConfig(`job_id = "young"`)),
			ConfigStateChecks: providertest.ExpectValues(runCheckpoints, map[string]knownvalue.Check{
				"checkpoints":       knownvalue.ListSizeExact(1),
				"latest_promotable": knownvalue.Null(),
			}),
		},
		resource.TestStep{
			Config: p.Config(providertest.CheckpointsConfig("job_id = \"young\"\npromotable_only = true")),
			ConfigStateChecks: providertest.ExpectValues(runCheckpoints, map[string]knownvalue.Check{
				"checkpoints":       knownvalue.ListExact([]knownvalue.Check{}),
				"latest_promotable": knownvalue.Null(),
			}),
		},
		resource.TestStep{
			// A job that was deleted can still be listed for 30 days.
			Config: p.Config(providertest.CheckpointsConfig(`job_id = "deleted-run"`)),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(runCheckpoints,
					tfjsonpath.New("latest_promotable").AtMapKey("checkpoint_id"),
					knownvalue.StringExact("step-10-0a1b2c3d")),
			},
		},
	)
}

// TestAccCheckpoints_UnknownFilter lists the checkpoints of a job whose name is known only during apply.
func TestAccCheckpoints_UnknownFilter(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.Run(t, resource.TestStep{
		Config: p.Config(`
resource "terraform_data" "job" { input = "sft-qwen3-8b" }
` + providertest.CheckpointsConfig("job_id = terraform_data.job.output\npage_size = length(terraform_data.job.output)") + `
output "latest" { value = data.fireworks_checkpoints.run.latest_promotable.name }
`),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(runCheckpoints, plancheck.ResourceActionRead),
			plancheck.ExpectUnknownOutputValue("latest"),
		}},
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("latest",
			knownvalue.StringExact(providertest.FullCheckpoint))},
	})
}

// TestAccCheckpoints_ReadOnEachPlan has a training run write a checkpoint during an apply, after the check of the plan
// has listed its job.
func TestAccCheckpoints_ReadOnEachPlan(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPost {
			p.PutCheckpoint(providertest.SftJob,
				mockapi.Checkpoint{Name: "step-300", CreateTime: "2026-03-02T12:00:00Z", Promotable: true})
		}
	})
	c := p.NewConfiguredCLI(t, providertest.ModelBlock(providertest.FullCheckpoint, "m", "")+
		providertest.CheckpointsConfig("job_id = \"sft-qwen3-8b\"\ndepends_on = [fireworks_promoted_model.model]")+
		`output "latest" { value = data.fireworks_checkpoints.run.latest_promotable.checkpoint_id }`)
	providertest.AssertDiagnostics(t, c.Diagnostics("apply"))

	if got := c.Outputs()["latest"]; got != "step-300" {
		t.Errorf("the latest checkpoint is %s, want step-300", got)
	}
}

// TestAccCheckpoints_AccountLookup reads the checkpoints of a bare job ID.
func TestAccCheckpoints_AccountLookup(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.SetAccounts("demo", "second")
	c := p.NewConfiguredCLI(t, providertest.CheckpointsConfig(`job_id = "sft-qwen3-8b"`))
	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
error: Account not determined
at: job_id = "sft-qwen3-8b"

The bare trainer job ID "sft-qwen3-8b" needs an account, and none is configured.

The API key has access to several accounts (accounts/demo, accounts/second, …).

Set the provider argument account_id or the environment variable FIREWORKS_ACCOUNT_ID to the one to use.
`)

	p.SetAccounts()
	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
error: Account not determined
at: job_id = "sft-qwen3-8b"

The bare trainer job ID "sft-qwen3-8b" needs an account, and none is configured.

The API key has access to no account.

Check the API key, or create a new one at https://app.fireworks.ai/settings/users/api-keys.
`)

	p.ResetRequests()
	p.SetAccounts("demo", "second")
	p.Variables = map[string]string{diagnostic.EnvAccountID: "demo"}

	providertest.AssertDiagnostics(t, c.Diagnostics("plan"))

	if n := p.Count("", "/v1/accounts"); n != 0 {
		t.Errorf("got %d account requests although the account is configured", n)
	}
}

func TestAccCheckpoints_NotFound(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	c := p.NewConfiguredCLI(t, `
data "fireworks_checkpoints" "expired" {
  job_id = "expired-run"
}
`)
	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
error: No such trainer job or training session
at: job_id = "expired-run"

accounts/demo/rlorTrainerJobs/expired-run does not exist.

The API returned 404 Not Found (NOT_FOUND): trainer job "expired-run" not found
Request: GET /v1/accounts/demo/rlorTrainerJobs/expired-run/checkpoints (request ID mock-N)

Check the name. The platform keeps the checkpoints of a deleted trainer job for 30 days, and those of a training \
session only as long as the session and its trainer exist. After that they cannot be promoted.
`)
}

// TestAccDataSources_UnknownProviderConfig gives names of the wrong form that are known only during apply.
func TestAccDataSources_UnknownProviderConfig(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	c := p.NewConfiguredCLI(t, `
resource "terraform_data" "wrong" { input = "serverless/1" }
data "fireworks_checkpoints" "job" { job_id = terraform_data.wrong.output }
data "fireworks_checkpoints" "session" { session_name = terraform_data.wrong.output }
data "fireworks_training_shape" "shape" { shape_id = terraform_data.wrong.output }
data "fireworks_checkpoints" "page" {
  job_id    = "sft-qwen3-8b"
  page_size = length(terraform_data.wrong.output) * 100
}
`)
	providertest.AssertDiagnostics(t, c.Diagnostics("apply"), `
error: Invalid Attribute Value
at: page_size = length(terraform_data.wrong.output) * 100

Attribute page_size value must be between 1 and 200, got: 1200
`, `
error: Invalid resource name
at: data "fireworks_checkpoints" "job" { job_id = terraform_data.wrong.output }

"serverless/1" is not a valid trainer job name: it has "serverless" instead of "accounts". The expected form is \
accounts/{account}/rlorTrainerJobs/{job}.
`, `
error: Invalid resource name
at: data "fireworks_checkpoints" "session" { session_name = terraform_data.wrong.output }

"serverless/1" is not a valid training session name: it has "serverless" instead of "accounts". The expected form \
is accounts/{account}/trainingSessions/{session}.
`, `
error: Invalid resource name
at: data "fireworks_training_shape" "shape" { shape_id = terraform_data.wrong.output }

"serverless/1" is not a valid training shape name: it has "serverless" instead of "accounts". The expected form is \
accounts/{account}/trainingShapes/{shape} or accounts/{account}/trainingShapes/{shape}/versions/{version}.
`)

	if n := len(p.Requests()); n != 0 {
		t.Errorf("%d requests for names that are none", n)
	}
}

func TestCheckpoints_Types(t *testing.T) {
	t.Parallel()

	s := providertest.NewPlatform(t, mockapi.Options{}).Protocol(t)

	for _, test := range []struct {
		types  []any
		rows   int
		latest any
	}{
		{[]any{"CHECKPOINT_TYPE_INFERENCE_LORA"}, 2, "step-180-6f7a8b9c"},
		{[]any{"CHECKPOINT_TYPE_INFERENCE_BASE"}, 3, "step-200-5e6f7a8b"},
		{[]any{"CHECKPOINT_TYPE_TRAINING", "CHECKPOINT_TYPE_TRAINING_LORA"}, 3, nil},
		{[]any{"INFERENCE_LORA"}, 0, nil},
		{nil, 10, "step-200-5e6f7a8b"},
		{[]any{}, 10, "step-200-5e6f7a8b"},
		{[]any{nil}, 10, "step-200-5e6f7a8b"},
		{[]any{nil, "CHECKPOINT_TYPE_INFERENCE_LORA"}, 2, "step-180-6f7a8b9c"},
	} {
		config := providertest.Values{"job_id": providertest.SftJob}
		if test.types != nil {
			config["checkpoint_types"] = test.types
		}

		got, diags := s.ReadData(t.Context(), "fireworks_checkpoints", config)
		if len(diags) > 0 {
			t.Fatal(diags)
		}

		if rows, _ := got["checkpoints"].([]any); len(rows) != test.rows {
			t.Errorf("%v: got %d checkpoints, want %d", test.types, len(rows), test.rows)
		}

		var latest any
		if object, ok := got["latest_promotable"].(providertest.Values); ok {
			latest = object["checkpoint_id"]
		}

		providertest.AssertEqual(t, "latest", latest, test.latest)
	}
}

func TestCheckpoints_TypeAsNumber(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Status: http.StatusOK, Path: providertest.ListingPath,
		Body: `{"checkpoints":[` +
			`{"name":"` + providertest.SftJob + `/checkpoints/a","checkpointType":3,"promotable":true},` +
			`{"name":"` + providertest.SftJob + `/checkpoints/b","checkpointType":4,"promotable":true}]}`})

	got, diags := p.Protocol(t).ReadData(t.Context(), "fireworks_checkpoints",
		providertest.Values{"job_id": providertest.SftJob, "checkpoint_types": []any{"3"}})
	if latest, _ := got["latest_promotable"].(providertest.Values); len(diags) > 0 || latest["checkpoint_id"] != "a" {
		t.Errorf("got %v, %s", got, diags)
	}
}
