package provider

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

func TestDeployedModel_PlanChecks(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange func(*platform)
		change  values
		want    []string
		mention []string
	}{
		"everything is in order": {},
		"the model is loaded": {
			change:  values{"model": demoModels + "support-lora-1"},
			want:    []string{"ERROR model: Model already loaded"},
			mention: []string{"import {", `id = "accounts/demo/deployedModels/support-lora-1-loaded"`},
		},
		"the model is being unloaded": {
			arrange: func(p *platform) {
				row := `{"name":"accounts/demo/deployedModels/old","model":"` + supportLoRA + `",` +
					`"deployment":"` + addonsDeployment + `","state":"UNDEPLOYING"}`
				p.SetFaults(
					mockapi.Fault{Path: deployedModelsPath, Kind: mockapi.FaultStatus, Status: 200, Body: `{"deployedModels":[` + row + `]}`},
					mockapi.Fault{Path: deployedModelPath, Kind: mockapi.FaultStatus, Status: 200, Body: row},
				)
			},
			want:    []string{"ERROR model: Model already loaded"},
			mention: []string{"still being unloaded"},
		},
		"the model is not a LoRA": {
			change:  values{"model": demoModels + "served-qwen3"},
			want:    []string{"ERROR model: Model is not a LoRA"},
			mention: []string{"HF_BASE_MODEL"},
		},
		"the model does not exist": {
			change: values{"model": demoModels + "none"},
			want:   []string{"WARNING model: No such model"},
		},
		"the model is not ready": {
			change:  values{"model": demoModels + "support-lora-3"},
			want:    []string{"WARNING model: LoRA model not ready"},
			mention: []string{"UPLOADING"},
		},
		"another base model": {
			change:  values{"model": demoModels + "chat-lora"},
			want:    []string{"WARNING model: LoRA of another base model"},
			mention: []string{"accounts/fireworks/models/llama-v3p1-8b-instruct", qwenBase},
		},
		"the deployment has no addons": {
			change:  values{"deployment": "accounts/demo/deployments/qwen3-scaled-to-zero"},
			want:    []string{"WARNING deployment: Deployment without addons"},
			mention: []string{"enable_addons = true"},
		},
		"the deployment does not exist": {
			change: values{"deployment": "accounts/demo/deployments/none"},
			want:   []string{"WARNING deployment: No such deployment"},
		},
		"the deployment is deleted": {
			change: values{"deployment": "accounts/demo/deployments/qwen3-deleted"},
			want:   []string{"WARNING deployment: No such deployment"},
		},
		"the key may not read": {
			arrange: func(p *platform) {
				p.SetFaults(mockapi.Fault{Path: deployedModelsPath, Kind: mockapi.FaultStatus, Status: 403},
					mockapi.Fault{Path: deploymentPath, Kind: mockapi.FaultStatus, Status: 403})
			},
			want: []string{"WARNING model: Loaded models not checked"},
		},
		"the model cannot be read": {
			arrange: func(p *platform) { p.SetFaults(mockapi.Fault{Path: modelPath, Kind: mockapi.FaultStatus, Status: 400}) },
			want:    []string{"WARNING model: LoRA model not checked"},
		},
		"nothing is known": {change: values{"model": unknown, "deployment": unknown}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			if test.arrange != nil {
				test.arrange(p)
			}

			got := p.protocol(t).Plan(t.Context(), deployedModelType, stored{}, loraConfig(test.change))
			assertSummaries(t, got.Diagnostics, test.want...)
			assertMentions(t, got.Diagnostics, test.mention...)
			p.assertWrites(t)
		})
	}
}

// TestDeployedModel_PlanTainted does not report that the model of a tainted deployed model is loaded. It reports an error, which names
// the way to destroy it, while the model serves, and a warning if it was never loaded.
func TestDeployedModel_PlanTainted(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	core := p.deployedModels(t)

	var current instance

	assertLoads(t, core, &current, loraConfig(nil), actionCreate)

	got := core.Run(t.Context(), &current, loraConfig(nil), runOptions{Replace: true, PlanOnly: true})
	assertSummaries(t, got.Diagnostics)

	current.Tainted = true

	got = core.Run(t.Context(), &current, loraConfig(nil), runOptions{PlanOnly: true})
	assertSummaries(t, got.Diagnostics)

	p.PutModel(mockapi.Model{Name: supportLoRA, Kind: "HF_BASE_MODEL"})

	got = core.Run(t.Context(), &current, loraConfig(nil), runOptions{PlanOnly: true})
	assertSummaries(t, got.Diagnostics, "ERROR model: Model is not a LoRA")
	assertMentions(t, got.Diagnostics, "terraform destroy -refresh=false")
}

// TestDeployedModel_PlanReplacement says how to destroy instead when the checks of a replacement find an error.
func TestDeployedModel_PlanReplacement(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	core := p.deployedModels(t)

	var current instance

	assertLoads(t, core, &current, loraConfig(nil), actionCreate)

	got := core.Run(t.Context(), &current, loraConfig(values{"model": demoModels + "served-qwen3"}), runOptions{})
	assertSummaries(t, got.Diagnostics, "ERROR model: Model is not a LoRA")
	assertMentions(t, got.Diagnostics, "terraform destroy -refresh=false")
	p.assertLoadedOnce(t)
}

// TestDeployedModel_PlanPlanned finds that the deployment of the same plan has addons switched off, and nothing else.
func TestDeployedModel_PlanPlanned(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		addons any
		want   []string
	}{
		"addons on":    {true, nil},
		"by the shape": {nil, nil},
		"addons off":   {false, []string{"ERROR deployment: Deployment without addons"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			process := p.protocol(t)
			config := with(deploymentConfig(nil), values{"enable_addons": test.addons})

			if got := process.Plan(t.Context(), deploymentType, stored{}, config); len(got.Diagnostics.Errors()) > 0 {
				t.Fatal(got.Diagnostics)
			}

			got := process.Plan(t.Context(), deployedModelType, stored{}, loraConfig(values{"deployment": chat}))
			assertSummaries(t, got.Diagnostics, test.want...)
		})
	}
}

// TestAccDeployedModel_PlanRequests plans one and fifty models on one deployment: the lists and the deployment are read once.
func TestAccDeployedModel_PlanRequests(t *testing.T) {
	t.Parallel()

	for _, count := range []int{1, 50} {
		t.Run(fmt.Sprint(count), func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			p.putLoRAs(count)

			c := p.newConfiguredCLI(t, fmt.Sprintf(`
resource "fireworks_deployed_model" "lora" {
  count      = %d
  model      = "%slora-${count.index}"
  deployment = %q
}
`, count, demoModels, addonsDeployment))
			c.expect("plan", nil)

			assertEqual(t, "lists", p.Count(http.MethodGet, deployedModelsPath), 1)
			assertEqual(t, "deployments", p.Count(http.MethodGet, deploymentPath), 1)
			assertEqual(t, "models", p.Count(http.MethodGet, modelPath), count)
			assertEqual(t, "requests", len(p.Requests()), count+2)
		})
	}
}
