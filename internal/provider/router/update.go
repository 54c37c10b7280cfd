// SPDX-License-Identifier: MPL-2.0

package router

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
)

// Update changes the router in place, after resuming the wait for one that is still being created or updated.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	name := routerNames.InState(ctx, state.ID, resp.Identity, &resp.Diagnostics)

	if resp.Diagnostics.HasError() || !r.Data.RequireClient(&resp.Diagnostics) {
		return
	}

	resp.Diagnostics.Append(lifecycle.ClearPrivate(ctx, resp.Private, lifecycle.ReplacedKey)...)

	// After an error the state holds what the platform reported last, and what needs no request.
	fields := plan.changes(&state)
	state.DeletionPolicy, state.Timeouts = plan.DeletionPolicy, plan.Timeouts

	var last *fireworks.Router

	if lifecycle.RouterStates.IsPending(ctx, state.State, req.Private) {
		var failure *lifecycle.WaitError

		last, failure = r.resume(ctx, &resp.Diagnostics, &plan, name)
		if failure != nil && failure.End == lifecycle.EndFailed {
			resp.Diagnostics.Append(lifecycle.SetMark(ctx, resp.Private, routerFailedKey)...)
		}
	}

	if len(fields) > 0 && !resp.Diagnostics.HasError() {
		last = r.update(ctx, &resp.Diagnostics, routerChange{&plan, &state, name, fields})
	}

	if last != nil && last.State == fireworks.RouterStateReady {
		resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, lifecycle.CreatingKey, false)...)
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
func (r *Resource) resume(
	ctx context.Context, diags *diag.Diagnostics, plan *resourceModel, name fireworks.RouterName,
) (*fireworks.Router, *lifecycle.WaitError) {
	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.create", plan.Timeouts.Create, defaultRouterTimeout, diags)
	defer cancel()

	if diags.HasError() {
		return nil, nil
	}

	last, failure := r.waitUntilReady(ctx, name, nil)
	if failure != nil {
		failure.Report(diags, subjectOf(name), lifecycle.PhaseResume)
	}

	return last, failure
}

// routerChange is the change of a router in place.
type routerChange struct {
	plan, state *resourceModel
	name        fireworks.RouterName
	fields      fireworks.Fields
}

// update sends the fields and waits until the router is ready. It returns what it saw last of the router, nil if the
// request failed.
func (r *Resource) update(ctx context.Context, diags *diag.Diagnostics, change routerChange) *fireworks.Router {
	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.update", change.plan.Timeouts.Update, defaultRouterTimeout,
		diags)
	defer cancel()

	if diags.HasError() {
		return nil
	}

	updated := lifecycle.Update[fireworks.Router]{
		Data: r.Data, Subject: subjectOf(change.name), Prior: change.state.State,
		Get: func(ctx context.Context) (fireworks.Enum, error) {
			current, err := r.Data.Client.GetRouter(ctx, change.name)
			return current.State, err
		},
		Send: func(ctx context.Context) (fireworks.Router, error) {
			return r.Data.Client.UpdateRouter(ctx, change.name, change.fields)
		},
		AddRefused: func(diags *diag.Diagnostics, err error) {
			addRefused(r.Data, diags, diagnostic.SummaryRouterNotUpdated, subjectOf(change.name).NotUpdatedText(err),
				err)
		},
	}.Do(ctx, diags)
	if updated == nil {
		return nil
	}

	last, failure := r.waitUntilReady(ctx, change.name, updated)
	if failure != nil {
		failure.Report(diags, subjectOf(change.name), lifecycle.PhaseUpdate)
	} else {
		subjectOf(change.name).AddNotApplied(diags, change.plan.notApplied(*last, change.fields))
	}

	return last
}
