// SPDX-License-Identifier: MPL-2.0

package finetuningjob_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// supportJob is the completed job of the fixtures.
var supportJob = providertest.Values{
	"job_id":             "sft-support-v1",
	"kind":               "supervised",
	"id":                 providertest.SupervisedJobs + "sft-support-v1",
	"name":               providertest.SupervisedJobs + "sft-support-v1",
	"account_id":         "demo",
	"state":              "COMPLETED",
	"status_code":        nil,
	"status_message":     nil,
	"output_model":       providertest.DemoModels + "sft-support-v1",
	"output_model_name":  providertest.DemoModels + "sft-support-v1",
	"base_model":         providertest.QwenBase,
	"warm_start_from":    nil,
	"dataset":            "accounts/demo/datasets/support",
	"evaluation_dataset": "accounts/demo/datasets/support-eval",
	"display_name":       "Support, fine-tuned",
	"created_by":         "demo@example.com",
	"create_time":        "2026-03-20T09:00:00Z",
	"update_time":        "2026-03-20T12:00:00Z",
	"completed_time":     "2026-03-20T12:00:00Z",
	"lora_rank":          int64(16),
	"epochs":             int64(2),
	"max_context_length": int64(32768),
	"learning_rate":      0.0001,
	"progress_percent":   int64(100),
}

func TestFineTuningJob_Values(t *testing.T) {
	t.Parallel()

	s := providertest.NewPlatform(t, mockapi.Options{}).Protocol(t)

	for _, test := range []struct {
		name   string
		config providertest.Values
		want   providertest.Values
	}{
		{"completed", providertest.Values{"job_id": "sft-support-v1"}, supportJob},
		{
			"running", providertest.Values{"job_id": providertest.SupervisedJobs + "sft-support-v2"},
			providertest.Values{
				"job_id": providertest.SupervisedJobs + "sft-support-v2", "state": "RUNNING", "output_model": nil,
				"output_model_name": providertest.DemoModels + "sft-support-v2", "base_model": nil,
				"warm_start_from": providertest.DemoModels + "sft-support-v1", "completed_time": nil,
				"max_context_length": nil,
				"learning_rate":      nil, "progress_percent": int64(40),
			},
		},
		{
			"failed", providertest.Values{"job_id": "sft-broken", "kind": "supervised"},
			providertest.Values{
				"state": "FAILED", "status_code": "INVALID_ARGUMENT", "output_model": nil, "progress_percent": nil,
				"status_message":    "dataset accounts/demo/datasets/broken: line 17 is not a conversation",
				"output_model_name": providertest.DemoModels + "sft-broken", "epochs": nil, "lora_rank": nil,
			},
		},
		{
			"stopped early, without an output model", providertest.Values{"job_id": "sft-early"},
			providertest.Values{
				"state": "EARLY_STOPPED", "output_model": providertest.DemoModels + "sft-early",
				"output_model_name": providertest.DemoModels + "sft-early",
			},
		},
		{
			"state without prefix, bare output model", providertest.Values{"job_id": "sft-legacy"},
			providertest.Values{"state": "COMPLETED", "output_model": providertest.DemoModels + "chat-lora"},
		},
		{
			"kind", providertest.Values{"job_id": "dpo-tone", "kind": "dpo"},
			providertest.Values{
				"kind": "dpo", "id": "accounts/demo/dpoJobs/dpo-tone", "warm_start_from": providertest.DemoModels +
					"sft-support-v1",
				"output_model": providertest.DemoModels + "support-lora-2", "lora_rank": int64(16), "update_time": nil,
			},
		},
		{
			"kind of a full name", providertest.Values{"job_id": "accounts/demo/reinforcementFineTuningJobs/rft-math"},
			providertest.Values{"kind": "reinforcement", "base_model": providertest.QwenBase, "learning_rate": 0.00002,
				"epochs": nil},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			got, diags := s.ReadData(t.Context(), providertest.JobType, test.config)
			if len(diags) > 0 {
				t.Fatal(diags)
			}

			if diff := cmp.Diff(providertest.With(got, test.want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestFineTuningJob_Errors(t *testing.T) {
	t.Parallel()

	s := providertest.NewPlatform(t, mockapi.Options{}).Protocol(t)

	_, diags := s.ReadData(t.Context(), providertest.JobType, providertest.Values{"job_id": "dpo-tone"})
	want := `ERROR [job_id] No such fine-tuning job
The fine-tuning job accounts/demo/supervisedFineTuningJobs/dpo-tone does not exist.

The API returned 404 Not Found (NOT_FOUND): fine-tuning job not found
Request: GET /v1/accounts/demo/supervisedFineTuningJobs/dpo-tone (request ID mock-`

	if len(diags) != 1 || !strings.HasPrefix(diags[0].String(), want) || !strings.HasSuffix(diags[0].Detail,
		"The collection supervisedFineTuningJobs was read; kind selects another one. The data source "+
			"fireworks_fine_tuning_jobs lists the jobs of an account.") {
		t.Errorf("got\n%s\nwant\n%s", diags, want)
	}

	for _, test := range []struct {
		config providertest.Values
		want   []string
	}{
		{providertest.Values{"job_id": "sft", "kind": "dpo"}, nil},
		{providertest.Values{"job_id": providertest.Unknown, "kind": "dpo"}, nil},
		{providertest.Values{"job_id": "accounts/demo/dpoJobs/j", "kind": providertest.Unknown}, nil},
		{providertest.Values{"job_id": "accounts/demo/dpoJobs/j", "kind": "dpo"}, nil},
		{
			providertest.Values{"job_id": "accounts/demo/dpoJobs/j", "kind": "supervised"},
			[]string{"ERROR kind: " + diagnostic.SummaryContradictingJobKind},
		},
		{providertest.Values{"job_id": "j", "kind": "other"}, []string{"ERROR kind: Invalid Attribute Value Match"}},
		{
			providertest.Values{"job_id": "accounts/demo/rlorTrainerJobs/j"},
			[]string{"ERROR job_id: " + diagnostic.SummaryInvalidResourceName},
		},
	} {
		response, err := s.Server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
			TypeName: providertest.JobType,
			Config:   s.Dynamic(s.Schemas.DataSourceSchemas[providertest.JobType].ValueType(), test.config),
		})
		s.Must("ValidateDataResourceConfig", err)

		if got := providertest.DecodeDiagnostics(response.Diagnostics).Summaries(); !slices.Equal(got, test.want) {
			t.Errorf("%v: got %q, want %q", test.config, got, test.want)
		}
	}
}

func TestFineTuningJobs_Filters(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.PutFineTuningJob(mockapi.FineTuningJob{
		Name: providertest.SupervisedJobs + "tie", CreateTime: "2026-03-20T11:30:00Z", State: "JOB_STATE_COMPLETED",
	})
	s := p.Protocol(t)

	support := []string{"sft-support-v2", "tie", "sft-support-v1", "sft-broken", "sft-early", "sft-legacy"}

	for _, test := range []struct {
		name   string
		config providertest.Values
		want   []string
		latest any
	}{
		{
			"prefix of the ID", providertest.Values{"name_prefix": "sft-"},
			append([]string{support[0]}, support[2:]...), support[2],
		},
		{
			"prefix of the name", providertest.Values{"name_prefix": providertest.SupervisedJobs + "sft-support"},
			[]string{support[0], support[2]}, support[2],
		},
		{"display name", providertest.Values{"display_name_prefix": "Support, s"}, support[:1], nil},
		{
			"state", providertest.Values{"state": "COMPLETED"}, []string{"tie", "sft-support-v1", "sft-legacy"},
			"sft-support-v1",
		},
		{"state with prefix", providertest.Values{"state": "JOB_STATE_FAILED"}, []string{"sft-broken"}, nil},
		{"base model", providertest.Values{"base_model": providertest.QwenBase}, support[2:5], "sft-support-v1"},
		{"create time instead of completed time", providertest.Values{"name_prefix": "tie"}, []string{"tie"}, "tie"},
		{"kind", providertest.Values{"kind": "dpo", "account_id": "demo"}, []string{"dpo-tone"}, "dpo-tone"},
		{"nothing", providertest.Values{"kind": "reinforcement", "state": "FAILED"}, []string{}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			got, diags := s.ReadData(t.Context(), providertest.JobsType, test.config)
			if len(diags) > 0 {
				t.Fatal(diags)
			}

			names := []string{}
			for _, name := range got["names"].([]any) { //nolint:forcetypeassert // a list by its schema
				names = append(names, path.Base(fmt.Sprint(name)))
			}

			if diff := cmp.Diff(test.want, names); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}

			var latest any
			if object, ok := got["latest_completed"].(providertest.Values); ok {
				latest = object["job_id"]
			}

			providertest.AssertEqual(t, "latest", latest, test.latest)
		})
	}

	all, _ := s.ReadData(t.Context(), providertest.JobsType, providertest.Values{})
	if jobs, ok := all["jobs"].([]any); !ok || len(jobs) != 227 || !cmp.Equal(jobs[2], any(supportJob)) {
		t.Errorf("got %d jobs, and %v, want 227 from two pages, and the values of the job", len(jobs), jobs[2])
	}
}
