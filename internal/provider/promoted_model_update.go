package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// unsetMetadataKey marks a model whose state holds the planned metadata, which only a model that is ready is given. A
// refresh replaces it with that of the platform.
const unsetMetadataKey = "unset_metadata"

// Update changes metadata in place, after resuming the wait for a promotion that is still running.
func (r *promotedModelResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state promotedModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	name, err := state.modelName()
	if err != nil {
		resp.Diagnostics.AddError(summaryModelNotUpdated, err.Error())
		return
	}

	resp.Diagnostics.Append(resp.Identity.Set(ctx, modelNames.identity(name))...)
	resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, replacedKey)...)

	// After an error the state holds what needs no request.
	state.copyUnsent(&plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)

	var model *fireworks.Model

	if modelStates.isPending(ctx, state.State, req.Private) {
		if model = r.resume(ctx, req, resp, plan.Timeouts, name); model == nil {
			return
		}

		if hasMark(ctx, req.Private, unsetMetadataKey) {
			state.refresh(*model)
		}
	}

	if fields := plan.changes(&state); len(fields) > 0 {
		ctx, cancel := withTimeout(ctx, "timeouts.update", plan.Timeouts.Update, defaultUpdateTimeout,
			&resp.Diagnostics)
		defer cancel()

		if resp.Diagnostics.HasError() {
			return
		}

		model = sendUpdate(ctx, r.data, &resp.Diagnostics, modelSubject(name), summaryModelNotUpdated,
			func(ctx context.Context) (fireworks.Model, error) {
				return r.data.client.UpdateModel(ctx, name, fields)
			})
		if model == nil {
			return
		}

		addNotApplied(&resp.Diagnostics, "model "+name.String(), plan.notApplied(*model, fields))

		if resp.Diagnostics.HasError() {
			plan.refresh(*model)
		}
	}

	plan.fillUnknown(model)
	resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, unsetMetadataKey)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}
