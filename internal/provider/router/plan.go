// SPDX-License-Identifier: MPL-2.0

package router

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Managed returns the router in the state.
func (r *resourceModel) Managed(context.Context, lifecycle.PrivateReader) providerdata.ManagedObject {
	return providerdata.ManagedObject{
		Noun: "router", Name: r.ID.ValueString(), DeletionPolicy: r.DeletionPolicy.ValueString(),
		NeverUsable: r.State.ValueString() == fireworks.RouterStateCreating,
	}
}

type resourcePlan = lifecycle.ResourcePlan[resourceModel]

// ModifyPlan reports at plan time what would otherwise fail during apply. No attribute has a plan modifier that
// requires a replacement: here is the only place that decides about it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	lifecycle.ModifyPlan(ctx, r.Resource, req, resp, r.planCreate, r.planUpdate)
}

// planCreate plans a new router, or the create half of a replacement.
func (r *Resource) planCreate(ctx context.Context, p *resourcePlan) {
	p.ReadConfig(ctx)

	check := r.newRouterCheck(ctx, p)
	if check.creation.Name != "" {
		p.Plan.setName(check.name, r.Data.Client)
	}

	p.CheckCreation(ctx, check.creation)
}

// planUpdate plans an update in place or requires a replacement.
func (r *Resource) planUpdate(ctx context.Context, p *resourcePlan) {
	p.ReadConfig(ctx)

	if p.Plan.hasMembers(p.State.members()) {
		p.Plan.Deployments = p.State.Deployments
	}

	diags, replace := &p.Resp.Diagnostics, attribute.Differing(&p.Config, &p.State, "router_id", "account_id", "model")

	if lifecycle.HasMark(ctx, p.Req.Private, lifecycle.FailedKey) {
		lifecycle.AddReplacesFailed(diags, r.Kind,
			fmt.Sprintf("The creation of router %s failed, so this plan replaces it.", p.Replaced.Name))

		replace = append(replace, path.Root("state"))
	}

	isReady := p.State.State.ValueString() == fireworks.RouterStateReady
	if len(replace) > 0 || lifecycle.RouterStates.IsPending(ctx, p.State.State, p.Req.Private) || !isReady &&
		len(p.Plan.changes(&p.State)) > 0 {
		p.Plan.State = types.StringUnknown()
	}

	switch check := r.newRouterCheck(ctx, p); {
	case len(replace) > 0:
		p.RequireReplacement(ctx, check.creation, replace)
	case !diags.HasError() && !lifecycle.IsApplying(p.Req):
		diags.Append(check.runUpdate(ctx, p.State.members())...)
	}

	if !lifecycle.IsApplying(p.Req) {
		r.warnDeleted(p)
	}
}

// warnDeleted warns about deployments that the router serves until it is updated, and that this plan deletes. The plan
// of the deployment warns if it comes later.
func (r *Resource) warnDeleted(p *resourcePlan) {
	for _, member := range p.State.members() {
		if r.Data.Plans.Route(member, p.Replaced.Name) {
			lifecycle.AddDeletedBehindRouter(&p.Resp.Diagnostics, path.Root("deployments"), member, p.Replaced.Name)
		}
	}
}
