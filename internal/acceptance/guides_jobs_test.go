// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestAccGuide_FineTuningJob(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	c := newGuideCLI(p, t, "fine-tuning-job-to-served-model/shared.tf")
	c.Expect("apply", nil)
	c.AssertEmptyPlan()
	assertResponds(p, t, providertest.DemoModels+"sft-support-v1#"+providertest.DemoDeployments+"qwen3-shared")

	for job, want := range map[string]string{
		"sft-broken": "The job " + providertest.SupervisedJobs + "sft-broken is FAILED: dataset " +
			"accounts/demo/datasets/broken: " +
			"line 17 is not a conversation.",
		"sft-support-v2": "The job " + providertest.SupervisedJobs + "sft-support-v2 is RUNNING: no message.",
	} {
		found := c.Diagnostics("plan", "-var=job_id="+job)
		if len(found) != 1 || !strings.Contains(found[0].Detail, want) {
			t.Errorf("%s: got %v, want %q", job, found, want)
		}
	}
}

func TestAccGuide_NewestFineTuningJob(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	c := newGuideCLI(p, t, "fine-tuning-job-to-served-model/newest.tf")
	c.Expect("apply", nil)
	c.AssertEmptyPlan()
	servingOrder(p)

	second, _ := p.Model(providertest.DemoModels + "sft-support-v1")
	second.Name = providertest.DemoModels + "sft-support-v2"
	p.PutModel(second)
	p.PutFineTuningJob(mockapi.FineTuningJob{
		Name: providertest.SupervisedJobs + "sft-support-v2", State: "JOB_STATE_COMPLETED",
		CompletedTime: "2026-03-21T12:00:00Z",
		CreateTime:    "2026-03-21T09:00:00Z", FineTuningConfig: mockapi.FineTuningConfig{OutputModel: second.Name},
	})

	c.Expect("apply", nil)
	c.AssertEmptyPlan()

	order := servingOrder(p)
	if len(order) != 2 || order[0] != "load" || !strings.HasPrefix(order[1], "delete deployedModels/") {
		t.Errorf("got the requests %q, want the new model to be loaded before the old one is deleted", order)
	}
}

// TestAccGuide_Adoption applies each configuration: it imports all objects and changes none.
func TestAccGuide_Adoption(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	const guide = "adopt-an-existing-account"

	for file, want := range map[string]string{
		"deployments.tf":     "Plan: 5 to import, 0 to add, 0 to change, 0 to destroy.",
		"deployed_models.tf": "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.",
		"routers.tf":         "Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.",
		// The change is the checkpoint, which only the state gets.
		"models.tf": "Plan: 2 to import, 0 to add, 2 to change, 0 to destroy.",
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			c := newGuideCLI(p, t, guide+"/"+file)

			plan := string(c.Run("plan", "-no-color", "-input=false").Stdout)
			if !strings.Contains(plan, want) {
				t.Errorf("the plan is not %q:\n%s", want, plan)
			}

			c.Expect("apply", nil)
			c.AssertEmptyPlan()
			assertNothingCreated(p, t)
		})
	}
}

// assertResponds asserts that an inference request to the model succeeds.
func assertResponds(p *providertest.Platform, t *testing.T, model string) {
	t.Helper()

	body := strings.NewReader(`{"model":"` + model + `","messages":[{"role":"user","content":"ping"}]}`)

	url := p.URL + "/inference/v1/chat/completions"

	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
	if err != nil {
		t.Fatal(err)
	}

	request.Header.Set("Authorization", "Bearer "+providertest.TestAPIKey)

	response, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()

	providertest.AssertEqual(t, "status of the request", response.StatusCode, http.StatusOK)
}

// changedByImport is what the plan of an import changes, by the ID of the object: what the API does not return, and
// what an apply waits for. Neither is possible without a change. A planned value must be that of the configuration or
// of the state, and a wait is an update.
var changedByImport = map[string][]string{
	"chat-lora":      {"base_model", "checkpoint_name"},
	"served-qwen3":   {"base_model", "checkpoint_name"},
	"sft-support-v1": {"base_model", "checkpoint_name"},
	"support-lora-1": {"base_model", "checkpoint_name"},
	"support-lora-2": {"base_model", "checkpoint_name"},
	"support-lora-3": {"base_model", "checkpoint_name", "context_length", "create_time", "kind", "peft_details", "state",
		"update_time"},
	"qwen3-creating": {"description", "display_name", "draft_model", "draft_token_count", "max_concurrency_per_replica",
		"ngram_speculation_length", "region", "state"},
}

// TestAccGuide_GeneratedConfiguration imports every fixture of each resource with the configuration that the CLI
// generates, which only needs what is required and the API does not return.
func TestAccGuide_GeneratedConfiguration(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	for typeName, warnings := range map[string][]string{
		// One of them failed.
		providerdata.DeploymentType:    {"warning: " + diagnostic.SummaryNotUsable},
		providerdata.DeployedModelType: nil,
		providerdata.RouterType:        nil,
		providerdata.PromotedModelType: nil,
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			all := List(t.Context(), p.Protocol(t), typeName, nil, true, 100)

			var imports strings.Builder
			for i, result := range all {
				fmt.Fprintf(&imports, "import {\n  to = %s.this%d\n  id = %q\n}\n", typeName, i, result.State["id"])
			}

			c := p.NewConfiguredCLI(t, imports.String())
			c.Run("plan", "-no-color", "-input=false", "-generate-config-out=generated.tf")
			c.Edit("generated.tf", regexp.MustCompile(`checkpoint_name( *)= null`),
				`checkpoint_name$1= "`+providertest.LoraCheckpoint+`"`)
			c.Edit("generated.tf", regexp.MustCompile(`base_model( *)= null`), `base_model$1= "`+providertest.QwenBase+`"`)
			c.Expect("validate", nil)

			imported := c.ChangedAttributes()
			providertest.AssertEqual(t, "imported objects", len(imported), len(all))

			for i, result := range all {
				if diff := cmp.Diff(changedByImport[result.DisplayName], imported[fmt.Sprint(typeName, ".this", i)]); diff != "" {
					t.Errorf("the import of %s changes (-want +got):\n%s", result.DisplayName, diff)
				}
			}

			finishCreations(p)
			c.Expect("apply", nil, warnings...)
			c.AssertEmptyPlan()
			assertNothingCreated(p, t)
		})
	}
}

// finishCreations makes what is being created ready.
func finishCreations(p *providertest.Platform) {
	for _, d := range p.Deployments() {
		if d.State == fireworks.DeploymentStateCreating {
			d.State = fireworks.DeploymentStateReady
			p.PutDeployment(d)
		}
	}

	for _, m := range p.Models() {
		if m.State == fireworks.ModelStateUploading {
			m.State = fireworks.ModelStateReady
			p.PutModel(m)
		}
	}
}
