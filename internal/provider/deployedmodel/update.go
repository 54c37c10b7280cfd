// SPDX-License-Identifier: MPL-2.0

package deployedmodel

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Update changes metadata in place, after resuming the wait for a model that is still being loaded.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	name := providerdata.DeployedModelNames.InState(ctx, state.ID, resp.Identity, &resp.Diagnostics)

	if resp.Diagnostics.HasError() || !r.Data.RequireClient(&resp.Diagnostics) {
		return
	}

	resp.Diagnostics.Append(lifecycle.ClearPrivate(ctx, resp.Private, lifecycle.ReplacedKey)...)

	// After an error the state holds what needs no request.
	state.copyUnsent(&plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)

	var last *fireworks.DeployedModel

	if lifecycle.DeployedModelStates.IsPending(ctx, state.State, req.Private) ||
		plan.WaitForInference.ValueBool() && lifecycle.HasMark(ctx, req.Private, lifecycle.AwaitingInferenceKey) {
		var failure *lifecycle.WaitError

		last, failure = r.resume(ctx, &resp.Diagnostics, &plan, name)
		if failure != nil && failure.End == lifecycle.EndFailed {
			resp.Diagnostics.Append(lifecycle.SetMark(ctx, resp.Private, LoadFailedKey)...)
		}

		if last == nil {
			return
		}

		resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, lifecycle.CreatingKey, false)...)
		resp.Diagnostics.Append(lifecycle.ClearPrivate(ctx, resp.Private, lifecycle.AwaitingInferenceKey)...)
	}

	if fields := plan.changes(&state); len(fields) > 0 {
		if last = r.change(ctx, resp, &plan, name, fields); last == nil {
			return
		}
	}

	plan.fillUnknown(last)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// change sends the fields that differ. It returns nil and an error if they were not sent.
func (r *Resource) change(
	ctx context.Context, resp *resource.UpdateResponse, plan *resourceModel, name fireworks.DeployedModelName,
	fields fireworks.Fields,
) *fireworks.DeployedModel {
	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.update", plan.Timeouts.Update, defaultUpdateTimeout,
		&resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return nil
	}

	last := lifecycle.Update[fireworks.DeployedModel]{
		Data: r.Data, Subject: subjectOf(name),
		Get: func(ctx context.Context) (fireworks.Enum, error) {
			current, err := r.Data.Client.GetDeployedModel(ctx, name)
			return current.State, err
		},
		Send: func(ctx context.Context) (fireworks.DeployedModel, error) {
			return r.Data.Client.UpdateDeployedModel(ctx, name, fields)
		},
	}.Do(ctx, &resp.Diagnostics)
	if last == nil {
		return nil
	}

	if last.State == fireworks.DeployedModelStateUpdating {
		if failure := r.waitForInference(ctx, &resp.Diagnostics, plan); failure != nil {
			failure.Report(&resp.Diagnostics, subjectOf(name), lifecycle.PhaseUpdate)
			resp.Diagnostics.Append(lifecycle.SetMark(ctx, resp.Private, lifecycle.AwaitingInferenceKey)...)
		}
	}

	subjectOf(name).AddNotApplied(&resp.Diagnostics, plan.notApplied(*last, fields))

	if resp.Diagnostics.HasError() {
		plan.refresh(*last)
	}

	return last
}
