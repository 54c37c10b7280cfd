package provider

import (
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestTerraformCore creates, updates, replaces and destroys a model, with and without changes.
func TestTerraformCore(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	models := platform.promotedModels(t)

	var current instance

	steps := []struct {
		config values
		want   action
	}{
		{modelConfig("m1"), actionCreate},
		{modelConfig("m1"), actionNone},
		{with(modelConfig("m1"), values{"display_name": "One"}), actionUpdate},
		{modelConfig("m2"), actionReplace},
		{nil, actionDelete},
		{nil, actionNone},
	}
	for _, step := range steps {
		got := models.Run(t.Context(), &current, step.config, runOptions{})
		if got.Action != step.want || len(got.Diagnostics) > 0 {
			t.Fatalf("%v: got %s, want %s\n%s", step.config, got.Action, step.want, got.Diagnostics)
		}
	}

	assertEqual(t, "in the state", current.State != nil, false)
	assertEqual(t, "promotions", platform.Promotions(), 2)
}
