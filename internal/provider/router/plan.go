// SPDX-License-Identifier: MPL-2.0

package router

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// managed returns the router in the state.
func (r *resourceModel) managed() providerdata.ManagedObject {
	return providerdata.ManagedObject{
		Noun: "router", Name: r.ID.ValueString(), DeletionPolicy: r.DeletionPolicy.ValueString(),
		NeverUsable: r.State.ValueString() == fireworks.RouterStateCreating,
	}
}

// resourcePlan is one plan: what is configured, planned, and in the state.
type resourcePlan struct{ config, plan, state resourceModel }

// ModifyPlan reports at plan time what would otherwise fail during apply. No attribute has a plan modifier that
// requires a replacement: here is the only place that decides about it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer func() { resp.Diagnostics = r.Data.EachCauseOnce(resp.Diagnostics) }()

	var p resourcePlan

	p.plan, p.state = providerdata.PlanAndState[resourceModel](ctx, req, &resp.Diagnostics)
	proposed := p.plan

	if !req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(req.Config.Get(ctx, &p.config)...)
	}

	switch {
	case resp.Diagnostics.HasError():
		return
	case req.Plan.Raw.IsNull():
		resp.Diagnostics.Append(lifecycle.PlanDestroy(r.Data, providerdata.RouterKind, p.state.managed())...)
		return
	case req.State.Raw.IsNull():
		r.planCreate(ctx, &p, req, resp)
	default:
		r.planUpdate(ctx, &p, req, resp)
	}

	resp.Diagnostics.Append(providerdata.SetIfChanged(ctx, &resp.Plan, proposed, p.plan)...)
}

// planCreate plans a new router, or the create half of a replacement.
func (r *Resource) planCreate(
	ctx context.Context, p *resourcePlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	check := r.newRouterCheck(ctx, p)
	_, isReplacement := lifecycle.LoadPrivate[lifecycle.ReplacedObject](ctx, req.Private, lifecycle.ReplacedKey)

	if check.accountErr != nil && (isReplacement || lifecycle.IsApplying(req)) {
		lifecycle.AddAccountUnknown(r.Data, &resp.Diagnostics, "Router "+p.config.RouterID.ValueString(),
			check.accountErr)

		return
	}

	if check.nameKnown {
		p.plan.setName(check.name, r.Data.Client)
	}

	lifecycle.CheckCreation(ctx, r.Data, p.creation(check), req, resp)
}

// planUpdate plans an update in place or requires a replacement, whose checks it runs: Terraform drops the warnings of
// the second plan of a replacement.
func (r *Resource) planUpdate(
	ctx context.Context, p *resourcePlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	replaced := lifecycle.ReplacedObject{ManagedObject: p.state.managed(), NeedsAccount: p.config.AccountID.IsNull()}

	if p.plan.hasMembers(p.state.members()) {
		p.plan.Deployments = p.state.Deployments
	}

	resp.Diagnostics.Append(lifecycle.PlanKeep(r.Data, providerdata.RouterKind, replaced.ManagedObject)...)

	replace := p.replacedPaths()

	if lifecycle.HasMark(ctx, req.Private, lifecycle.FailedKey) {
		resp.Diagnostics.AddAttributeWarning(path.Root("state"), diagnostic.SummaryReplacingFailedRouter, fmt.Sprintf(
			"The creation of router %s failed, so this plan replaces it.", replaced.Name))

		replace = append(replace, path.Root("state"))
	}

	isReady := p.state.State.ValueString() == fireworks.RouterStateReady
	if len(replace) > 0 || lifecycle.RouterStates.IsPending(ctx, p.state.State, req.Private) || !isReady &&
		len(p.plan.changes(&p.state)) > 0 {
		p.plan.State = types.StringUnknown()
	}

	switch check := r.newRouterCheck(ctx, p); {
	case resp.Diagnostics.HasError():
	case len(replace) == 0:
		if !lifecycle.IsApplying(req) {
			resp.Diagnostics.Append(check.runUpdate(ctx, p.state.members())...)
		}
	case check.accountErr != nil:
		lifecycle.AddAccountUnknown(r.Data, &resp.Diagnostics, "Router "+p.config.RouterID.ValueString(),
			check.accountErr)
	default:
		resp.RequiresReplace = append(resp.RequiresReplace, replace...)
		replaced.Checked = true
		resp.Diagnostics.Append(lifecycle.PlanReplacement(ctx, r.Data, p.creation(check), replaced.ManagedObject)...)
	}

	if !lifecycle.IsApplying(req) {
		r.warnDeleted(&resp.Diagnostics, p)
	}

	resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, lifecycle.ReplacedKey, replaced)...)
}

// warnDeleted warns about deployments that the router serves until it is updated, and that this plan deletes. The plan
// of the deployment warns if it comes later.
func (r *Resource) warnDeleted(diags *diag.Diagnostics, p *resourcePlan) {
	for _, member := range p.state.members() {
		if r.Data.Plans.Route(member, p.state.ID.ValueString()) {
			lifecycle.AddDeletedBehindRouter(diags, path.Root("deployments"), member, p.state.ID.ValueString())
		}
	}
}

// replacedPaths returns the attributes whose change cannot be made in place. An unknown value counts as a change.
func (p *resourcePlan) replacedPaths() (paths path.Paths) {
	config, state := &p.config, &p.state

	if !config.RouterID.Equal(state.RouterID) {
		paths = append(paths, path.Root("router_id"))
	}

	if !config.AccountID.IsNull() && !config.AccountID.Equal(state.AccountID) {
		paths = append(paths, path.Root("account_id"))
	}

	if !config.Model.IsNull() && !config.Model.Equal(state.Model) {
		paths = append(paths, path.Root("model"))
	}

	return paths
}

// creation returns the plan as one that creates a router.
func (p *resourcePlan) creation(check *planCheck) lifecycle.Creation {
	c := lifecycle.Creation{Kind: providerdata.RouterKind, ID: p.config.RouterID.ValueString(),
		DeletionPolicy: p.config.DeletionPolicy.ValueString()}
	c.NeedsAccount = p.config.AccountID.IsNull()

	if check.nameKnown {
		c.Name = check.name.String()
	}

	if !attribute.IsWhollyKnown(p.config.Deployments) {
		c.Unknown = append(c.Unknown, "deployments")
	}

	c.Check = func(ctx context.Context, replaced string) diag.Diagnostics {
		check.replaced = replaced
		return check.run(ctx)
	}

	return c
}
