// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestTerraformCore creates, updates, replaces and destroys a model, with and without changes.
func TestTerraformCore(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	models := platform.PromotedModels(t)

	var current providertest.Instance

	steps := []struct {
		config providertest.Values
		want   providertest.Action
	}{
		{providertest.ModelConfig("m1"), providertest.ActionCreate},
		{providertest.ModelConfig("m1"), providertest.ActionNone},
		{
			providertest.With(providertest.ModelConfig("m1"), providertest.Values{"display_name": "One"}),
			providertest.ActionUpdate,
		},
		{providertest.ModelConfig("m2"), providertest.ActionReplace},
		{nil, providertest.ActionDelete},
		{nil, providertest.ActionNone},
	}
	for _, step := range steps {
		got := models.Run(t.Context(), &current, step.config, providertest.RunOptions{})
		if got.Action != step.want || len(got.Diagnostics) > 0 {
			t.Fatalf("%v: got %s, want %s\n%s", step.config, got.Action, step.want, got.Diagnostics)
		}
	}

	providertest.AssertEqual(t, "in the state", current.State != nil, false)
	providertest.AssertEqual(t, "promotions", platform.Promotions(), 2)
}
