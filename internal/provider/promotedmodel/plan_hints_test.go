// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
	"net/http"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// terraform destroy starts with a normal plan, so its errors say how to destroy without one.
func TestReplacement_ErrorsNameDestroy(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		tainted bool
		change  providertest.Values
	}{
		"tainted":          {tainted: true},
		"changed argument": {change: providertest.Values{"base_model": "accounts/fireworks/models/llama-v3p1-8b-instruct"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{})
			current := platform.PromotedModels(t).Create(t, providertest.ModelConfig("m"))
			current.Tainted = test.tainted

			platform.RemoveCheckpoint(providertest.FullCheckpoint)

			got := platform.PromotedModels(t).Run(t.Context(), &current,
				providertest.With(providertest.ModelConfig("m"), test.change), providertest.RunOptions{PlanOnly: true})
			providertest.AssertSummaries(t, got.Diagnostics, "ERROR checkpoint_name: No such checkpoint")
			providertest.AssertMentions(t, got.Diagnostics, "To destroy the resource instead of replacing it, run "+
				"terraform destroy -refresh=false.")
		})
	}
}

// What would make the creation fail is a warning for a model that was never ready: it has nothing to lose.
func TestReplacement_NeverReady(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	platform.SetPromotionOutcome(mockapi.PromotionLeavesBrokenModel)

	var current providertest.Instance
	platform.PromotedModels(t).Apply(t, &current, providertest.ModelConfig("m"), "ERROR: Promoted model unusable")
	platform.RemoveCheckpoint(providertest.FullCheckpoint)
	platform.PromotedModels(t).ApplyWith(t, &current, providertest.ModelConfig("m"),
		providertest.RunOptions{PlanOnly: true}, "WARNING state: Replacing model of failed promotion",
		"WARNING checkpoint_name: No such checkpoint")
}

// A replacement that fails after the deletion says what was deleted.
func TestReplacement_FailsAfterDeletion(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	current := platform.PromotedModels(t).Create(t, providertest.ModelConfig("m"))

	platform.SetFaults(mockapi.Fault{
		Method: http.MethodPost, Path: providertest.PromotePath, Kind: mockapi.FaultStatus, Status: 400,
		Body: `{"code":3,"message":"no"}`,
	})

	changed := providertest.With(providertest.ModelConfig("m"),
		providertest.Values{"checkpoint_name": providertest.LoraCheckpoint})
	got := platform.PromotedModels(t).Run(t.Context(), &current, changed, providertest.RunOptions{})

	providertest.AssertSummaries(t, got.Diagnostics.Errors(), "ERROR: Checkpoint not promoted")
	providertest.AssertMentions(t, got.Diagnostics.Errors(),
		"This run deleted the old model accounts/demo/models/m, promoted from "+providertest.FullCheckpoint+" before.")
}

// An invalid timeout ends an update before any request.
func TestUpdate_InvalidTimeout(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	state := platform.PromotedModels(t).Create(t, providertest.ModelConfig("m")).Stored
	config := providertest.With(providertest.ModelConfig("m"),
		providertest.Values{"display_name": "M", "timeouts": providertest.Values{"update": "soon"}})

	process := platform.Protocol(t)
	plan := process.Plan(t.Context(), providerdata.PromotedModelType, state, config)

	platform.ResetRequests()

	got := process.Apply(t.Context(), providerdata.PromotedModelType, state, plan, config)
	providertest.AssertEqual(t, "requests", len(platform.Requests()), 0)

	if len(got.Diagnostics.Errors()) != 1 {
		t.Errorf("got %d errors, want 1:\n%s", len(got.Diagnostics.Errors()), got.Diagnostics)
	}
}
