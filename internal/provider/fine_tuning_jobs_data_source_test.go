package provider

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const ()

// supportJob is the completed job of the fixtures.
var supportJob = values{
	"job_id":             "sft-support-v1",
	"kind":               "supervised",
	"id":                 supervisedJobs + "sft-support-v1",
	"name":               supervisedJobs + "sft-support-v1",
	"account_id":         "demo",
	"state":              "COMPLETED",
	"status_code":        nil,
	"status_message":     nil,
	"output_model":       demoModels + "sft-support-v1",
	"output_model_name":  demoModels + "sft-support-v1",
	"base_model":         qwenBase,
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

	s := newPlatform(t, mockapi.Options{}).protocol(t)

	for _, test := range []struct {
		name   string
		config values
		want   values
	}{
		{"completed", values{"job_id": "sft-support-v1"}, supportJob},
		{
			"running", values{"job_id": supervisedJobs + "sft-support-v2"},
			values{
				"job_id": supervisedJobs + "sft-support-v2", "state": "RUNNING", "output_model": nil,
				"output_model_name": demoModels + "sft-support-v2", "base_model": nil,
				"warm_start_from": demoModels + "sft-support-v1", "completed_time": nil, "max_context_length": nil,
				"learning_rate": nil, "progress_percent": int64(40),
			},
		},
		{
			"failed", values{"job_id": "sft-broken", "kind": "supervised"},
			values{
				"state": "FAILED", "status_code": "INVALID_ARGUMENT", "output_model": nil, "progress_percent": nil,
				"status_message":    "dataset accounts/demo/datasets/broken: line 17 is not a conversation",
				"output_model_name": demoModels + "sft-broken", "epochs": nil, "lora_rank": nil,
			},
		},
		{
			"stopped early, without an output model", values{"job_id": "sft-early"},
			values{
				"state": "EARLY_STOPPED", "output_model": demoModels + "sft-early",
				"output_model_name": demoModels + "sft-early",
			},
		},
		{
			"state without prefix, bare output model", values{"job_id": "sft-legacy"},
			values{"state": "COMPLETED", "output_model": demoModels + "chat-lora"},
		},
		{
			"kind", values{"job_id": "dpo-tone", "kind": "dpo"},
			values{
				"kind": "dpo", "id": "accounts/demo/dpoJobs/dpo-tone", "warm_start_from": demoModels + "sft-support-v1",
				"output_model": demoModels + "support-lora-2", "lora_rank": int64(16), "update_time": nil,
			},
		},
		{
			"kind of a full name", values{"job_id": "accounts/demo/reinforcementFineTuningJobs/rft-math"},
			values{"kind": "reinforcement", "base_model": qwenBase, "learning_rate": 0.00002, "epochs": nil},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			got, diags := s.ReadData(t.Context(), jobType, test.config)
			if len(diags) > 0 {
				t.Fatal(diags)
			}

			if diff := cmp.Diff(with(got, test.want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestFineTuningJob_Errors(t *testing.T) {
	t.Parallel()

	s := newPlatform(t, mockapi.Options{}).protocol(t)

	_, diags := s.ReadData(t.Context(), jobType, values{"job_id": "dpo-tone"})
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
		config values
		want   []string
	}{
		{values{"job_id": "sft", "kind": "dpo"}, nil},
		{values{"job_id": unknown, "kind": "dpo"}, nil},
		{values{"job_id": "accounts/demo/dpoJobs/j", "kind": unknown}, nil},
		{values{"job_id": "accounts/demo/dpoJobs/j", "kind": "dpo"}, nil},
		{
			values{"job_id": "accounts/demo/dpoJobs/j", "kind": "supervised"},
			[]string{"ERROR kind: " + summaryContradictingJobKind},
		},
		{values{"job_id": "j", "kind": "other"}, []string{"ERROR kind: Invalid Attribute Value Match"}},
		{values{"job_id": "accounts/demo/rlorTrainerJobs/j"}, []string{"ERROR job_id: " + summaryInvalidResourceName}},
	} {
		response, err := s.server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
			TypeName: jobType, Config: s.dynamic(s.schemas.DataSourceSchemas[jobType].ValueType(), test.config),
		})
		s.must("ValidateDataResourceConfig", err)

		if got := decodeDiagnostics(response.Diagnostics).Summaries(); !slices.Equal(got, test.want) {
			t.Errorf("%v: got %q, want %q", test.config, got, test.want)
		}
	}
}

func TestFineTuningJobs_Filters(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	p.PutFineTuningJob(mockapi.FineTuningJob{
		Name: supervisedJobs + "tie", CreateTime: "2026-03-20T11:30:00Z", State: "JOB_STATE_COMPLETED",
	})
	s := p.protocol(t)

	support := []string{"sft-support-v2", "tie", "sft-support-v1", "sft-broken", "sft-early", "sft-legacy"}

	for _, test := range []struct {
		name   string
		config values
		want   []string
		latest any
	}{
		{"prefix of the ID", values{"name_prefix": "sft-"}, append([]string{support[0]}, support[2:]...), support[2]},
		{
			"prefix of the name", values{"name_prefix": supervisedJobs + "sft-support"},
			[]string{support[0], support[2]}, support[2],
		},
		{"display name", values{"display_name_prefix": "Support, s"}, support[:1], nil},
		{"state", values{"state": "COMPLETED"}, []string{"tie", "sft-support-v1", "sft-legacy"}, "sft-support-v1"},
		{"state with prefix", values{"state": "JOB_STATE_FAILED"}, []string{"sft-broken"}, nil},
		{"base model", values{"base_model": qwenBase}, support[2:5], "sft-support-v1"},
		{"create time instead of completed time", values{"name_prefix": "tie"}, []string{"tie"}, "tie"},
		{"kind", values{"kind": "dpo", "account_id": "demo"}, []string{"dpo-tone"}, "dpo-tone"},
		{"nothing", values{"kind": "reinforcement", "state": "FAILED"}, []string{}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			got, diags := s.ReadData(t.Context(), jobsType, test.config)
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
			if object, ok := got["latest_completed"].(values); ok {
				latest = object["job_id"]
			}

			assertEqual(t, "latest", latest, test.latest)
		})
	}

	all, _ := s.ReadData(t.Context(), jobsType, values{})
	if jobs, ok := all["jobs"].([]any); !ok || len(jobs) != 227 || !cmp.Equal(jobs[2], any(supportJob)) {
		t.Errorf("got %d jobs, and %v, want 227 from two pages, and the values of the job", len(jobs), jobs[2])
	}
}
