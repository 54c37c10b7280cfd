package provider

import (
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// Two resources for one model fail in any order of their plans, and no error claims that the model would be destroyed.
func TestReplacement_SecondResource(t *testing.T) {
	t.Parallel()

	for _, policy := range []string{"DELETE", "ABANDON"} {
		for name, newFirst := range map[string]bool{"new resource first": true, "managing resource first": false} {
			t.Run(policy+", "+name, func(t *testing.T) {
				t.Parallel()
				platform := newPlatform(t, mockapi.Options{})
				config := with(modelConfig("m"), values{"deletion_policy": policy})
				state := platform.promotedModels(t).create(t, config).stored

				process := platform.protocol(t)
				read := process.Read(t.Context(), promotedModelType, state)
				planManaging := func() diagnostics {
					return process.Plan(t.Context(), promotedModelType, read.stored, config).Diagnostics
				}
				planNew := func() diagnostics {
					return process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("m")).Diagnostics
				}

				switch {
				case !newFirst:
					assertSummaries(t, planManaging())

					found := planNew()
					assertSummaries(t, found, "ERROR output_model_id: Model already exists")
					assertMentions(t, found, `id = "accounts/demo/models/m"`)
				case policy == "DELETE":
					assertSummaries(t, planNew())

					found := planManaging()
					assertSummaries(t, found, "ERROR output_model_id: Model already exists")
					assertMentions(t, found, "Another resource of this configuration is to create the model accounts/demo/models/m")
				default:
					found := planNew()
					assertSummaries(t, found, "ERROR output_model_id: Abandoned object keeps its ID")
					assertMentions(t, found, "If this resource is new and another one manages the model, choose another output_model_id.")
				}
			})
		}
	}
}

// A new resource with the ID of a protected model gets an error with the remedy, whether or not the model is known to be managed
// by another resource.
func TestReplacement_ProtectedModelOfAnother(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	state := platform.promotedModels(t).create(t, with(modelConfig("m"), values{"deletion_policy": "PREVENT"})).stored

	process := platform.protocol(t)
	process.Read(t.Context(), promotedModelType, state)

	first := process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("m")).Diagnostics
	assertSummaries(t, first, "ERROR deletion_policy: Destroy prevented by deletion policy")
	assertMentions(t, first, "If this resource is new and another one manages the model, choose another output_model_id.")

	second := process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("m")).Diagnostics
	assertSummaries(t, second, "ERROR output_model_id: Model already exists")
}

// Only one plan without prior state can be that of the tainted resource.
func TestReplacement_TaintedAndSecondResource(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	state := platform.promotedModels(t).create(t, modelConfig("m")).stored

	process := platform.protocol(t)
	process.Read(t.Context(), promotedModelType, state)

	first := process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("m")).Diagnostics
	second := process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("m")).Diagnostics

	assertSummaries(t, first)
	assertSummaries(t, second, "ERROR output_model_id: Model already exists")
}

// A resource that was renamed without a moved block is destroyed and created in one plan.
func TestReplacement_RenamedResource(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	state := platform.promotedModels(t).create(t, modelConfig("m")).stored

	process := platform.protocol(t)
	read := process.Read(t.Context(), promotedModelType, state)
	destroy := process.Plan(t.Context(), promotedModelType, read.stored, nil).Diagnostics
	create := process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("m")).Diagnostics

	assertSummaries(t, destroy)
	assertSummaries(t, create, "ERROR output_model_id: Model already exists")
	assertMentions(t, create, "add a moved block")
}

// terraform destroy starts with a normal plan, so its errors say how to destroy without one.
func TestReplacement_ErrorsNameDestroy(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		tainted bool
		change  values
	}{
		"tainted":          {tainted: true},
		"changed argument": {change: values{"base_model": "accounts/fireworks/models/llama-v3p1-8b-instruct"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			current := platform.promotedModels(t).create(t, modelConfig("m"))
			current.Tainted = test.tainted

			platform.RemoveCheckpoint(fullCheckpoint)

			got := platform.promotedModels(t).Run(t.Context(), &current, with(modelConfig("m"), test.change), runOptions{PlanOnly: true})
			assertSummaries(t, got.Diagnostics, "ERROR checkpoint_name: No such checkpoint")
			assertMentions(t, got.Diagnostics, "To destroy the resource instead of replacing it, run terraform destroy -refresh=false.")
		})
	}
}

// An invalid timeout ends an update before any request.
func TestUpdate_InvalidTimeout(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	state := platform.promotedModels(t).create(t, modelConfig("m")).stored
	config := with(modelConfig("m"), values{"display_name": "M", "timeouts": values{"update": "soon"}})

	process := platform.protocol(t)
	plan := process.Plan(t.Context(), promotedModelType, state, config)

	platform.ResetRequests()

	got := process.Apply(t.Context(), promotedModelType, state, plan, config)
	assertEqual(t, "requests", len(platform.Requests()), 0)

	if len(got.Diagnostics.Errors()) != 1 {
		t.Errorf("got %d errors, want 1:\n%s", len(got.Diagnostics.Errors()), got.Diagnostics)
	}
}
