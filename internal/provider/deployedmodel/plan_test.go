// SPDX-License-Identifier: MPL-2.0

package deployedmodel_test

import (
	"strings"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestDeployedModel_PlanChecks(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		arrange func(*providertest.Platform)
		change  providertest.Values
		want    []string
		mention []string
	}{
		"everything is in order": {},
		"the model is loaded": {
			change:  providertest.Values{"model": providertest.DemoModels + "support-lora-1"},
			want:    []string{"ERROR model: Model already loaded"},
			mention: []string{"import {", `id = "accounts/demo/deployedModels/support-lora-1-loaded"`},
		},
		"the model is being unloaded": {
			arrange: func(p *providertest.Platform) {
				row := `{"name":"accounts/demo/deployedModels/old","model":"` + providertest.SupportLoRA + `",` +
					`"deployment":"` + providertest.AddonsDeployment + `","state":"UNDEPLOYING"}`
				p.SetFaults(
					mockapi.Fault{Path: providertest.DeployedModelsPath, Kind: mockapi.FaultStatus, Status: 200,
						Body: `{"deployedModels":[` + row + `]}`},
					mockapi.Fault{Path: providertest.DeployedModelPath, Kind: mockapi.FaultStatus, Status: 200,
						Body: row},
				)
			},
			want:    []string{"ERROR model: Model already loaded"},
			mention: []string{"still being unloaded"},
		},
		"the model is not a LoRA": {
			change:  providertest.Values{"model": providertest.DemoModels + "served-qwen3"},
			want:    []string{"ERROR model: Model is not a LoRA"},
			mention: []string{"HF_BASE_MODEL"},
		},
		"the model does not exist": {
			change: providertest.Values{"model": providertest.DemoModels + "none"},
			want:   []string{"WARNING model: No such model"},
		},
		"the model is not ready": {
			change:  providertest.Values{"model": providertest.DemoModels + "support-lora-3"},
			want:    []string{"WARNING model: LoRA model not ready"},
			mention: []string{"UPLOADING"},
		},
		"another base model": {
			change:  providertest.Values{"model": providertest.DemoModels + "chat-lora"},
			want:    []string{"WARNING model: LoRA of another base model"},
			mention: []string{"accounts/fireworks/models/llama-v3p1-8b-instruct", providertest.QwenBase},
		},
		"the deployment has no addons": {
			change:  providertest.Values{"deployment": "accounts/demo/deployments/qwen3-scaled-to-zero"},
			want:    []string{"WARNING deployment: Deployment without addons"},
			mention: []string{"enable_addons = true"},
		},
		"the deployment does not exist": {
			change: providertest.Values{"deployment": "accounts/demo/deployments/none"},
			want:   []string{"WARNING deployment: No such deployment"},
		},
		"the deployment is deleted": {
			change: providertest.Values{"deployment": "accounts/demo/deployments/qwen3-deleted"},
			want:   []string{"WARNING deployment: No such deployment"},
		},
		"the key may not read": {
			arrange: func(p *providertest.Platform) {
				p.SetFaults(mockapi.Fault{Path: providertest.DeployedModelsPath, Kind: mockapi.FaultStatus,
					Status: 403},
					mockapi.Fault{Path: providertest.DeploymentPath, Kind: mockapi.FaultStatus, Status: 403})
			},
			want: []string{"WARNING model: Loaded models not checked"},
		},
		"the model cannot be read": {
			arrange: func(p *providertest.Platform) {
				p.SetFaults(mockapi.Fault{Path: providertest.ModelPath, Kind: mockapi.FaultStatus, Status: 400})
			},
			want: []string{"WARNING model: LoRA model not checked"},
		},
		"the deployment cannot be read": {
			arrange: func(p *providertest.Platform) {
				p.SetFaults(mockapi.Fault{Path: providertest.DeploymentPath, Kind: mockapi.FaultStatus, Status: 403})
			},
			want: []string{"WARNING deployment: Deployment not checked"},
		},
		"another row of the list is odd": {
			arrange: func(p *providertest.Platform) {
				p.SetFaults(mockapi.Fault{Path: providertest.DeployedModelsPath, Kind: mockapi.FaultStatus, Status: 200,
					Body: `{"deployedModels":[{"name":"odd","model":7},{"name":"odd"}]}`})
			},
		},
		"nothing is known": {change: providertest.Values{"model": providertest.Unknown,
			"deployment": providertest.Unknown}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			if test.arrange != nil {
				test.arrange(p)
			}

			got := p.Protocol(t).Plan(t.Context(), providerdata.DeployedModelType, providertest.Stored{},
				providertest.LoraConfig(test.change))
			providertest.AssertSummaries(t, got.Diagnostics, test.want...)
			providertest.AssertMentions(t, got.Diagnostics, test.mention...)
			p.AssertWrites(t)
		})
	}
}

// TestDeployedModel_PlanTainted does not report that the model of a tainted deployed model is loaded. It reports an
// error, which names the way to destroy it, while the model serves, and a warning if it was never loaded.
func TestDeployedModel_PlanTainted(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	core := p.DeployedModelCore(t)

	var current providertest.Instance

	providertest.AssertLoads(t, core, &current, providertest.LoraConfig(nil), providertest.ActionCreate)

	core.ApplyWith(t, &current, providertest.LoraConfig(nil), providertest.RunOptions{Replace: true, PlanOnly: true})

	current.Tainted = true

	core.ApplyWith(t, &current, providertest.LoraConfig(nil), providertest.RunOptions{PlanOnly: true})

	p.PutModel(mockapi.Model{Name: providertest.SupportLoRA, Kind: "HF_BASE_MODEL"})

	got := core.Run(t.Context(), &current, providertest.LoraConfig(nil), providertest.RunOptions{PlanOnly: true})
	providertest.AssertSummaries(t, got.Diagnostics, "ERROR model: Model is not a LoRA")
	providertest.AssertMentions(t, got.Diagnostics, "terraform destroy -refresh=false")

	name, _ := current.State["name"].(string)
	p.SetState(name, "FAILED", mockapi.Status{})
	core.ApplyWith(t, &current, providertest.LoraConfig(nil), providertest.RunOptions{PlanOnly: true},
		"WARNING: Object not usable", "WARNING state: Replacing unusable deployed model",
		"WARNING model: Model is not a LoRA")
}

// TestDeployedModel_PlanReplacement says how to destroy instead when the checks of a replacement find an error.
func TestDeployedModel_PlanReplacement(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	core := p.DeployedModelCore(t)

	var current providertest.Instance

	providertest.AssertLoads(t, core, &current, providertest.LoraConfig(nil), providertest.ActionCreate)

	got := core.Apply(t, &current,
		providertest.LoraConfig(providertest.Values{"model": providertest.DemoModels + "served-qwen3"}),
		"ERROR model: Model is not a LoRA")
	providertest.AssertMentions(t, got.Diagnostics, "terraform destroy -refresh=false")
	p.AssertLoadedOnce(t)
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

			p := providertest.NewPlatform(t, mockapi.Options{})
			process := p.Protocol(t)
			config := providertest.With(providertest.DeploymentConfig(nil),
				providertest.Values{"enable_addons": test.addons})

			if got := process.Plan(t.Context(), providerdata.DeploymentType, providertest.Stored{},
				config); len(got.Diagnostics.Errors()) > 0 {
				t.Fatal(got.Diagnostics)
			}

			got := process.Plan(t.Context(), providerdata.DeployedModelType, providertest.Stored{},
				providertest.LoraConfig(providertest.Values{"deployment": providertest.Chat}))
			providertest.AssertSummaries(t, got.Diagnostics, test.want...)
		})
	}
}

// TestDeployedModel_PlanWithDeployment loads a model again because the same plan replaces its deployment under its name.
// Nothing else serves under the name of a deployed model, so that is not a warning.
func TestDeployedModel_PlanWithDeployment(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	addons := providertest.With(providertest.DeploymentConfig(nil), providertest.Values{"enable_addons": true})
	deployment := p.DeploymentCore(t).Create(t, addons)
	config := providertest.LoraConfig(providertest.Values{"deployment": providertest.Chat})
	loaded := p.DeployedModelCore(t).Create(t, config)

	process := p.Protocol(t)
	changed := providertest.With(addons, providertest.Values{"disable_speculative_decoding": true})

	if got := process.Plan(t.Context(), providerdata.DeploymentType, deployment.Stored, changed); len(got.Replace) == 0 {
		t.Fatal("the deployment is not replaced")
	}

	got := process.Plan(t.Context(), providerdata.DeployedModelType, loaded.Stored, config)
	providertest.AssertSummaries(t, got.Diagnostics)
	providertest.AssertEqual(t, "replaced because of", strings.Join(got.Replace, " "), "state")
	providertest.AssertEqual(t, "loads", p.Loads(), 1)
}

// TestDeployedModel_DeploymentDeleted warns about a plan that deletes the deployment of a loaded model which it keeps,
// in any order of the plans.
func TestDeployedModel_DeploymentDeleted(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	onChat := providertest.LoraConfig(providertest.Values{"deployment": providertest.Chat})
	withAddons := providertest.Values{"enable_addons": true}
	deployment := p.DeploymentCore(t).Create(t, providertest.DeploymentConfig(withAddons)).Stored
	loaded := p.DeployedModelCore(t).Create(t, onChat).Stored

	plan := func(typeName string, state providertest.Stored, config providertest.Values) planCall {
		return func(s *providertest.ProtocolServer) providertest.Diagnostics {
			return s.Plan(t.Context(), typeName, state, config).Diagnostics
		}
	}

	var (
		keep    = plan(providerdata.DeployedModelType, loaded, onChat)
		move    = plan(providerdata.DeployedModelType, loaded, providertest.LoraConfig(nil))
		unload  = plan(providerdata.DeployedModelType, loaded, nil)
		destroy = plan(providerdata.DeploymentType, deployment, nil)
		replace = plan(providerdata.DeploymentType, deployment,
			providertest.DeploymentConfig(providertest.Values{"enable_addons": true, "deployment_id": "chat-2"}))
	)

	const atDeployment, atModel = "WARNING deployment_id: " + diagnostic.SummaryUnloadsModels,
		"WARNING deployment: " + diagnostic.SummaryUnloadsModels

	for name, test := range map[string]struct {
		plans []planCall
		want  string
	}{
		"model first":            {[]planCall{keep, destroy}, atDeployment},
		"deployment first":       {[]planCall{destroy, keep}, atModel},
		"replaced":               {[]planCall{keep, replace}, atDeployment},
		"replaced first":         {[]planCall{replace, keep}, atModel},
		"moved":                  {[]planCall{move, destroy}, ""},
		"moved last":             {[]planCall{destroy, move}, ""},
		"both are removed":       {[]planCall{unload, destroy}, ""},
		"both, deployment first": {[]planCall{destroy, unload}, ""},
	} {
		var found providertest.Diagnostics

		s := p.Protocol(t)
		for _, call := range test.plans {
			found = append(found, call(s)...)
		}

		if got := strings.Join(found.Summaries(), "; "); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// planCall is one plan of one resource.
type planCall func(*providertest.ProtocolServer) providertest.Diagnostics
