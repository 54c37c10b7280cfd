// SPDX-License-Identifier: MPL-2.0

package deployedmodel

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// managed returns the deployed model in the state. It serves unless it was never loaded, or is being unloaded.
func (m *resourceModel) managed() providerdata.ManagedObject {
	state := m.State.ValueString()

	return providerdata.ManagedObject{
		Noun: "deployed model", Name: m.InferenceModel.ValueString(),
		NeverUsable: state != fireworks.DeployedModelStateDeployed && state != fireworks.DeployedModelStateUpdating,
	}
}

// resourcePlan is one plan: what is planned, and in the state.
type resourcePlan struct{ plan, state resourceModel }

// ModifyPlan reports at plan time what would otherwise fail during apply. No attribute has a plan modifier that
// requires a replacement: here is the only place that decides about it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer func() { resp.Diagnostics = r.Data.EachCauseOnce(resp.Diagnostics) }()

	var p resourcePlan

	p.plan, p.state = providerdata.PlanAndState[resourceModel](ctx, req, &resp.Diagnostics)

	switch {
	case resp.Diagnostics.HasError():
	case req.Plan.Raw.IsNull():
		resp.Diagnostics.Append(lifecycle.PlanDestroy(r.Data, providerdata.DeployedModelKind, p.state.managed())...)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, &p, req, resp)
	default:
		r.planUpdate(ctx, &p, req, resp)
	}
}

// planCreate plans a new deployed model, or the create half of a replacement.
func (r *Resource) planCreate(
	ctx context.Context, p *resourcePlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	p.plan.setPair()
	resp.Diagnostics.Append(resp.Plan.Set(ctx, p.plan)...)

	lifecycle.CheckCreation(ctx, r.Data, p.creation(r.Data), req, resp)
}

// planUpdate plans an update in place or requires a replacement, whose checks it runs: Terraform drops the warnings of
// the second plan of a replacement.
func (r *Resource) planUpdate(
	ctx context.Context, p *resourcePlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	replaced := lifecycle.ReplacedObject{ManagedObject: p.state.managed()}

	resp.Diagnostics.Append(lifecycle.PlanKeep(r.Data, providerdata.DeployedModelKind, replaced.ManagedObject)...)

	replace := append(p.replacedPaths(), r.replacedByCircumstances(ctx, p, req, resp)...)

	if len(replace) > 0 && !resp.Diagnostics.HasError() {
		r.Data.Plans.Remove(replaced.Name)

		resp.RequiresReplace = append(resp.RequiresReplace, replace...)
		resp.Diagnostics.Append(lifecycle.CheckReplacement(ctx, r.Data, p.creation(r.Data), replaced.ManagedObject)...)
		replaced.Checked = true
	}

	resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, lifecycle.ReplacedKey, replaced)...)

	if lifecycle.DeployedModelStates.IsAwaited(ctx, p.state.State, p.plan.WaitForInference, req.Private) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("state"), types.StringUnknown())...)
	}
}

// replacedPaths returns the attributes whose change cannot be made in place. An unknown value counts as a change.
func (p *resourcePlan) replacedPaths() (paths path.Paths) {
	if !p.plan.Model.Equal(p.state.Model) {
		paths = append(paths, path.Root("model"))
	}

	if !p.plan.Deployment.Equal(p.state.Deployment) {
		paths = append(paths, path.Root("deployment"))
	}

	return paths
}

// replacedByCircumstances returns the attributes because of which the model must be loaded again although no argument
// changes: it is not usable, or the same plan creates the deployment or the model again under its name, which unloads
// the model.
func (r *Resource) replacedByCircumstances(
	ctx context.Context, p *resourcePlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) path.Paths {
	state := path.Root("state")

	switch {
	case p.state.State.ValueString() == fireworks.DeployedModelStateUndeploying ||
		lifecycle.HasMark(ctx, req.Private, lifecycle.FailedKey):
		resp.Diagnostics.AddAttributeWarning(state, diagnostic.SummaryReplacingUnusableDeployedModel, fmt.Sprintf(
			"The deployed model %s is not usable: it could not be loaded, or is being unloaded. This plan replaces it.",
			p.state.ID.ValueString()))
	case r.Data.Plans.Renews(p.state.Deployment.ValueString()) || r.Data.Plans.Renews(p.state.Model.ValueString()):
	default:
		return nil
	}

	// Terraform ignores a path whose value does not change.
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, state, types.StringUnknown())...)

	return path.Paths{state}
}

// creation returns the plan as one that loads a model.
func (p *resourcePlan) creation(data *providerdata.Data) lifecycle.Creation {
	c := lifecycle.Creation{Kind: providerdata.DeployedModelKind}

	if pair, ok := p.plan.pair(); ok {
		c.Name = pair.String()
	}

	c.Check = func(ctx context.Context, replaced string) diag.Diagnostics {
		check := &planCheck{data: data, plan: &p.plan, replaced: replaced}
		return check.run(ctx)
	}

	return c
}
