package provider

import (
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// planAll makes the plans in their order, and returns the diagnostics of the last one.
func planAll(plans ...func() planned) diagnostics {
	var last planned
	for _, plan := range plans {
		last = plan()
	}

	return last.Diagnostics
}

// TestPlanSafety_Tainted reports what would make the creation fail as an error while the tainted object serves, and as a warning if it
// never did. No deletion policy protects an object that never became usable.
func TestPlanSafety_Tainted(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		outcome mockapi.DeploymentOutcome
		change  values
		errors  int
	}{
		"serves":                        {mockapi.DeploymentSucceeds, nil, 1},
		"serves and is protected":       {mockapi.DeploymentSucceeds, values{"deletion_policy": deletionPolicyPrevent}, 1},
		"never ready":                   {mockapi.DeploymentFails, nil, 0},
		"never ready and protected":     {mockapi.DeploymentFails, values{"deletion_policy": deletionPolicyPrevent}, 0},
		"never ready and abandoned":     {mockapi.DeploymentFails, values{"deletion_policy": deletionPolicyAbandon}, 0},
		"never ready and soft deletion": {mockapi.DeploymentFails, values{"soft_delete": true}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			p.SetDeploymentOutcome(test.outcome)

			var current instance
			p.deployments(t).Run(t.Context(), &current, deploymentConfig(test.change), runOptions{})

			current.Tainted = true

			p.SetFaults(mockapi.Fault{Path: shapePath, Kind: mockapi.FaultStatus, Status: 404})

			got := p.deployments(t).Run(t.Context(), &current, deploymentConfig(test.change), runOptions{PlanOnly: true})
			assertEqual(t, "errors", len(got.Diagnostics.Errors()), test.errors)

			if test.errors > 0 && test.change == nil {
				assertMentions(t, got.Diagnostics, summaryNoSuchDeploymentShape, "terraform destroy -refresh=false")
			}

			p.SetFaults()

			prior := p.protocol(t).Plan(t.Context(), deploymentType, current.stored, nil)
			assertEqual(t, "errors of the destroy", len(prior.Diagnostics.Errors()) > 0,
				test.outcome == mockapi.DeploymentSucceeds && test.change != nil)
		})
	}
}

// TestPlanSafety_MissingObject reports findings as warnings when the refresh has found that the object does not exist: terraform destroy
// starts with the same plan.
func TestPlanSafety_MissingObject(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	current := p.deployments(t).create(t, deploymentConfig(nil))
	p.RemoveDeployment(chat)
	p.SetFaults(mockapi.Fault{Path: shapePath, Kind: mockapi.FaultStatus, Status: 404})

	got := p.deployments(t).Run(t.Context(), &current, deploymentConfig(nil), runOptions{PlanOnly: true})
	assertSummaries(t, got.Diagnostics, "WARNING deployment_shape: "+summaryNoSuchDeploymentShape)

	fresh := p.protocol(t).Plan(t.Context(), deploymentType, stored{}, deploymentConfig(nil))
	assertSummaries(t, fresh.Diagnostics, "ERROR deployment_shape: "+summaryNoSuchDeploymentShape)
}

// TestPlanSafety_Unchecked refuses to delete first what cannot be checked, whatever the reason, unless a value is not known yet.
func TestPlanSafety_Unchecked(t *testing.T) {
	t.Parallel()

	fault := func(path string, status int) mockapi.Fault {
		return mockapi.Fault{Path: path, Kind: mockapi.FaultStatus, Status: status}
	}

	for name, test := range map[string]struct {
		fault    mockapi.Fault
		provider values
		change   values
		want     []string
	}{
		"the list is forbidden": {
			fault: fault(listingPath, 403), want: []string{"ERROR checkpoint_name: Checkpoint not checked"},
		},
		"the list fails": {
			fault: fault(listingPath, 503), provider: values{"max_retries": 0},
			want: []string{"ERROR checkpoint_name: Checkpoint not checked"},
		},
		"the base model fails": {
			fault: fault(baseModelPath, 503), provider: values{"max_retries": 0},
			want: []string{"ERROR base_model: Base model not checked"},
		},
		"the key is not known": {
			fault: fault("/none", 503), provider: values{"api_key": unknown},
			want: []string{"ERROR: Provider argument not known until apply"},
		},
		"a value is not known": {
			fault: fault("/none", 503), change: values{"base_model": unknown},
			want: []string{"WARNING base_model: Replacement not checked", "WARNING output_model_id: Replacement deletes first"},
		},
		"another ID": {
			fault: fault(listingPath, 403), change: values{"output_model_id": "m2"},
			want: []string{"WARNING checkpoint_name: Checkpoint not checked"},
		},
		"no such base model": {
			fault: fault("/none", 503), change: values{"base_model": demoModels + "none"},
			want: []string{"ERROR base_model: No such base model"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			state := p.promotedModels(t).create(t, with(modelConfig("m"), values{"checkpoint_name": loraCheckpoint})).stored
			p.SetFaults(test.fault)

			config := with(modelConfig("m"), test.change)
			plan := p.protocolWith(t, test.provider).Plan(t.Context(), promotedModelType, state, config)
			assertSummaries(t, plan.Diagnostics, test.want...)

			if len(plan.Diagnostics.Errors()) > 0 {
				assertMentions(t, plan.Diagnostics, "terraform destroy -refresh=false")
			}
		})
	}
}

// TestPlanSafety_ReplacedBaseModel replaces the deployment of a model that the same plan replaces under its name, and names the
// deployments of the model.
func TestPlanSafety_ReplacedBaseModel(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	model := p.promotedModels(t).create(t, modelConfig("m"))
	config := deploymentConfig(values{"base_model": demoModels + "m"})
	served := p.deployments(t).create(t, config)

	process := p.protocol(t)
	change := with(modelConfig("m"), values{"checkpoint_name": sftJob + "/checkpoints/step-180-6f7a8b9c"})

	first := process.Plan(t.Context(), promotedModelType, model.stored, change)
	assertSummaries(t, first.Diagnostics, "WARNING checkpoint_name: Replacement by an older checkpoint",
		"WARNING output_model_id: Model still deployed", "WARNING output_model_id: Replacement deletes first")
	assertMentions(t, first.Diagnostics, chat, "New checkpoint without downtime")

	process.Plan(t.Context(), promotedModelType, stored{Private: first.Private}, change)

	plan := process.Plan(t.Context(), deploymentType, served.stored, config)
	assertEqual(t, "replaced because of", len(plan.Replace), 1)
	assertMentions(t, plan.Diagnostics, summaryReplacedWithBaseModel, "New checkpoint without downtime")

	// Another process does not know of it, and a model that is replaced by one with another ID stays.
	plan = p.protocol(t).Plan(t.Context(), deploymentType, served.stored, config)
	assertEqual(t, "replaced because of", len(plan.Replace), 0)
}

// TestPlanSafety_SamePlan finds no fault with what the same plan creates, and compares what is known of it.
func TestPlanSafety_SamePlan(t *testing.T) {
	t.Parallel()

	lora := with(modelConfig("lora"), values{"checkpoint_name": loraCheckpoint})
	load := loraConfig(values{"model": demoModels + "lora", "deployment": chat})

	for name, test := range map[string]struct {
		deployment values
		want       []string
	}{
		"everything":         {nil, nil},
		"addons switched on": {values{"enable_addons": true}, nil},
		"addons off":         {values{"enable_addons": false}, []string{"ERROR deployment: Deployment without addons"}},
		"another base model": {
			values{"base_model": "accounts/fireworks/models/llama-v3p1-8b-instruct"}, []string{"WARNING model: LoRA of another base model"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			process := p.protocol(t)

			got := planAll(
				func() planned { return process.Plan(t.Context(), promotedModelType, stored{}, lora) },
				func() planned {
					return process.Plan(t.Context(), deploymentType, stored{}, deploymentConfig(test.deployment))
				},
				func() planned { return process.Plan(t.Context(), deployedModelType, stored{}, load) })
			assertSummaries(t, got, test.want...)
		})
	}

	t.Run("a promoted model as base and draft model", func(t *testing.T) {
		t.Parallel()

		p := newPlatform(t, mockapi.Options{})
		process := p.protocol(t)

		got := planAll(
			func() planned { return process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("base")) },
			func() planned {
				return process.Plan(t.Context(), promotedModelType, stored{},
					with(modelConfig("next"), values{"base_model": demoModels + "base"}))
			})
		assertSummaries(t, got)

		draft := deploymentConfig(values{"draft_model": demoModels + "base"})
		assertSummaries(t, process.Plan(t.Context(), deploymentType, stored{}, draft).Diagnostics)
		assertSummaries(t, p.protocol(t).Plan(t.Context(), deploymentType, stored{}, draft).Diagnostics,
			"WARNING draft_model: "+summaryBaseModelMissing)
	})
}

// TestPlanSafety_AbandonedUnknownCheckpoint compares the IDs when the account is not known yet.
func TestPlanSafety_AbandonedUnknownCheckpoint(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	config := with(modelConfig("m"), values{"deletion_policy": deletionPolicyAbandon})
	state := p.promotedModels(t).create(t, config).stored

	plan := p.protocol(t).Plan(t.Context(), promotedModelType, state, with(config, values{"checkpoint_name": unknown}))
	assertSummaries(t, plan.Diagnostics, "ERROR output_model_id: Abandoned object keeps its ID")
}

// TestPlanSafety_ImportedCheckpoint warns about a checkpoint that does not exist and would be recorded after an import.
func TestPlanSafety_ImportedCheckpoint(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	p.PutModel(mockapi.Model{Name: demoModels + "m"})
	current, _ := p.importModel(t, demoModels+"m", nil)

	plan := p.protocol(t).Plan(t.Context(), promotedModelType, current.stored,
		with(modelConfig("m"), values{"checkpoint_name": sftJob + "/checkpoints/none"}))
	assertSummaries(t, plan.Diagnostics, "WARNING checkpoint_name: No such checkpoint")
	assertMentions(t, plan.Diagnostics, "terraform state rm and import")
	assertEqual(t, "replaced because of", len(plan.Replace), 0)
}

// TestPlanSafety_Hardware plans the hardware of a pinned shape version, and only if it can be read.
func TestPlanSafety_Hardware(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	pinned := deploymentConfig(values{"deployment_shape": servingShapeVersion})
	hardware := []string{"accelerator_type", "accelerator_count", "precision", "max_context_length", "deployment_shape_version"}

	plan := p.protocol(t).Plan(t.Context(), deploymentType, stored{}, pinned)
	for _, name := range hardware {
		assertEqual(t, name+" is known", !equal(plan.State[name], unknown), true)
	}

	current := p.deployments(t).create(t, pinned)
	for _, name := range hardware {
		assertEqual(t, name, current.State[name], plan.State[name])
	}

	p.SetFaults(mockapi.Fault{Path: shapePath, Kind: mockapi.FaultStatus, Status: 403})

	plan = p.protocol(t).Plan(t.Context(), deploymentType, stored{}, with(pinned, values{"deployment_id": "other"}))
	assertEqual(t, "errors", len(plan.Diagnostics.Errors()), 0)
	assertEqual(t, "accelerator_type is unknown", equal(plan.State["accelerator_type"], unknown), true)
}

// TestAccPlanSafety_Account fails before anything is deleted if the account of the key is not known during the apply of a replacement.
func TestAccPlanSafety_Account(t *testing.T) {
	skipUnlessAcc(t)
	t.Parallel()

	for name, arguments := range map[string][]string{"changed": nil, "tainted": {"taint", "-no-color", deploymentAddress}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			c := p.newConfiguredCLI(t, shapedBlock(""))
			c.expect("apply", nil)

			if arguments == nil {
				c.write("main.tf", requiredProvider+p.config(shapedBlock("  disable_speculative_decoding = true")))
			} else {
				c.must(arguments...)
			}

			p.takeWriteRequests()
			// The first request is that of the plan.
			p.SetFaults(mockapi.Fault{Path: "/v1/accounts", Match: 2, Kind: mockapi.FaultStatus, Status: 403})

			out := c.run("apply", "-no-color", "-input=false", "-auto-approve")
			assertEqual(t, "exit code", out.exitCode, 1)
			assertEqual(t, "deletions", p.Count(http.MethodDelete, deploymentPath), 0)

			p.SetFaults(mockapi.Fault{
				Path: "/v1/accounts", Match: 2, Times: 1, Kind: mockapi.FaultStatus, Status: 429,
				Headers: map[string]string{"Retry-After": "1"},
			})
			c.must("apply", "-no-color", "-input=false", "-auto-approve")
			c.assertEmptyPlan()
			assertEqual(t, "deletions", p.Count(http.MethodDelete, deploymentPath), 1)
		})
	}
}
