package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// loadFailedKey marks a deployed model whose loading failed while a resumed apply waited for it, which does not taint it.
const loadFailedKey = "load_failed"

// managed returns the deployed model in the state. It serves unless it was never loaded, or is being unloaded.
func (m *deployedModel) managed() managedObject {
	state := m.State.ValueString()

	return managedObject{
		Noun: "deployed model", Name: m.InferenceModel.ValueString(),
		NeverUsable: state != fireworks.DeployedModelStateDeployed && state != fireworks.DeployedModelStateUpdating,
	}
}

// deployedModelPlan is one plan: what is planned, and in the state.
type deployedModelPlan struct{ plan, state deployedModel }

// ModifyPlan reports at plan time what would otherwise fail during apply. No attribute has a plan modifier that requires a
// replacement: here is the only place that decides about it.
func (r *deployedModelResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer func() { resp.Diagnostics = r.data.eachCauseOnce(resp.Diagnostics) }()

	var p deployedModelPlan

	p.plan, p.state = planAndState[deployedModel](ctx, req, &resp.Diagnostics)

	switch {
	case resp.Diagnostics.HasError():
	case req.Plan.Raw.IsNull():
		resp.Diagnostics.Append(r.data.planDestroy(deployedModelKind, p.state.managed())...)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, &p, req, resp)
	default:
		r.planUpdate(ctx, &p, req, resp)
	}
}

// planCreate plans a new deployed model, or the create half of a replacement.
func (r *deployedModelResource) planCreate(
	ctx context.Context, p *deployedModelPlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	p.plan.setPair()
	resp.Diagnostics.Append(resp.Plan.Set(ctx, p.plan)...)

	r.data.checkCreation(ctx, p.creation(r.data), req, resp)
}

// planUpdate plans an update in place or requires a replacement, whose checks it runs: Terraform drops the warnings of the
// second plan of a replacement.
func (r *deployedModelResource) planUpdate(
	ctx context.Context, p *deployedModelPlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	replaced := replacedObject{managedObject: p.state.managed()}

	resp.Diagnostics.Append(r.data.planKeep(deployedModelKind, replaced.managedObject)...)

	replace := append(p.replacedPaths(), r.replacedByCircumstances(ctx, p, req, resp)...)

	if len(replace) > 0 && !resp.Diagnostics.HasError() {
		resp.RequiresReplace = append(resp.RequiresReplace, replace...)
		resp.Diagnostics.Append(r.data.checkReplacement(ctx, p.creation(r.data), replaced.managedObject)...)
		replaced.Checked = true
	}

	resp.Diagnostics.Append(savePrivate(ctx, resp.Private, replacedKey, replaced)...)

	if deployedModelStates.isPending(ctx, p.state.State, req.Private) ||
		p.plan.WaitForInference.ValueBool() && hasMark(ctx, req.Private, awaitingInferenceKey) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("state"), types.StringUnknown())...)
	}
}

// replacedPaths returns the attributes whose change cannot be made in place. An unknown value counts as a change.
func (p *deployedModelPlan) replacedPaths() (paths path.Paths) {
	if !p.plan.Model.Equal(p.state.Model) {
		paths = append(paths, path.Root("model"))
	}

	if !p.plan.Deployment.Equal(p.state.Deployment) {
		paths = append(paths, path.Root("deployment"))
	}

	return paths
}

// replacedByCircumstances returns the attributes because of which the model must be loaded again although no argument changes: it is
// not usable, or the same plan creates the deployment or the model again under its name, which unloads the model.
func (r *deployedModelResource) replacedByCircumstances(
	ctx context.Context, p *deployedModelPlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) path.Paths {
	state := path.Root("state")

	switch {
	case p.state.State.ValueString() == fireworks.DeployedModelStateUndeploying || hasMark(ctx, req.Private, loadFailedKey):
		resp.Diagnostics.AddAttributeWarning(state, summaryReplacingUnusableDeployedModel, fmt.Sprintf(
			"The deployed model %s is not usable: it could not be loaded, or is being unloaded. This plan replaces it.",
			p.state.ID.ValueString()))
	case r.data.plans.renews(p.state.Deployment.ValueString()) || r.data.plans.renews(p.state.Model.ValueString()):
	default:
		return nil
	}

	// Terraform ignores a path whose value does not change.
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, state, types.StringUnknown())...)

	return path.Paths{state}
}

// creation returns the plan as one that loads a model.
func (p *deployedModelPlan) creation(data *providerData) creation {
	c := creation{kind: deployedModelKind}

	if pair, ok := p.plan.pair(); ok {
		c.name = pair.String()
	}

	c.check = func(ctx context.Context, replaced string) diag.Diagnostics {
		check := &deployedModelCheck{data: data, plan: &p.plan, replaced: replaced}
		return check.run(ctx)
	}

	return c
}
