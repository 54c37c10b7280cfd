// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
)

// timestamp reads a time as the API writes it.
func timestamp(t *testing.T, text string) fireworks.Timestamp {
	t.Helper()

	var stamp fireworks.Timestamp
	if err := stamp.UnmarshalJSON([]byte(`"` + text + `"`)); err != nil {
		t.Fatal(err)
	}

	return stamp
}

// unknownModel is the resource of a plan to create it: all attributes that the API determines are unknown.
func unknownModel() resourceModel {
	return resourceModel{
		DisplayName: types.StringUnknown(), Description: types.StringUnknown(), Public: types.BoolUnknown(),
		State: types.StringUnknown(), Kind: types.StringUnknown(), CreateTime: types.StringUnknown(),
		UpdateTime:    types.StringUnknown(),
		ContextLength: types.Int64Unknown(), PEFTDetails: types.ObjectUnknown(attribute.PEFTDetailsTypes),
	}
}

func addon(r int64, baseModel attr.Value, modules ...string) types.Object {
	list := types.ListNull(types.StringType)

	if len(modules) > 0 {
		var elements []attr.Value
		for _, module := range modules {
			elements = append(elements, types.StringValue(module))
		}

		list = types.ListValueMust(types.StringType, elements)
	}

	rank := types.Int64Value(r)
	if r == 0 {
		rank = types.Int64Null()
	}

	return types.ObjectValueMust(attribute.PEFTDetailsTypes, map[string]attr.Value{
		"base_model": baseModel, "r": rank, "target_modules": list, "base_model_type": types.StringNull(),
	})
}

// TestPromotedModelConversion_FromAPI converts each model twice: into a state, where the API wins, and into a plan,
// whose known values are kept.
func TestPromotedModelConversion_FromAPI(t *testing.T) {
	t.Parallel()
	everything := fireworks.Model{
		Name: "accounts/a/models/m", DisplayName: "One", Description: "The first.", Public: true, State: "READY",
		Kind:       "HF_PEFT_ADDON",
		CreateTime: timestamp(t, "2026-03-01T12:00:00.5Z"), UpdateTime: timestamp(t, "2026-03-01T14:00:00+02:00"),
		ContextLength: 4096,
		PEFTDetails: &fireworks.PEFTDetails{BaseModel: "accounts/a/models/b", R: 8,
			TargetModules: []string{"q_proj", "v_proj"}},
	}
	stateOfEverything := resourceModel{
		DisplayName: types.StringValue("One"), Description: types.StringValue("The first."),
		Public: types.BoolValue(true),
		State:  types.StringValue("READY"), Kind: types.StringValue("HF_PEFT_ADDON"),
		CreateTime:    types.StringValue("2026-03-01T12:00:00.5Z"),
		UpdateTime:    types.StringValue("2026-03-01T14:00:00+02:00"),
		ContextLength: types.Int64Value(4096),
		PEFTDetails:   addon(8, types.StringValue("accounts/a/models/b"), "q_proj", "v_proj"),
	}
	stateOfNothing := resourceModel{Public: types.BoolValue(false),
		PEFTDetails: types.ObjectNull(attribute.PEFTDetailsTypes)}

	tests := map[string]struct {
		before    resourceModel
		model     fireworks.Model
		refreshed resourceModel
		filled    resourceModel
	}{
		"all fields, all unknown": {before: unknownModel(), model: everything, refreshed: stateOfEverything,
			filled: stateOfEverything},
		"no fields, all unknown": {
			before:    unknownModel(),
			model:     fireworks.Model{Name: "accounts/a/models/m"},
			refreshed: stateOfNothing,
			filled:    stateOfNothing,
		},
		"no fields, all known": {
			before:    stateOfEverything,
			model:     fireworks.Model{Name: "accounts/a/models/m"},
			refreshed: stateOfNothing,
			filled:    stateOfEverything,
		},
		"cleared metadata stays cleared": {
			before: resourceModel{
				DisplayName: types.StringValue(""),
				Description: types.StringValue(""),
				Public:      types.BoolValue(false),
				PEFTDetails: types.ObjectNull(attribute.PEFTDetailsTypes),
			},
			refreshed: resourceModel{
				DisplayName: types.StringValue(""),
				Description: types.StringValue(""),
				Public:      types.BoolValue(false),
				PEFTDetails: types.ObjectNull(attribute.PEFTDetailsTypes),
			},
			filled: resourceModel{
				DisplayName: types.StringValue(""),
				Description: types.StringValue(""),
				Public:      types.BoolValue(false),
				PEFTDetails: types.ObjectNull(attribute.PEFTDetailsTypes),
			},
		},
		"details without a base model": {
			before: unknownModel(),
			model:  fireworks.Model{PEFTDetails: &fireworks.PEFTDetails{TargetModules: []string{}}},
			refreshed: resourceModel{Public: types.BoolValue(false),
				PEFTDetails: types.ObjectNull(attribute.PEFTDetailsTypes)},
			filled: resourceModel{Public: types.BoolValue(false),
				PEFTDetails: types.ObjectNull(attribute.PEFTDetailsTypes)},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			refreshed, filled := test.before, test.before
			refreshed.Refresh(test.model)

			if diff := cmp.Diff(test.refreshed, refreshed); diff != "" {
				t.Errorf("refresh (-want +got):\n%s", diff)
			}

			filled.FillUnknown(&test.model)

			if diff := cmp.Diff(test.filled, filled); diff != "" {
				t.Errorf("fillUnknown (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPromotedModelConversion_NoModel leaves nothing unknown: Terraform rejects a state with an unknown value.
func TestPromotedModelConversion_NoModel(t *testing.T) {
	t.Parallel()

	filled := unknownModel()
	filled.FillUnknown(nil)

	if diff := cmp.Diff(resourceModel{PEFTDetails: types.ObjectNull(attribute.PEFTDetailsTypes)}, filled); diff != "" {
		t.Errorf("fillUnknown without a model (-want +got):\n%s", diff)
	}
}

func TestPromotedModelConversion_Changes(t *testing.T) {
	t.Parallel()

	var state resourceModel
	state.Refresh(fireworks.Model{DisplayName: "old", Description: "old", Public: true})

	tests := map[string]struct {
		plan resourceModel
		want fireworks.Fields
	}{
		"null":    {want: fireworks.Fields{}},
		"unknown": {plan: unknownModel(), want: fireworks.Fields{}},
		"the same": {
			plan: resourceModel{DisplayName: types.StringValue("old"), Description: types.StringValue("old"),
				Public: types.BoolValue(true)},
			want: fireworks.Fields{},
		},
		"different": {
			plan: resourceModel{DisplayName: types.StringValue("new"), Description: types.StringValue("new too"),
				Public: types.BoolValue(false)},
			want: fireworks.Fields{"display_name": "new", "description": "new too", "public": false},
		},
		"cleared": {plan: resourceModel{DisplayName: types.StringValue("")},
			want: fireworks.Fields{"display_name": ""}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if diff := cmp.Diff(test.want, test.plan.changes(&state)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPromotedModelConversion_Request(t *testing.T) {
	t.Parallel()

	const base = "accounts/fireworks/models/qwen3-8b"

	plan := resourceModel{
		CheckpointName:      types.StringValue("accounts/demo/rlorTrainerJobs/sft-qwen3-8b/checkpoints/step-200-5e6f7a8b"),
		OutputModelID:       types.StringValue("m"),
		BaseModel:           types.StringValue(base),
		HotLoadDeploymentID: types.StringValue("d1"),
	}

	got, err := plan.promotionRequest()
	if err != nil {
		t.Fatal(err)
	}

	want := fireworks.PromotionRequest{
		Checkpoint: fireworks.CheckpointName{AccountID: "demo", JobID: "sft-qwen3-8b",
			CheckpointID: "step-200-5e6f7a8b"},
		OutputModelID: "m", BaseModel: base, HotLoadDeploymentID: "d1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("promotionRequest (-want +got):\n%s", diff)
	}

	plan.setName(got.OutputModel())

	if plan.ID.ValueString() != "accounts/demo/models/m" || plan.Name != plan.ID ||
		plan.AccountID.ValueString() != "demo" {
		t.Errorf("the model is called %v, %v, %v", plan.ID, plan.Name, plan.AccountID)
	}

	if _, err := (&resourceModel{CheckpointName: types.StringValue("step-200")}).promotionRequest(); err == nil {
		t.Error("a checkpoint without its job was accepted")
	}
}
