// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// quickstart returns a CLI for examples/quickstart as users run it: with the API key and the URL in the environment.
func quickstart(p *providertest.Platform, t *testing.T) *providertest.CLI {
	t.Helper()

	paths, err := filepath.Glob("../../examples/quickstart/*.tf")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files of the quickstart: %v", err)
	}

	files := map[string]string{}

	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}

		files[filepath.Base(path)] = string(content)
	}

	p.Variables = map[string]string{diagnostic.EnvBaseURL: p.URL + "/", diagnostic.EnvAPIKey: providertest.TestAPIKey}

	return p.NewCLI(t, files)
}

const (
	quickstartModel      = providertest.DemoModels + "support-step-200-5e6f7a8b"
	quickstartDeployment = "accounts/demo/deployments/support-step-200-5e6f7a8b"
)

// TestAccQuickstart promotes and deploys once, with the fields of the contract and no others. The plan after it is
// empty.
func TestAccQuickstart(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{PromotionTime: 90 * time.Second, DeploymentTime: 5 * time.Minute})
	c := quickstart(p, t)

	providertest.AssertDiagnostics(t, c.Diagnostics("validate"))

	if n := len(p.Requests()); n != 0 {
		t.Errorf("terraform validate sent %d requests", n)
	}

	providertest.AssertDiagnostics(t, c.Diagnostics("apply"))

	if n := p.Count(http.MethodGet, "/v1/accounts"); n > 2 {
		t.Errorf("got %d account requests, want at most one for the plan and one for the apply", n)
	}

	p.AssertWrites(t,
		providertest.PromotionOf("step-200-5e6f7a8b", "support-step-200-5e6f7a8b"),
		providertest.PatchOf("support-step-200-5e6f7a8b", "display_name",
			`{"displayName":"Latest checkpoint of sft-qwen3-8b"}`),
		providertest.CreationOf("deploymentId=support-step-200-5e6f7a8b", quickstartBody),
	)

	if out := c.Run("plan", "-input=false", "-detailed-exitcode"); out.ExitCode != 0 {
		t.Errorf("the second plan is not empty:\n%s%s", out.Stdout, out.Stderr)
	}

	want := map[string]string{
		"model":              quickstartModel,
		"inference_base_url": p.URL + "/inference/v1",
		"inference_model":    quickstartDeployment,
	}
	if diff := cmp.Diff(want, c.Outputs()); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}

	// A deployment that has just been used is destroyed all the same.
	p.MarkInUse(quickstartDeployment)
	providertest.AssertDiagnostics(t, c.Diagnostics("destroy"))
	p.AssertWrites(t,
		"DELETE /v1/"+quickstartDeployment+"?hard=true&ignoreChecks=true",
		providertest.DeletionOf("support-step-200-5e6f7a8b"),
	)

	if _, left := p.Model(quickstartModel); left {
		t.Error("the model exists after destroy")
	}

	if deployment, left := p.Deployment(quickstartDeployment); left {
		t.Errorf("the deployment exists after destroy, in state %s", deployment.State)
	}
}

// quickstartBody is the request that creates the deployment, and the one that validates it.
const quickstartBody = `{"baseModel":"` + quickstartModel + `","deploymentShape":"` + providertest.LinkedShape +
	`","maxReplicaCount":1,"minReplicaCount":0}`

// planScreens is the number of lines of two terminal screens.
const planScreens = 2 * 50

// TestAccQuickstart_PlanIsShort keeps the first plan that a user sees on two screens.
func TestAccQuickstart_PlanIsShort(t *testing.T) {
	t.Parallel()

	c := quickstart(providertest.NewPlatform(t, mockapi.Options{}), t)

	out := c.Run("plan", "-no-color", "-input=false")
	if lines := bytes.Count(out.Stdout, []byte("\n")); out.ExitCode != 0 || lines > planScreens {
		t.Errorf("the plan has %d lines, want at most %d:\n%s%s", lines, planScreens, out.Stdout, out.Stderr)
	}
}
