// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// createdDeployments returns the IDs of the deployments that Terraform created.
func createdDeployments(p *providertest.Platform) []string {
	var ids []string

	for _, d := range p.Deployments() {
		if p.DeploymentsCreated(d.Name) > 0 {
			ids = append(ids, path.Base(d.Name))
		}
	}

	return ids
}

// servingOrder returns the requests that create, promote or delete, without the validations of plans.
func servingOrder(p *providertest.Platform) []string {
	var order []string

	for _, r := range p.Requests() {
		switch {
		case strings.Contains(r.RawQuery, "validateOnly"), r.Method != http.MethodPost && r.Method != http.MethodDelete:
		case path.Base(r.Path) == "deployments":
			order = append(order, "create "+r.RawQuery)
		case path.Base(r.Path) == "deployedModels":
			order = append(order, "load")
		case strings.HasSuffix(r.Path, ":promote"):
			order = append(order, "promote")
		default:
			order = append(order, strings.ToLower(r.Method)+" "+path.Base(path.Dir(r.Path))+"/"+path.Base(r.Path))
		}
	}

	p.ResetRequests()

	return order
}

func assertOrder(t *testing.T, got []string, want ...string) {
	t.Helper()

	if !slices.Equal(got, want) {
		t.Errorf("got the requests\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// newGuideCLI returns a CLI for a configuration of a guide.
func newGuideCLI(p *providertest.Platform, t *testing.T, file string) *providertest.CLI {
	t.Helper()

	return p.NewCLI(t, map[string]string{"main.tf": guideExample(p, t, file)})
}

// guidesTestedApart are the guides whose configurations have tests of their own, with a second plan.
var guidesTestedApart = []string{
	"adopt-an-existing-account", "interrupted-promotions", "new-checkpoint-without-downtime", "rolling-promotions",
	"serving-many-lora-models",
}

// TestAccGuide_SecondPlan applies the configurations of all other guides, plans again, and destroys them.
func TestAccGuide_SecondPlan(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	directory := filepath.Join(providertest.ModuleRoot, "examples", "guides")

	files, err := fs.Glob(os.DirFS(directory), "*/*.tf")
	if err != nil || len(files) == 0 {
		t.Fatalf("no configurations of guides: %v", err)
	}

	for _, name := range files {
		if slices.Contains(guidesTestedApart, path.Dir(name)) {
			continue
		}

		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			c := newGuideCLI(p, t, name)
			c.Expect("apply", nil)
			assertNoChanges(t, c)

			if config := guideExample(p, t, name); strings.Contains(config, `"PREVENT"`) {
				c.Write("main.tf", strings.Replace(config, `"PREVENT"`, `"DELETE"`, 1))
				c.Expect("apply", nil)
			}

			c.Expect("destroy", nil)

			if left := createdDeployments(p); len(left) > 0 {
				t.Errorf("the deployments %q exist after destroy", left)
			}
		})
	}
}

// assertNoChanges is AssertEmptyPlan for configurations that may have a check block: its data source is read in every
// plan.
func assertNoChanges(t *testing.T, c *providertest.CLI) {
	t.Helper()

	out := c.Run("plan", "-no-color", "-input=false", "-detailed-exitcode")
	if out.ExitCode != 0 && !bytes.Contains(out.Stdout, []byte("Plan: 0 to add, 0 to change, 0 to destroy.")) {
		t.Errorf("the plan is not empty:\n%s%s", out.Stdout, out.Stderr)
	}
}

func TestAccGuide_QuotaTooSmall(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	c := newGuideCLI(p, t, "serving-a-model/accelerator.tf")
	p.SetQuota("accounts/demo/quotas/global--h100-count", usedH100(p, t)+2)
	c.Expect("apply", nil)

	// The quota is used up by this deployment itself.
	c.AssertEmptyPlan()
	p.ResetRequests()
	c.Expect("apply", []string{"-var=max_replica_count=3"}, "error: Resource precondition failed")
	p.AssertWrites(t)
}

// usedH100 returns the number of H100 GPUs that the built-in deployments use of the quota.
func usedH100(p *providertest.Platform, t *testing.T) int64 {
	t.Helper()

	var used int64

	for _, d := range p.Deployments() {
		if d.AcceleratorType == "NVIDIA_H100_80GB" && d.State != "DELETED" && d.State != "FAILED" {
			used += int64(d.AcceleratorCount) * int64(d.MaxReplicaCount)
		}
	}

	return used
}

func TestAccGuide_ParkedDeployment(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	c := newGuideCLI(p, t, "serving-a-model/parked.tf")
	c.Expect("apply", nil)
	p.ResetRequests()

	c.Expect("apply", []string{"-var=parked=true"})
	c.Expect("apply", []string{"-var=parked=false"})
	p.AssertWrites(t,
		"PATCH "+providertest.DeploymentsPath+`/chat-staging?updateMask=max_replica_count {"maxReplicaCount":0}`,
		"PATCH "+providertest.DeploymentsPath+`/chat-staging?updateMask=max_replica_count {"maxReplicaCount":1}`,
	)
}

func TestAccGuide_NewCheckpoint(t *testing.T) {
	t.Parallel()

	const oldID, newID = "support-step-200-5e6f7a8b", "support-step-300-8badf00d"

	p := providertest.NewPlatform(t, mockapi.Options{})
	c := newGuideCLI(p, t, "new-checkpoint-without-downtime/main.tf")
	c.Expect("apply", nil)
	c.AssertEmptyPlan()
	assertOrder(t, servingOrder(p), "promote", "create deploymentId="+oldID, "post chat/completions")

	newerCheckpoint(p)
	c.Expect("apply", nil)
	c.AssertEmptyPlan()
	assertOrder(t, servingOrder(p),
		"promote", "create deploymentId="+newID, "post chat/completions", "delete deployments/"+oldID,
		"delete models/"+oldID)

	c.Expect("destroy", nil)
	assertOrder(t, servingOrder(p), "delete deployments/"+newID, "delete models/"+newID)
}

// TestAccGuide_NewCheckpointSilent checks that the old deployment keeps serving while the new one does not respond.
func TestAccGuide_NewCheckpointSilent(t *testing.T) {
	t.Parallel()

	const file = "new-checkpoint-without-downtime/main.tf"

	p := providertest.NewPlatform(t, mockapi.Options{})
	c := newGuideCLI(p, t, file)
	c.Expect("apply", nil)
	newerCheckpoint(p)
	servingOrder(p)

	p.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Status: http.StatusNotFound, Path: "/inference/**"})
	c.Write("main.tf", strings.Replace(guideExample(p, t, file), "wait_for_inference = true",
		"wait_for_inference = true\n  timeouts {\n    create = \"3s\"\n  }", 1))
	c.Expect("apply", nil, "error: "+diagnostic.SummaryDeploymentWaitTimedOut)

	assertOrder(t, slices.Compact(servingOrder(p)),
		"promote", "create deploymentId=support-step-300-8badf00d", "post chat/completions")

	c.Must("untaint", "fireworks_deployment.support")
	p.SetFaults()
	c.Expect("apply", nil)
	c.AssertEmptyPlan()
	assertOrder(t, servingOrder(p),
		"post chat/completions", "delete deployments/support-step-200-5e6f7a8b",
		"delete models/support-step-200-5e6f7a8b")
}

func TestAccGuide_OverlappingDeployments(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	c := newGuideCLI(p, t, "new-checkpoint-without-downtime/overlap.tf")
	c.Expect("apply", nil)
	c.AssertEmptyPlan()
	servingOrder(p)

	// Clients switch without a request; then the old deployment goes, and its model after it.
	c.Expect("apply", []string{"-var=current=step-200-5e6f7a8b"})
	assertOrder(t, servingOrder(p))

	c.Expect("apply", []string{"-var=current=step-200-5e6f7a8b", `-var=served=["step-200-5e6f7a8b"]`})
	assertOrder(t, servingOrder(p), "delete deployments/support-step-100-3c4d5e6f",
		"delete models/support-step-100-3c4d5e6f")
}

func TestAccGuide_ManyLoRAModels(t *testing.T) {
	t.Parallel()

	const (
		billing   = `billing = "accounts/demo/trainingSessions/serverless-1/checkpoints/run-7f3a9c-step-20-2f3a4b5c"`
		support10 = `support = "accounts/demo/trainingSessions/serverless-1/checkpoints/run-7f3a9c-step-10-0d1e2f3a"`
		support20 = `support = "accounts/demo/trainingSessions/serverless-1/checkpoints/run-7f3a9c-step-20-2f3a4b5c"`
	)

	p := providertest.NewPlatform(t, mockapi.Options{})
	c := newGuideCLI(p, t, "serving-many-lora-models/main.tf")
	c.Expect("apply", nil)
	c.AssertEmptyPlan()
	servingOrder(p)

	for _, step := range []struct {
		name, adapters string
		want           []string
	}{
		{"remove", support10, []string{"delete deployedModels/*", "delete models/billing-run-7f3a9c-step-20-2f3a4b5c"}},
		{"add", support10 + ", " + billing, []string{"promote", "load"}},
		{"replace", support20 + ", " + billing, []string{
			"promote", "load", "delete deployedModels/*", "delete models/support-run-7f3a9c-step-10-0d1e2f3a",
		}},
	} {
		c.Expect("apply", []string{"-var=adapters={" + step.adapters + "}"})

		got := servingOrder(p)
		for n, request := range got {
			if strings.HasPrefix(request, "delete deployedModels/") {
				got[n] = "delete deployedModels/*"
			}
		}

		assertOrder(t, got, step.want...)
	}

	c.Expect("destroy", []string{"-var=adapters={" + support20 + ", " + billing + "}"})

	if models, deployments := p.CreatedModels(), createdDeployments(p); len(models)+len(deployments) > 0 {
		t.Errorf("after destroy there are the models %v and the deployments %v", models, deployments)
	}
}

// firstConfiguration is the first configuration that a page shows.
func firstConfiguration(t *testing.T, page string) string {
	t.Helper()

	block := terraformBlock.FindStringSubmatch(providertest.ReadFile(t, filepath.Join(providertest.ModuleRoot, page)))
	if block == nil {
		t.Fatalf("%s has no configuration", page)
	}

	return block[1]
}

// TestAccGuide_FirstConfiguration follows a newcomer: an apply, a request, the next checkpoint, a request, and a
// destroy.
func TestAccGuide_FirstConfiguration(t *testing.T) {
	t.Parallel()

	const oldID, newID = "support-step-200-5e6f7a8b", "support-step-300-8badf00d"

	configuration := firstConfiguration(t, "README.md")
	if configuration != firstConfiguration(t, "templates/index.md.tmpl") {
		t.Error("README.md and templates/index.md.tmpl show different first configurations")
	}

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.Variables = map[string]string{diagnostic.EnvBaseURL: p.URL, diagnostic.EnvAPIKey: providertest.TestAPIKey}
	c := p.NewCLI(t, map[string]string{"main.tf": configuration})
	c.Expect("apply", nil)
	c.AssertEmptyPlan()
	assertOrder(t, servingOrder(p), "promote", "create deploymentId="+oldID)

	p.MarkInUse("accounts/demo/deployments/" + oldID)
	newerCheckpoint(p)
	c.Expect("apply", nil)
	c.AssertEmptyPlan()
	assertOrder(t, servingOrder(p),
		"promote", "create deploymentId="+newID, "delete deployments/"+oldID, "delete models/"+oldID)

	want := map[string]string{
		"inference_base_url": p.URL + "/inference/v1",
		"inference_model":    "accounts/demo/deployments/" + newID,
	}
	if diff := cmp.Diff(want, c.Outputs()); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}

	p.MarkInUse("accounts/demo/deployments/" + newID)
	c.Expect("destroy", nil)
	assertOrder(t, servingOrder(p), "delete deployments/"+newID, "delete models/"+newID)
}
