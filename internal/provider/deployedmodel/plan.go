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
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Managed returns the deployed model in the state. It serves unless it was never loaded, or is being unloaded.
func (m *resourceModel) Managed(context.Context, lifecycle.PrivateReader) providerdata.ManagedObject {
	state := m.State.ValueString()

	return providerdata.ManagedObject{
		Noun: "deployed model", Name: m.InferenceModel.ValueString(),
		NeverUsable: state != fireworks.DeployedModelStateDeployed && state != fireworks.DeployedModelStateUpdating,
	}
}

type resourcePlan = lifecycle.ResourcePlan[resourceModel]

// ModifyPlan reports at plan time what would otherwise fail during apply. No attribute has a plan modifier that
// requires a replacement: here is the only place that decides about it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	lifecycle.ModifyPlan(ctx, r.Resource, req, resp, r.planCreate, r.planUpdate)
}

// planCreate plans a new deployed model, or the create half of a replacement.
func (r *Resource) planCreate(ctx context.Context, p *resourcePlan) {
	p.Plan.setPair()
	p.CheckCreation(ctx, r.creation(p))
}

// planUpdate plans an update in place or requires a replacement.
func (r *Resource) planUpdate(ctx context.Context, p *resourcePlan) {
	replace := attribute.Differing(&p.Plan, &p.State, "model", "deployment")
	replace = append(replace, r.replacedByCircumstances(ctx, p)...)

	deployment, model := p.State.Deployment.ValueString(), p.State.Model.ValueString()

	switch {
	case p.Resp.Diagnostics.HasError():
	case len(replace) > 0:
		p.RequireReplacement(ctx, r.creation(p), replace)
	case r.Data.Plans.Load(deployment, model):
		lifecycle.AddUnloads(&p.Resp.Diagnostics, path.Root("deployment"), deployment, model)
	}

	if lifecycle.DeployedModelStates.IsAwaited(ctx, p.State.State, p.Plan.WaitForInference, p.Req.Private) {
		p.Plan.State = types.StringUnknown()
	}
}

// replacedByCircumstances returns the attributes because of which the model must be loaded again although no argument
// changes: it is not usable, or the same plan creates the deployment or the model again under its name, which unloads
// the model.
func (r *Resource) replacedByCircumstances(ctx context.Context, p *resourcePlan) path.Paths {
	state := path.Root("state")

	switch {
	case p.State.State.ValueString() == fireworks.DeployedModelStateUndeploying ||
		lifecycle.HasMark(ctx, p.Req.Private, lifecycle.FailedKey):
		lifecycle.AddReplacesFailed(&p.Resp.Diagnostics, r.Kind, fmt.Sprintf(
			"The deployed model %s is not usable: it could not be loaded, or is being unloaded. This plan replaces it.",
			p.State.ID.ValueString()))
	case r.Data.Plans.Renews(p.State.Deployment.ValueString()) || r.Data.Plans.Renews(p.State.Model.ValueString()):
	default:
		return nil
	}

	// Terraform ignores a path whose value does not change.
	p.Plan.State = types.StringUnknown()

	return path.Paths{state}
}

// creation returns the plan as one that loads a model.
func (r *Resource) creation(p *resourcePlan) lifecycle.Creation {
	c := lifecycle.Creation{Kind: r.Kind}

	if pair, ok := p.Plan.pair(); ok {
		c.Name = pair.String()
	}

	c.Check = func(ctx context.Context, replaced string) diag.Diagnostics {
		check := &planCheck{data: r.Data, plan: &p.Plan, replaced: replaced}
		return check.run(ctx)
	}

	return c
}
