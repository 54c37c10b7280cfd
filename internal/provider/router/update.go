// SPDX-License-Identifier: MPL-2.0

package router

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
)

// Update changes the router in place, after resuming the wait for one that is still being created or updated.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, name, ok := lifecycle.StartUpdate[resourceModel](ctx, r.Data, routerNames, req, resp)
	if !ok {
		return
	}

	var last *fireworks.Router

	router := r.object(name)
	if router.States.IsPending(ctx, state.State, req.Private) {
		last = router.Resume(ctx, resp, state.State, plan.Timeouts, defaultRouterTimeout)
	}

	if fields := plan.changes(&state); len(fields) > 0 && !resp.Diagnostics.HasError() {
		last = lifecycle.Update[fireworks.Router]{
			Object: router, Limits: plan.Timeouts, DefaultLimit: defaultRouterTimeout, Prior: state.State,
			Send: func(ctx context.Context) (fireworks.Router, error) {
				return r.Data.Client.UpdateRouter(ctx, name, fields)
			},
			AddRefused: func(diags *diag.Diagnostics, err error) {
				addRefused(r.Data, diags, diagnostic.SummaryRouterNotUpdated, router.Subject.NotUpdatedText(err), err)
			},
			Await:      router.Wait,
			NotApplied: func(api fireworks.Router) []attribute.Unapplied { return plan.notApplied(api, fields) },
		}.Do(ctx, &resp.Diagnostics)
	}

	lifecycle.SaveUpdated(ctx, resp, &plan, &state, last)
}
