package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type replaceUnlessImportedModifier struct{}

// replaceUnlessImported replaces the model when the argument changes, but not when it is set for the first time after an import:
// the API does not say which checkpoint a model came from, so an imported state cannot know it.
func replaceUnlessImported() planmodifier.String { return replaceUnlessImportedModifier{} }

func (replaceUnlessImportedModifier) Description(context.Context) string {
	return "replaces the model when it changes, except when it is set for the first time after an import"
}

func (m replaceUnlessImportedModifier) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (replaceUnlessImportedModifier) PlanModifyString(
	ctx context.Context,
	req planmodifier.StringRequest,
	resp *planmodifier.StringResponse,
) {
	if req.State.Raw.IsNull() || req.Plan.Raw.IsNull() || req.PlanValue.Equal(req.StateValue) {
		return
	}

	if !req.StateValue.IsNull() {
		resp.RequiresReplace = true
		return
	}

	var recordedCheckpoint types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("checkpoint_name"), &recordedCheckpoint)...)
	// An optional argument that is null beside a known checkpoint was left out, not forgotten by an import.
	resp.RequiresReplace = !recordedCheckpoint.IsNull()
}
