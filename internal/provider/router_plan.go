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

// routerFailedKey marks a router whose creation failed while a resumed apply waited for it, which does not taint it.
const routerFailedKey = "router_failed"

// managed returns the router in the state.
func (r *router) managed() managedObject {
	return managedObject{
		Noun: "router", Name: r.ID.ValueString(), DeletionPolicy: r.DeletionPolicy.ValueString(),
		NeverUsable: r.State.ValueString() == fireworks.RouterStateCreating,
	}
}

// routerPlan is one plan: what is configured, planned, and in the state.
type routerPlan struct{ config, plan, state router }

// ModifyPlan reports at plan time what would otherwise fail during apply. No attribute has a plan modifier that requires a
// replacement: here is the only place that decides about it.
func (r *routerResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var p routerPlan

	p.plan, p.state = planAndState[router](ctx, req, &resp.Diagnostics)

	if !req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(req.Config.Get(ctx, &p.config)...)
	}

	switch {
	case resp.Diagnostics.HasError():
		return
	case req.Plan.Raw.IsNull():
		resp.Diagnostics.Append(r.data.planDestroy(routerKind, p.state.managed())...)
		return
	case req.State.Raw.IsNull():
		r.planCreate(ctx, &p, req, resp)
	default:
		r.planUpdate(ctx, &p, req, resp)
	}

	resp.Diagnostics.Append(resp.Plan.Set(ctx, p.plan)...)
}

// planCreate plans a new router, or the create half of a replacement.
func (r *routerResource) planCreate(
	ctx context.Context, p *routerPlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	check := r.newRouterCheck(ctx, p)
	_, isReplacement := loadPrivate[replacedObject](ctx, req.Private, replacedKey)

	if check.accountErr != nil && (isReplacement || isApplying(req)) {
		r.data.addAccountUnknown(&resp.Diagnostics, "Router "+p.config.RouterID.ValueString(), check.accountErr)
		return
	}

	if check.nameKnown {
		p.plan.setName(check.name, r.data.client)
	}

	r.data.checkCreation(ctx, p.creation(check), req, resp)
}

// planUpdate plans an update in place or requires a replacement, whose checks it runs: Terraform drops the warnings of the
// second plan of a replacement.
func (r *routerResource) planUpdate(
	ctx context.Context, p *routerPlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	replaced := replacedObject{managedObject: p.state.managed(), NeedsAccount: p.config.AccountID.IsNull()}

	resp.Diagnostics.Append(r.data.planKeep(routerKind, replaced.managedObject)...)

	replace := p.replacedPaths()

	if hasMark(ctx, req.Private, routerFailedKey) {
		resp.Diagnostics.AddAttributeWarning(path.Root("state"), summaryReplacingFailedRouter, fmt.Sprintf(
			"The creation of router %s failed, so this plan replaces it.", replaced.Name))

		replace = append(replace, path.Root("state"))
	}

	isReady := p.state.State.ValueString() == fireworks.RouterStateReady
	if len(replace) > 0 || routerStates.isPending(ctx, p.state.State, req.Private) || !isReady && len(p.plan.changes(&p.state)) > 0 {
		p.plan.State = types.StringUnknown()
	}

	switch check := r.newRouterCheck(ctx, p); {
	case resp.Diagnostics.HasError():
	case len(replace) == 0:
		if !isApplying(req) {
			resp.Diagnostics.Append(check.runUpdate(ctx, p.state.members())...)
		}
	case check.accountErr != nil:
		r.data.addAccountUnknown(&resp.Diagnostics, "Router "+p.config.RouterID.ValueString(), check.accountErr)
	default:
		resp.RequiresReplace = append(resp.RequiresReplace, replace...)
		replaced.Checked = true
		resp.Diagnostics.Append(r.data.planReplacement(ctx, p.creation(check), replaced.managedObject)...)
	}

	if !isApplying(req) {
		r.warnDeleted(&resp.Diagnostics, p)
	}

	resp.Diagnostics.Append(savePrivate(ctx, resp.Private, replacedKey, replaced)...)
}

// warnDeleted warns about deployments that the router serves until it is updated, and that this plan deletes. The plan
// of the deployment warns if it comes later.
func (r *routerResource) warnDeleted(diags *diag.Diagnostics, p *routerPlan) {
	for _, member := range p.state.members() {
		if r.data.plans.route(member, p.state.ID.ValueString()) {
			addDeletedBehindRouter(diags, path.Root("deployments"), member, p.state.ID.ValueString())
		}
	}
}

// replacedPaths returns the attributes whose change cannot be made in place. An unknown value counts as a change.
func (p *routerPlan) replacedPaths() (paths path.Paths) {
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
func (p *routerPlan) creation(check *routerCheck) creation {
	c := creation{kind: routerKind, id: p.config.RouterID.ValueString(), deletionPolicy: p.config.DeletionPolicy.ValueString()}
	c.needsAccount = p.config.AccountID.IsNull()

	if check.nameKnown {
		c.name = check.name.String()
	}

	if !isWhollyKnown(p.config.Deployments) {
		c.unknown = append(c.unknown, "deployments")
	}

	c.check = func(ctx context.Context, replaced string) diag.Diagnostics {
		check.replaced = replaced
		return check.run(ctx)
	}

	return c
}
