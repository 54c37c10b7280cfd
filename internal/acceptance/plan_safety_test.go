// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// planAll makes the plans in their order, and returns the diagnostics of the last one.
func planAll(plans ...func() providertest.Planned) providertest.Diagnostics {
	var last providertest.Planned
	for _, plan := range plans {
		last = plan()
	}

	return last.Diagnostics
}

// TestPlanSafety_Tainted reports what would make the creation fail as an error while the tainted object serves, and as
// a warning if it never did. No deletion policy protects an object that never became usable.
func TestPlanSafety_Tainted(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		outcome mockapi.DeploymentOutcome
		change  providertest.Values
		errors  int
	}{
		"serves": {mockapi.DeploymentSucceeds, nil, 1},
		"serves and is protected": {mockapi.DeploymentSucceeds,
			providertest.Values{"deletion_policy": lifecycle.DeletionPolicyPrevent}, 1},
		"never ready": {mockapi.DeploymentFails, nil, 0},
		"never ready and protected": {mockapi.DeploymentFails,
			providertest.Values{"deletion_policy": lifecycle.DeletionPolicyPrevent}, 0},
		"never ready and abandoned": {mockapi.DeploymentFails,
			providertest.Values{"deletion_policy": lifecycle.DeletionPolicyAbandon}, 0},
		"never ready and soft deletion": {mockapi.DeploymentFails, providertest.Values{"soft_delete": true}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			p.SetDeploymentOutcome(test.outcome)

			var current providertest.Instance
			p.DeploymentCore(t).Run(t.Context(), &current, providertest.DeploymentConfig(test.change),
				providertest.RunOptions{})

			current.Tainted = true

			p.SetFaults(mockapi.Fault{Path: providertest.ShapePath, Kind: mockapi.FaultStatus, Status: 404})

			got := p.DeploymentCore(t).Run(t.Context(), &current, providertest.DeploymentConfig(test.change),
				providertest.RunOptions{PlanOnly: true})
			providertest.AssertEqual(t, "errors", len(got.Diagnostics.Errors()), test.errors)

			if test.errors > 0 && test.change == nil {
				providertest.AssertMentions(t, got.Diagnostics, diagnostic.SummaryNoSuchDeploymentShape,
					"terraform destroy -refresh=false")
			}

			p.SetFaults()

			prior := p.Protocol(t).Plan(t.Context(), providerdata.DeploymentType, current.Stored, nil)
			providertest.AssertEqual(t, "errors of the destroy", len(prior.Diagnostics.Errors()) > 0,
				test.outcome == mockapi.DeploymentSucceeds && test.change != nil)
		})
	}
}

// TestPlanSafety_MissingObject reports findings as warnings when the refresh has found that the object does not exist:
// terraform destroy starts with the same plan.
func TestPlanSafety_MissingObject(t *testing.T) {
	t.Parallel()

	findings := map[string]string{
		providerdata.DeploymentType:    " deployment_shape: " + diagnostic.SummaryNoSuchDeploymentShape,
		providerdata.PromotedModelType: " checkpoint_name: " + diagnostic.SummaryNoSuchCheckpoint,
		providerdata.DeployedModelType: " model: " + diagnostic.SummaryModelNotLoRA,
	}

	for _, resource := range managedResources {
		finding := findings[resource.typeName]
		if finding == "" {
			continue
		}

		p := providertest.NewPlatform(t, mockapi.Options{})
		core, config := resource.core(p, t), resource.config(nil)
		current := core.Create(t, config)
		id, _ := current.State["id"].(string)

		resource.remove(p.Server, id)
		p.RemoveCheckpoint(providertest.FullCheckpoint)
		p.PutModel(mockapi.Model{Name: providertest.SupportLoRA, Kind: "HF_BASE_MODEL"})
		p.SetFaults(mockapi.Fault{Path: providertest.ShapePath, Kind: mockapi.FaultStatus, Status: 404})

		core.ApplyWith(t, &current, config, providertest.RunOptions{PlanOnly: true}, "WARNING"+finding)

		fresh := p.Protocol(t).Plan(t.Context(), resource.typeName, providertest.Stored{}, config)
		providertest.AssertSummaries(t, fresh.Diagnostics, "ERROR"+finding)
	}
}

// TestPlanSafety_Unchecked refuses to delete first what cannot be checked, whatever the reason, unless a value is not
// known yet.
func TestPlanSafety_Unchecked(t *testing.T) {
	t.Parallel()

	fault := func(path string, status int) mockapi.Fault {
		return mockapi.Fault{Path: path, Kind: mockapi.FaultStatus, Status: status}
	}

	for name, test := range map[string]struct {
		fault    mockapi.Fault
		provider providertest.Values
		change   providertest.Values
		want     []string
	}{
		"the list is forbidden": {
			fault: fault(providertest.ListingPath, 403),
			want:  []string{"ERROR checkpoint_name: Checkpoint not checked"},
		},
		"the list fails": {
			fault: fault(providertest.ListingPath, 503), provider: providertest.Values{"max_retries": 0},
			want: []string{"ERROR checkpoint_name: Checkpoint not checked"},
		},
		"the base model fails": {
			fault: fault(providertest.BaseModelPath, 503), provider: providertest.Values{"max_retries": 0},
			want: []string{"ERROR base_model: Base model not checked"},
		},
		"a page in place of the base model": {
			fault: mockapi.Fault{Path: providertest.BaseModelPath, Kind: mockapi.FaultStatus, Status: 403,
				ContentType: "text/html"},
			want: []string{"ERROR base_model: Base model not checked"},
		},
		"the key is not known": {
			fault: fault("/none", 503), provider: providertest.Values{"api_key": providertest.Unknown},
			want: []string{"ERROR: Provider argument not known until apply"},
		},
		"a value is not known": {
			fault: fault("/none", 503), change: providertest.Values{"base_model": providertest.Unknown},
			want: []string{"WARNING base_model: Replacement not checked",
				"WARNING output_model_id: Replacement deletes first"},
		},
		"another ID": {
			fault: fault(providertest.ListingPath, 403), change: providertest.Values{"output_model_id": "m2"},
			want: []string{"WARNING output_model_id: Replacement not checked",
				"WARNING checkpoint_name: Checkpoint not checked"},
		},
		"another ID, which cannot be checked": {
			fault: fault(providertest.ModelPath, 403), change: providertest.Values{"output_model_id": "m2"},
			want: []string{"WARNING output_model_id: Replacement not checked",
				"WARNING output_model_id: Model ID not checked"},
		},
		"another ID, which is taken": {
			fault: fault("/none", 503), change: providertest.Values{"output_model_id": "support-lora-2"},
			want: []string{"ERROR output_model_id: Model already exists"},
		},
		"the base model is forbidden": {fault: fault(providertest.BaseModelPath, 403),
			want: []string{"WARNING output_model_id: Replacement deletes first"}},
		"no such base model": {
			fault: fault("/none", 503), change: providertest.Values{"base_model": providertest.DemoModels + "none"},
			want: []string{"ERROR base_model: No such base model"},
		},
		"no such base model in another account": {
			fault: fault("/none", 503), change: providertest.Values{"base_model": "accounts/fireworks/models/none"},
			want: []string{"ERROR base_model: No such base model"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			state := p.PromotedModels(t).Create(t,
				providertest.With(providertest.ModelConfig("m"),
					providertest.Values{"checkpoint_name": providertest.LoraCheckpoint})).Stored
			p.SetFaults(test.fault)

			config := providertest.With(providertest.ModelConfig("m"), test.change)
			plan := p.ProtocolWith(t, test.provider).Plan(t.Context(), providerdata.PromotedModelType, state, config)
			providertest.AssertSummaries(t, plan.Diagnostics, test.want...)

			if len(plan.Diagnostics.Errors()) > 0 {
				providertest.AssertMentions(t, plan.Diagnostics, "terraform destroy -refresh=false")
			}
		})
	}
}

// TestPlanSafety_ReplacedBaseModel replaces the deployment of a model that the same plan replaces under its name, and
// names the deployments of the model.
func TestPlanSafety_ReplacedBaseModel(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	model := p.PromotedModels(t).Create(t, providertest.ModelConfig("m"))
	config := providertest.DeploymentConfig(providertest.Values{"base_model": providertest.DemoModels + "m"})
	served := p.DeploymentCore(t).Create(t, config)

	process := p.Protocol(t)
	change := providertest.With(providertest.ModelConfig("m"),
		providertest.Values{"checkpoint_name": providertest.SftJob + "/checkpoints/step-180-6f7a8b9c"})

	first := process.Plan(t.Context(), providerdata.PromotedModelType, model.Stored, change)
	providertest.AssertSummaries(t, first.Diagnostics, "WARNING checkpoint_name: Replacement by an older checkpoint",
		"WARNING output_model_id: Model still deployed", "WARNING output_model_id: Replacement deletes first")
	providertest.AssertMentions(t, first.Diagnostics, providertest.Chat, "New checkpoint without downtime",
		"use that reference instead")

	process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{Private: first.Private}, change)

	plan := process.Plan(t.Context(), providerdata.DeploymentType, served.Stored, config)
	providertest.AssertEqual(t, "replaced because of", len(plan.Replace), 1)
	providertest.AssertMentions(t, plan.Diagnostics, diagnostic.SummaryReplacedWithBaseModel,
		"New checkpoint without downtime")

	// A plan that is known to delete the only deployment that exists leaves nothing to warn about.
	p.Deploy(providertest.DemoModels+"m", providertest.Chat, "deleted-elsewhere")

	process = p.Protocol(t)
	process.Plan(t.Context(), providerdata.DeploymentType, served.Stored, nil)
	first = process.Plan(t.Context(), providerdata.PromotedModelType, model.Stored, change)
	providertest.AssertSummaries(t, first.Diagnostics, "WARNING checkpoint_name: Replacement by an older checkpoint",
		"WARNING output_model_id: Replacement deletes first")

	abandoned := p.DeploymentCore(t).Create(t, providertest.With(config, providertest.Values{
		"deployment_id": "abandoned", "deletion_policy": "ABANDON"}))

	process = p.Protocol(t)
	process.Plan(t.Context(), providerdata.DeploymentType, served.Stored, nil)
	process.Plan(t.Context(), providerdata.DeploymentType, abandoned.Stored, nil)
	first = process.Plan(t.Context(), providerdata.PromotedModelType, model.Stored, change)
	providertest.AssertMentions(t, first.Diagnostics, diagnostic.SummaryModelDeployed,
		providertest.DemoDeployments+"abandoned")

	p.RemoveCheckpoint(providertest.FullCheckpoint)

	first = p.Protocol(t).Plan(t.Context(), providerdata.PromotedModelType, model.Stored, change)
	providertest.AssertMentions(t, first.Diagnostics, "can no longer be promoted")

	// Another process does not know of it, and a model that is replaced by one with another ID stays.
	plan = p.Protocol(t).Plan(t.Context(), providerdata.DeploymentType, served.Stored, config)
	providertest.AssertEqual(t, "replaced because of", len(plan.Replace), 0)
}

// TestPlanSafety_AbandonedDeployment warns about the deletion of a model whose deployment stays, in any order of the
// plans, and not about that of any other model.
func TestPlanSafety_AbandonedDeployment(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	model := p.PromotedModels(t).Create(t, providertest.ModelConfig("m"))
	other := p.PromotedModels(t).Create(t, providertest.ModelConfig("other"))
	serving := func(id, policy string) providertest.Stored {
		return p.DeploymentCore(t).Create(t, providertest.DeploymentConfig(providertest.Values{"deployment_id": id,
			"base_model": providertest.DemoModels + "m", "deletion_policy": policy})).Stored
	}
	kept, deleted := serving("kept", "ABANDON"), serving("deleted", "DELETE")

	for _, order := range [][]providertest.Stored{{kept, deleted, model.Stored}, {model.Stored, deleted, kept}} {
		process := p.Protocol(t)

		var found providertest.Diagnostics

		for _, state := range append(order, other.Stored) {
			typeName := providerdata.DeploymentType
			if _, isModel := state.State["output_model_id"]; isModel {
				typeName = providerdata.PromotedModelType
			}

			found = append(found, process.Plan(t.Context(), typeName, state, nil).Diagnostics...)
		}

		providertest.AssertSummaries(t, found, "WARNING deletion_policy: Model still deployed")
		providertest.AssertMentions(t, found, "deletes model "+providertest.DemoModels+"m,",
			"\n  "+providertest.DemoDeployments+"kept\n")
	}

	// The same if the model is replaced under its name.
	const leaves = "leaves deployments of it on the platform"

	change := providertest.With(providertest.ModelConfig("m"),
		providertest.Values{"checkpoint_name": providertest.SftJob + "/checkpoints/step-180-6f7a8b9c"})

	process := p.Protocol(t)
	first := process.Plan(t.Context(), providerdata.PromotedModelType, model.Stored, change)
	process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{Private: first.Private}, change)
	last := process.Plan(t.Context(), providerdata.DeploymentType, kept, nil)
	providertest.AssertMentions(t, last.Diagnostics, leaves)

	process = p.Protocol(t)
	process.Plan(t.Context(), providerdata.DeploymentType, kept, nil)
	first = process.Plan(t.Context(), providerdata.PromotedModelType, model.Stored, change)
	providertest.AssertMentions(t, first.Diagnostics, leaves)
}

// TestPlanSafety_SamePlan finds no fault with what the same plan creates, and compares what is known of it.
func TestPlanSafety_SamePlan(t *testing.T) {
	t.Parallel()

	lora := providertest.With(providertest.ModelConfig("lora"),
		providertest.Values{"checkpoint_name": providertest.LoraCheckpoint})
	load := providertest.LoraConfig(providertest.Values{"model": providertest.DemoModels + "lora",
		"deployment": providertest.Chat})

	for name, test := range map[string]struct {
		deployment providertest.Values
		want       []string
	}{
		"everything":         {nil, nil},
		"addons switched on": {providertest.Values{"enable_addons": true}, nil},
		"addons off": {providertest.Values{"enable_addons": false},
			[]string{"ERROR deployment: Deployment without addons"}},
		"another base model": {
			providertest.Values{"base_model": "accounts/fireworks/models/llama-v3p1-8b-instruct"},
			[]string{"WARNING model: LoRA of another base model"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			process := p.Protocol(t)

			got := planAll(
				func() providertest.Planned {
					return process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{}, lora)
				},
				func() providertest.Planned {
					return process.Plan(t.Context(), providerdata.DeploymentType, providertest.Stored{},
						providertest.DeploymentConfig(test.deployment))
				},
				func() providertest.Planned {
					return process.Plan(t.Context(), providerdata.DeployedModelType, providertest.Stored{}, load)
				})
			providertest.AssertSummaries(t, got, test.want...)
		})
	}

	t.Run("a promoted model as base and draft model", func(t *testing.T) {
		t.Parallel()

		p := providertest.NewPlatform(t, mockapi.Options{})
		process := p.Protocol(t)

		got := planAll(
			func() providertest.Planned {
				return process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
					providertest.ModelConfig("base"))
			},
			func() providertest.Planned {
				return process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
					providertest.With(providertest.ModelConfig("next"),
						providertest.Values{"base_model": providertest.DemoModels + "base"}))
			})
		providertest.AssertSummaries(t, got)

		draft := providertest.DeploymentConfig(providertest.Values{"draft_model": providertest.DemoModels + "base"})
		providertest.AssertSummaries(t,
			process.Plan(t.Context(), providerdata.DeploymentType, providertest.Stored{}, draft).Diagnostics)
		providertest.AssertSummaries(t,
			p.Protocol(t).Plan(t.Context(), providerdata.DeploymentType, providertest.Stored{}, draft).Diagnostics,
			"WARNING draft_model: "+diagnostic.SummaryBaseModelMissing)
	})
}

// TestPlanSafety_AbandonedUnknownCheckpoint compares the IDs when the account is not known yet.
func TestPlanSafety_AbandonedUnknownCheckpoint(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	config := providertest.With(providertest.ModelConfig("m"),
		providertest.Values{"deletion_policy": lifecycle.DeletionPolicyAbandon})
	state := p.PromotedModels(t).Create(t, config).Stored

	plan := p.Protocol(t).Plan(t.Context(), providerdata.PromotedModelType, state,
		providertest.With(config, providertest.Values{"checkpoint_name": providertest.Unknown}))
	providertest.AssertSummaries(t, plan.Diagnostics, "ERROR output_model_id: Abandoned object keeps its ID")
}

// TestPlanSafety_ImportedCheckpoint warns about a checkpoint that does not exist and would be recorded after an import.
func TestPlanSafety_ImportedCheckpoint(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"})
	current, _ := p.ImportModel(t, providertest.DemoModels+"m", nil)

	plan := p.Protocol(t).Plan(t.Context(), providerdata.PromotedModelType, current.Stored,
		providertest.With(providertest.ModelConfig("m"),
			providertest.Values{"checkpoint_name": providertest.SftJob + "/checkpoints/none"}))
	providertest.AssertSummaries(t, plan.Diagnostics, "WARNING checkpoint_name: No such checkpoint")
	providertest.AssertMentions(t, plan.Diagnostics, "terraform state rm and import")
	providertest.AssertEqual(t, "replaced because of", len(plan.Replace), 0)
}

// TestPlanSafety_Hardware plans the hardware of a pinned shape version, and only if it can be read.
func TestPlanSafety_Hardware(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	pinned := providertest.DeploymentConfig(providertest.Values{"deployment_shape": providertest.ServingShapeVersion})
	hardware := []string{"accelerator_type", "accelerator_count", "precision", "max_context_length",
		"deployment_shape_version"}

	plan := p.Protocol(t).Plan(t.Context(), providerdata.DeploymentType, providertest.Stored{}, pinned)
	for _, name := range hardware {
		providertest.AssertEqual(t, name+" is known", !providertest.Equal(plan.State[name], providertest.Unknown), true)
	}

	current := p.DeploymentCore(t).Create(t, pinned)
	for _, name := range hardware {
		providertest.AssertEqual(t, name, current.State[name], plan.State[name])
	}

	p.SetFaults(mockapi.Fault{Path: providertest.ShapePath, Kind: mockapi.FaultStatus, Status: 403})

	plan = p.Protocol(t).Plan(t.Context(), providerdata.DeploymentType, providertest.Stored{},
		providertest.With(pinned, providertest.Values{"deployment_id": "other"}))
	providertest.AssertEqual(t, "errors", len(plan.Diagnostics.Errors()), 0)
	providertest.AssertEqual(t, "accelerator_type is unknown",
		providertest.Equal(plan.State["accelerator_type"], providertest.Unknown), true)
}

// TestAccPlanSafety_Account fails before anything is deleted if the account of the key is not known during the apply of
// a replacement.
func TestAccPlanSafety_Account(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	shaped := providertest.ShapedBlock("")

	for name, test := range map[string]struct{ before, after, path string }{
		"changed": {shaped, providertest.ShapedBlock("  disable_speculative_decoding = true"),
			providertest.DeploymentPath},
		"tainted": {shaped, shaped, providertest.DeploymentPath},
		"router": {providertest.RouterBlock(""), providertest.RouterBlock(fmt.Sprintf("  model = %q", providertest.QwenBase)),
			providertest.RouterPath},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			c := p.NewConfiguredCLI(t, test.before)
			c.Expect("apply", nil)
			c.Write("main.tf", providertest.RequiredProvider+p.Config(test.after))

			if name == "tainted" {
				c.Must("taint", "-no-color", providertest.DeploymentAddress)
			}

			p.TakeWriteRequests()
			// The first request is that of the plan.
			p.SetFaults(mockapi.Fault{Path: "/v1/accounts", Match: 2, Kind: mockapi.FaultStatus, Status: 403})

			out := c.Run("apply", "-no-color", "-input=false", "-auto-approve")
			providertest.AssertEqual(t, "exit code", out.ExitCode, 1)
			providertest.AssertEqual(t, "deletions", p.Count(http.MethodDelete, test.path), 0)

			p.SetFaults(mockapi.Fault{
				Path: "/v1/accounts", Match: 2, Times: 1, Kind: mockapi.FaultStatus, Status: 429,
				Headers: map[string]string{"Retry-After": "1"},
			})
			c.Must("apply", "-no-color", "-input=false", "-auto-approve")
			c.AssertEmptyPlan()
			providertest.AssertEqual(t, "deletions", p.Count(http.MethodDelete, test.path), 1)
		})
	}
}
