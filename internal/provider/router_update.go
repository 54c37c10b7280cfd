package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// Update changes the router in place, after resuming the wait for one that is still being created or updated.
func (r *routerResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state router
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	name, err := state.routerName()
	if err != nil {
		resp.Diagnostics.AddError(summaryRouterNotUpdated, err.Error())
		return
	}

	resp.Diagnostics.Append(resp.Identity.Set(ctx, routerNames.identity(name))...)
	resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, replacedKey)...)

	// After an error the state holds what the platform reported last, and what needs no request.
	fields := plan.changes(&state)
	state.copyUnsent(&plan)

	var last *fireworks.Router

	if routerStates.isPending(ctx, state.State, req.Private) {
		var failure *waitError
		if last, failure = r.resume(ctx, &resp.Diagnostics, &plan, name); failure != nil && failure.end == endFailed {
			resp.Diagnostics.Append(setMark(ctx, resp.Private, routerFailedKey)...)
		}
	}

	if len(fields) > 0 && !resp.Diagnostics.HasError() {
		last = r.update(ctx, &resp.Diagnostics, &plan, name, fields)
	}

	if last != nil && last.State == fireworks.RouterStateReady {
		resp.Diagnostics.Append(savePrivate(ctx, resp.Private, creatingKey, false)...)
	}

	if !resp.Diagnostics.HasError() {
		plan.fillUnknown(last)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)

		return
	}

	if last != nil {
		state.refresh(*last)
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// resume waits for a router that an earlier apply is creating or updating.
func (r *routerResource) resume(
	ctx context.Context, diags *diag.Diagnostics, plan *router, name fireworks.RouterName,
) (*fireworks.Router, *waitError) {
	ctx, cancel := withTimeout(ctx, "timeouts.create", plan.Timeouts.Create, defaultRouterTimeout, diags)
	defer cancel()

	if diags.HasError() {
		return nil, nil
	}

	last, failure := r.waitUntilReady(ctx, name, nil)
	if failure != nil {
		failure.report(diags, routerSubject(name), phaseResume)
	}

	return last, failure
}

// update sends the fields and waits until the router is ready. It returns what it saw last of the router, nil if the
// request failed.
func (r *routerResource) update(
	ctx context.Context, diags *diag.Diagnostics, plan *router, name fireworks.RouterName, fields fireworks.Fields,
) *fireworks.Router {
	ctx, cancel := withTimeout(ctx, "timeouts.update", plan.Timeouts.Update, defaultRouterTimeout, diags)
	defer cancel()

	err := ctxError(ctx)
	if diags.HasError() {
		return nil
	}

	var updated fireworks.Router
	if err == nil {
		updated, err = r.data.client.UpdateRouter(ctx, name, fields)
	}

	if err != nil {
		if !addUpdateStopped(ctx, diags, routerSubject(name), summaryRouterNotUpdated, err) {
			addRouterRefused(diags, summaryRouterNotUpdated, name, "updated", err)
		}

		return nil
	}

	last, failure := r.waitUntilReady(ctx, name, &updated)
	if failure != nil {
		failure.report(diags, routerSubject(name), phaseUpdate)
	} else {
		addNotApplied(diags, "router "+name.String(), plan.notApplied(*last, fields))
	}

	return last
}
