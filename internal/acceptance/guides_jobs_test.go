// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
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

// TestAccGuide_GeneratedConfiguration imports every deployment and every LoRA model on one with the configuration that
// Terraform generates.
func TestAccGuide_GeneratedConfiguration(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})

	var imports strings.Builder

	count := 0

	for _, typeName := range []string{providerdata.DeploymentType, providerdata.DeployedModelType} {
		for _, result := range List(t.Context(), p.Protocol(t), typeName, nil, true, 100) {
			// The plan for a deployment that is being created waits for it, and one that failed gets a warning.
			if state := result.State["state"]; state == "CREATING" || state == "FAILED" {
				continue
			}

			count++

			fmt.Fprintf(&imports, "import {\n  to = %s.this%d\n  id = %q\n}\n", typeName, count, result.State["id"])
		}
	}

	c := p.NewConfiguredCLI(t, imports.String())
	want := fmt.Sprintf("Plan: %d to import, 0 to add, 0 to change, 0 to destroy.", count)

	plan := c.Run("plan", "-no-color", "-input=false", "-generate-config-out=generated.tf")
	if !strings.Contains(string(plan.Stdout), want) {
		t.Fatalf("the plan is not %q:\n%s%s", want, plan.Stdout, plan.Stderr)
	}

	c.Expect("apply", nil)
	c.AssertEmptyPlan()
	assertNothingCreated(p, t)
}
