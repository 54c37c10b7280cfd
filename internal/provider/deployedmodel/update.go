// SPDX-License-Identifier: MPL-2.0

package deployedmodel

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Update changes metadata in place, after resuming the wait for a model that is still being loaded.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, state, name, ok := lifecycle.StartUpdate[resourceModel](ctx, r.Data, providerdata.DeployedModelNames, req,
		resp)
	if !ok {
		return
	}

	var last *fireworks.DeployedModel

	deployed := r.object(name, &plan)
	if deployed.States.IsAwaited(ctx, state.State, plan.WaitForInference, req.Private) {
		last = deployed.Resume(ctx, resp, state.State, plan.Timeouts, DefaultCreateTimeout)
	}

	if fields := plan.changes(&state); len(fields) > 0 && !resp.Diagnostics.HasError() {
		last = lifecycle.Update[fireworks.DeployedModel]{
			Object: deployed, Limits: plan.Timeouts, DefaultLimit: defaultUpdateTimeout,
			Send: func(ctx context.Context) (fireworks.DeployedModel, error) {
				return r.Data.Client.UpdateDeployedModel(ctx, name, fields)
			},
			Await: func(
				ctx context.Context, updated *fireworks.DeployedModel,
			) (*fireworks.DeployedModel, *lifecycle.WaitError) {
				return updated, r.respondAfter(ctx, resp, deployed, updated)
			},
			NotApplied: func(api fireworks.DeployedModel) []attribute.Unapplied {
				return plan.notApplied(api, fields)
			},
		}.Do(ctx, &resp.Diagnostics)
	}

	lifecycle.SaveUpdated(ctx, resp, &plan, &state, last)
}

// respondAfter waits until a model that an update loads again responds, if that is configured.
func (r *Resource) respondAfter(
	ctx context.Context, resp *resource.UpdateResponse, deployed lifecycle.Object[fireworks.DeployedModel],
	updated *fireworks.DeployedModel,
) *lifecycle.WaitError {
	if updated.State != fireworks.DeployedModelStateUpdating || deployed.Respond == nil {
		return nil
	}

	failure := deployed.Respond(ctx, &resp.Diagnostics)
	if failure != nil {
		resp.Diagnostics.Append(lifecycle.SetMark(ctx, resp.Private, lifecycle.AwaitingInferenceKey)...)
	}

	return failure
}
