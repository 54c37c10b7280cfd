// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// unsetMetadataKey marks a model whose state holds the planned metadata, which only a model that is ready is given. A
// refresh replaces it with that of the platform.
const unsetMetadataKey = "unset_metadata"

// Update changes metadata in place, after resuming the wait for a promotion that is still running.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	name := providerdata.ModelNames.InState(ctx, state.ID, resp.Identity, &resp.Diagnostics)

	if resp.Diagnostics.HasError() || !r.Data.RequireClient(&resp.Diagnostics) {
		return
	}

	resp.Diagnostics.Append(lifecycle.ClearPrivate(ctx, resp.Private, lifecycle.ReplacedKey)...)

	// After an error the state holds what needs no request.
	state.copyUnsent(&plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)

	var model *fireworks.Model

	if lifecycle.ModelStates.IsPending(ctx, state.State, req.Private) {
		if model = r.resume(ctx, req, resp, plan.Timeouts, name); model == nil {
			return
		}

		if lifecycle.HasMark(ctx, req.Private, unsetMetadataKey) {
			state.refresh(*model)
		}
	}

	if fields := plan.changes(&state); len(fields) > 0 {
		ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.update", plan.Timeouts.Update, DefaultUpdateTimeout,
			&resp.Diagnostics)
		defer cancel()

		if resp.Diagnostics.HasError() {
			return
		}

		model = lifecycle.Update[fireworks.Model]{
			Data: r.Data, Subject: subjectOf(name), Prior: state.State,
			Get: func(ctx context.Context) (fireworks.Enum, error) {
				current, err := r.Data.Client.GetModel(ctx, name)
				return current.State, err
			},
			Send: func(ctx context.Context) (fireworks.Model, error) {
				return r.Data.Client.UpdateModel(ctx, name, fields)
			},
		}.Do(ctx, &resp.Diagnostics)
		if model == nil {
			return
		}

		subjectOf(name).AddNotApplied(&resp.Diagnostics, plan.notApplied(*model, fields))

		if resp.Diagnostics.HasError() {
			plan.refresh(*model)
		}
	}

	plan.fillUnknown(model)
	resp.Diagnostics.Append(lifecycle.ClearPrivate(ctx, resp.Private, unsetMetadataKey)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}
