// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// guideExample is a configuration of a guide, pointed at the platform.
func guideExample(p *providertest.Platform, t *testing.T, file string) string {
	t.Helper()

	return providertest.RequiredProvider +
		p.Config(providertest.ReadFile(t,
			filepath.Join(providertest.ModuleRoot, "examples", "guides", filepath.FromSlash(file))))
}

// newerCheckpoint is what the training run of the guides writes next.
func newerCheckpoint(p *providertest.Platform) {
	p.PutCheckpoint(providertest.SftJob,
		mockapi.Checkpoint{Name: "step-300-8badf00d", CreateTime: "2026-03-02T00:00:00Z", Promotable: true})
}

func TestAccGuide_RollingPromotions(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	const oldModel, newModel = "support-step-200-5e6f7a8b", "support-step-300-8badf00d"
	for _, test := range []struct {
		file string
		// command rolls; before it the plan is empty when onDemand is set.
		command  []string
		onDemand bool
		want     []string
		left     []string
	}{
		{
			file: "rolling.tf", want: []string{"promote", "promote", "delete models/" + oldModel},
			left: []string{newModel},
		},
		{
			file: "on_demand.tf", command: []string{"-replace=fireworks_promoted_model.support"}, onDemand: true,
			want: []string{"promote", "promote", "delete models/" + oldModel}, left: []string{newModel},
		},
		{file: "kept.tf", want: []string{"promote", "promote"}, left: []string{oldModel, newModel}},
	} {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			c := platform.NewCLI(t, map[string]string{"main.tf": guideExample(platform, t,
				"rolling-promotions/"+test.file)})
			c.Expect("apply", nil)
			c.AssertEmptyPlan()
			newerCheckpoint(platform)

			if test.onDemand {
				c.AssertEmptyPlan()
			}

			c.Expect("apply", test.command)
			c.AssertEmptyPlan()

			assertOrder(t, servingOrder(platform), test.want...)

			var left []string

			for _, model := range platform.CreatedModels() {
				left = append(left, strings.TrimPrefix(model.Name, providertest.DemoModels))
			}

			if !slices.Equal(left, test.left) {
				t.Errorf("the models are %q, want %q", left, test.left)
			}
		})
	}
}

// TestAccGuide_LiteralModelName rolls while a deployment has the name of the old model as a literal.
func TestAccGuide_LiteralModelName(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	configuration := guideExample(platform, t, "rolling-promotions/rolling.tf")
	c := platform.NewCLI(t, map[string]string{"main.tf": configuration})
	c.Expect("apply", nil)

	literal := strings.Replace(providertest.ShapedBlock(""), providertest.QwenBase,
		providertest.DemoModels+"support-step-200-5e6f7a8b", 1)
	c.Write("main.tf", configuration+literal)
	c.Expect("apply", nil)
	newerCheckpoint(platform)
	c.Expect("apply", nil, "error: Model still deployed")
	providertest.AssertEqual(t, "models", len(platform.CreatedModels()), 2)
}

// TestAccGuide_OldestAcceptedCheckpoint has the newest checkpoint lose its files until only one is left that is older
// than the guide accepts.
func TestAccGuide_OldestAcceptedCheckpoint(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	page := printedPages(t)["docs/guides/rolling-promotions.md"]
	c := platform.NewConfiguredCLI(t, terraformBlock.FindAllStringSubmatch(page, -1)[1][1])
	c.Expect("plan", nil)

	platform.RemoveJob(providertest.SftJob)
	platform.PutCheckpoint(providertest.SftJob,
		mockapi.Checkpoint{Name: "step-1", CreateTime: "2026-02-28T23:59:59Z", Promotable: true})
	platform.PutCheckpoint(providertest.SftJob, mockapi.Checkpoint{Name: "step-300", CreateTime: "2026-03-02T00:00:00Z"})
	c.Expect("plan", nil, "error: Resource postcondition failed")
}

func TestAccGuide_ProtectedModel(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	configuration := guideExample(platform, t, "rolling-promotions/protected.tf")
	c := platform.NewCLI(t, map[string]string{"main.tf": configuration})
	c.Expect("apply", nil)
	c.AssertEmptyPlan()

	const protected = "error: Destroy prevented by deletion policy"
	c.Expect("plan", []string{"-destroy"}, protected)
	c.Write("main.tf", strings.Replace(configuration, "step-200-5e6f7a8b", "step-50-1a2b3c4d", 1))
	c.Expect("plan", nil, protected)
	c.Write("main.tf", strings.Replace(configuration, `"PREVENT"`, `"DELETE"`, 1))
	c.Expect("apply", nil)
	c.Expect("destroy", nil)
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Deleted: 1, Listed: 1})
}

func TestAccGuide_InterruptedPromotions(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
	configuration := guideExample(platform, t, "interrupted-promotions/main.tf")
	c := platform.NewCLI(t, map[string]string{"main.tf": configuration})
	c.Expect("apply", nil)
	c.AssertEmptyPlan()

	// The run was killed: nothing of it is in the state.
	killed := platform.NewCLI(t, map[string]string{"main.tf": configuration})
	killed.Expect("plan", nil, "error: Model already exists")
	killed.Write("import.tf", fmt.Sprintf("import {\n  to = fireworks_promoted_model.support\n  id = %q\n}\n",
		providertest.DemoModels+"support-step-200"))
	killed.Expect("apply", nil)
	killed.Write("import.tf", "")
	killed.AssertEmptyPlan()
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Patched: 1, Listed: 3})
}

var (
	textBlock       = regexp.MustCompile("(?ms)^```text\n((?:Error|Warning): .*?)^```")
	goldenSeverity  = regexp.MustCompile(`(?m)^(ERROR|WARNING) \[\w*\] (.*)$`)
	demoModelName   = regexp.MustCompile(`accounts/demo/models/[a-z0-9-]+`)
	timeoutOfCreate = regexp.MustCompile(`timeout of \S+ \(timeouts`)
)

// oneLine normalizes line breaks, model names and timeouts, so that texts can be compared.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	text = demoModelName.ReplaceAllString(text, "accounts/demo/models/m")

	return timeoutOfCreate.ReplaceAllString(text, "timeout of T (timeouts")
}

// TestGuides_QuoteMessages checks that every message in a guide is a message of the provider.
func TestGuides_QuoteMessages(t *testing.T) {
	t.Parallel()
	messages := providertest.ReadFile(t,
		filepath.Join(providertest.ModuleRoot, "internal/provider/promotedmodel/testdata/messages.golden"))
	golden := goldenSeverity.ReplaceAllStringFunc(messages, func(line string) string {
		parts := goldenSeverity.FindStringSubmatch(line)
		return map[string]string{"ERROR": "Error: ", "WARNING": "Warning: "}[parts[1]] + parts[2]
	})
	golden = oneLine(golden)
	shown := 0

	for page, text := range documentationPages(t) {
		for _, block := range textBlock.FindAllStringSubmatch(text, -1) {
			shown++

			if !strings.Contains(golden, oneLine(block[1])) {
				t.Errorf("%s shows a message that the provider does not give:\n%s", page, block[1])
			}
		}
	}

	if shown < 3 {
		t.Errorf("only %d messages were found", shown)
	}
}

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
