package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deletedDeploymentGrace is how long the API may count a deployment of a model after the deployment was deleted.
const deletedDeploymentGrace = 90 * time.Second

// deleteModel deletes the model and waits until it does not exist.
func (r *promotedModelResource) deleteModel(ctx context.Context, name fireworks.ModelName) error {
	err := deletion[fireworks.Model]{
		data: r.data, subject: modelSubject(name),
		request: func(ctx context.Context) error { return r.requestDeletion(ctx, name) },
		wait: stateWait[fireworks.Model]{
			get:     func(ctx context.Context) (fireworks.Model, error) { return r.data.client.GetModelOnce(ctx, name) },
			observe: func(m fireworks.Model) observation { return observationOf(m.State, m.Status) },
			states:  modelStates,
		},
	}.run(ctx)
	if err == nil {
		r.data.deletedNames.put(name.String(), r.data.clock.Now())
	}

	return err
}

// isUsable reports whether the platform has a model that is ready, or does not say: the state in Terraform may be
// older.
func (r *promotedModelResource) isUsable(ctx context.Context, name fireworks.ModelName) bool {
	model, err := r.data.client.GetModel(ctx, name)
	if fireworks.IsNotFound(err) {
		return false
	}

	return err != nil || model.State == fireworks.ModelStateReady
}

// awaitPromotion waits for the promotion of a model that is to be deleted: the platform would create the model after
// the deletion. It reports whether there may be a model to delete.
func (r *promotedModelResource) awaitPromotion(
	ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse, name fireworks.ModelName,
) bool {
	p := r.data.newPromotion(name)
	p.waiter.immediate()
	p.operation, _ = loadPendingPromotion(ctx, req.Private)

	known := p.operation != ""
	p.deleting = true

	failure := p.wait(ctx)
	if failure == nil || failure.end == endFailed {
		return true
	}

	if failure.end == endGone {
		if !known || p.unreadable {
			resp.Diagnostics.AddWarning(summaryPromotionUntracked, fmt.Sprintf(
				"Model %s does not exist, but whether its promotion has ended is not known. If it is still running, the model will appear on "+
					"the platform, outside of Terraform.", name))
		}

		// A model that something else created stays.
		return !failure.foreign
	}

	failure.note = " Its promotion may be running, and the model would appear after a deletion, so nothing was deleted."
	failure.report(&resp.Diagnostics, modelSubject(name), phaseDelete)

	return false
}

// requestDeletion requests the deletion, again as long as it is refused because of deployments that no longer exist.
func (r *promotedModelResource) requestDeletion(ctx context.Context, name fireworks.ModelName) error {
	started := r.data.clock.Now()

	for attempt := 0; ; attempt++ {
		err := r.data.client.DeleteModel(ctx, name)
		if !fireworks.IsFailedPrecondition(err) || !r.isUndeployed(ctx, name) || r.data.clock.Now().Sub(started) >= deletedDeploymentGrace {
			return err
		}

		if r.data.clock.Sleep(ctx, retryDelay(err, attempt)) != nil {
			return context.Cause(ctx)
		}
	}
}

// isUndeployed reports whether all deployments that the API counts for the model were deleted.
func (r *promotedModelResource) isUndeployed(ctx context.Context, name fireworks.ModelName) bool {
	model, err := r.data.client.GetModel(ctx, name)
	if err != nil {
		return false
	}

	for _, deployment := range model.Deployments {
		if !r.data.isDeploymentGone(ctx, deployment) {
			return false
		}
	}

	return true
}
