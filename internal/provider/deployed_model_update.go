package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// Update changes metadata in place, after resuming the wait for a model that is still being loaded.
func (r *deployedModelResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state deployedModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	name, err := state.deployedModelName()
	if err != nil {
		resp.Diagnostics.AddError(summaryDeployedModelNotUpdated, err.Error())
		return
	}

	resp.Diagnostics.Append(resp.Identity.Set(ctx, deployedModelNames.identity(name))...)
	resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, replacedKey)...)

	// After an error the state holds what needs no request.
	state.copyUnsent(&plan)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)

	var last *fireworks.DeployedModel

	if deployedModelStates.isPending(ctx, state.State, req.Private) ||
		plan.WaitForInference.ValueBool() && hasMark(ctx, req.Private, awaitingInferenceKey) {
		var failure *waitError

		last, failure = r.resume(ctx, &resp.Diagnostics, &plan, name)
		if failure != nil && failure.end == endFailed {
			resp.Diagnostics.Append(setMark(ctx, resp.Private, loadFailedKey)...)
		}

		if last == nil {
			return
		}

		resp.Diagnostics.Append(savePrivate(ctx, resp.Private, creatingKey, false)...)
		resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, awaitingInferenceKey)...)
	}

	if fields := plan.changes(&state); len(fields) > 0 {
		ctx, cancel := withTimeout(ctx, "timeouts.update", plan.Timeouts.Update, defaultLoadUpdateTimeout,
			&resp.Diagnostics)
		defer cancel()

		if resp.Diagnostics.HasError() {
			return
		}

		last = sendUpdate(ctx, r.data, &resp.Diagnostics, deployedModelSubject(name), summaryDeployedModelNotUpdated,
			func(ctx context.Context) (fireworks.DeployedModel, error) {
				return r.data.client.UpdateDeployedModel(ctx, name, fields)
			})
		if last == nil {
			return
		}

		if last.State == fireworks.DeployedModelStateUpdating {
			if failure := r.waitForInference(ctx, &resp.Diagnostics, &plan); failure != nil {
				failure.report(&resp.Diagnostics, deployedModelSubject(name), phaseUpdate)
				resp.Diagnostics.Append(setMark(ctx, resp.Private, awaitingInferenceKey)...)
			}
		}

		addNotApplied(&resp.Diagnostics, "deployed model "+name.String(), plan.notApplied(*last, fields))

		if resp.Diagnostics.HasError() {
			plan.refresh(*last)
		}
	}

	plan.fillUnknown(last)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}
