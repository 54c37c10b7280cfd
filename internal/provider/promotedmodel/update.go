// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// unsetMetadataKey marks a model whose state holds the planned metadata, which only a model that is ready is given. A
// refresh replaces it with that of the platform.
const unsetMetadataKey = "unset_metadata"

// Update changes metadata in place, after resuming the wait for a promotion that is still running.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, name, ok := lifecycle.StartUpdate[resourceModel](ctx, r.Data, providerdata.ModelNames, req, resp)
	if !ok {
		return
	}

	var last *fireworks.Model

	if lifecycle.ModelStates.IsPending(ctx, state.State, req.Private) {
		last = r.resume(ctx, req, resp, plan.Timeouts, name)

		if last != nil && lifecycle.HasMark(ctx, req.Private, unsetMetadataKey) {
			state.Refresh(*last)
		}
	}

	if fields := plan.changes(&state); len(fields) > 0 && !resp.Diagnostics.HasError() {
		last = lifecycle.Update[fireworks.Model]{
			Object: object(r.Data, name), Limits: plan.Timeouts, DefaultLimit: DefaultUpdateTimeout, Prior: state.State,
			Send: func(ctx context.Context) (fireworks.Model, error) {
				return r.Data.Client.UpdateModel(ctx, name, fields)
			},
			NotApplied: func(api fireworks.Model) []attribute.Unapplied { return plan.notApplied(api, fields) },
		}.Do(ctx, &resp.Diagnostics)
	}

	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(lifecycle.ClearPrivate(ctx, resp.Private, unsetMetadataKey)...)
	}

	lifecycle.SaveUpdated(ctx, resp, &plan, &state, last)
}
