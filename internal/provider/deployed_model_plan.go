package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// loadFailedKey marks a deployed model whose loading failed while a resumed apply waited for it, which does not taint it.
const loadFailedKey = "load_failed"

// ModifyPlan reports at plan time what would otherwise fail during apply.
func (r *deployedModelResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	plan, state := planAndState[deployedModel](ctx, req, &resp.Diagnostics)

	switch {
	case resp.Diagnostics.HasError():
	case req.Plan.Raw.IsNull():
		resp.Diagnostics.Append(r.data.planDestroy(state.managed())...)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, &plan, req, resp)
	default:
		r.planUpdate(ctx, &plan, &state, req, resp)
	}
}

// planCreate plans a new deployed model, or the create half of a replacement.
func (r *deployedModelResource) planCreate(
	ctx context.Context, plan *deployedModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	plan.setPair()
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)

	check := &deployedModelCheck{data: r.data, plan: plan}

	switch replaced, isReplacement := loadPrivate[replacedObject](ctx, req.Private, replacedKey); {
	case !isReplacement:
		resp.Diagnostics.Append(check.creation(ctx)...)
	case !replaced.Checked:
		resp.Diagnostics.Append(check.replacement(ctx, replaced.Name)...)
	}
}

// planUpdate plans an update in place or requires a replacement, whose checks it runs: Terraform drops the warnings of the
// second plan of a replacement.
func (r *deployedModelResource) planUpdate(
	ctx context.Context, plan, state *deployedModel, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	resp.Diagnostics.Append(r.data.checkUnclaimed(state.managed(), "model", summaryModelAlreadyLoaded, fmt.Sprintf(
		"Another resource of this configuration is to load %s onto %s, which this resource does already.\n\n"+
			"Remove one of the two. If it is this resource under a new name, add a moved block instead.",
		state.Model.ValueString(), state.Deployment.ValueString()))...)

	replaced := replacedObject{managedObject: state.managed()}
	unusable := state.State.ValueString() == fireworks.DeployedModelStateUndeploying || hasMark(ctx, req.Private, loadFailedKey)

	if unusable {
		resp.Diagnostics.AddAttributeWarning(path.Root("state"), summaryReplacingUnusableDeployedModel, fmt.Sprintf(
			"The deployed model %s is not usable: it could not be loaded, or is being unloaded. This plan replaces it.", state.ID.ValueString()))
	}

	forced := unusable || r.losesModel(state)
	if forced || !plan.Model.Equal(state.Model) || !plan.Deployment.Equal(state.Deployment) {
		check := &deployedModelCheck{data: r.data, plan: plan}
		resp.Diagnostics.Append(check.replacement(ctx, replaced.Name)...)
		replaced.Checked = true
	}

	resp.Diagnostics.Append(savePrivate(ctx, resp.Private, replacedKey, replaced)...)

	if forced {
		resp.RequiresReplace.Append(path.Root("state"))
	}

	// Terraform ignores a path that requires a replacement if its value does not change.
	if forced || deployedModelStates.isPending(ctx, state.State, req.Private) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("state"), types.StringUnknown())...)
	}
}

// losesModel reports whether the same plan replaces the deployment or the model under its name, which unloads the model.
func (r *deployedModelResource) losesModel(state *deployedModel) bool {
	if r.data == nil {
		return false
	}

	deployment, _ := r.data.plannedDeployments.get(state.Deployment.ValueString())
	modelCreated, _ := r.data.plannedModels.get(state.Model.ValueString())

	return deployment.Created || modelCreated
}
