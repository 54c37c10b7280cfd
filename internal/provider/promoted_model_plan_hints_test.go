package provider

import (
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

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
