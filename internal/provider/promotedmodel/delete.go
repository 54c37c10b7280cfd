// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// deletedDeploymentGrace is how long the API may count a deployment of a model after the deployment was deleted.
const deletedDeploymentGrace = 90 * time.Second

// deleteModel deletes the model in the state and waits until it does not exist.
func (r *Resource) deleteModel(ctx context.Context, name fireworks.ModelName, state resourceModel) error {
	model := object(r.Data, name)

	err := model.Delete(ctx, func(ctx context.Context) error { return r.requestDeletion(ctx, name) })
	if err == nil {
		model.RecordDeletion(state.describeDeleted())
	}

	return err
}

// describeDeleted says which model was deleted.
func (m resourceModel) describeDeleted() string {
	text := "model " + m.ID.ValueString()
	if checkpoint := m.CheckpointName.ValueString(); checkpoint != "" {
		text += ", promoted from " + checkpoint
	}

	return text
}

// awaitPromotion waits for the promotion of a model that is to be deleted: the platform would create the model after
// the deletion. It reports whether there may be a model to delete. A model that is ready is not deleted while it is not
// known whether it is the result of the promotion.
func (r *Resource) awaitPromotion(
	ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse, name fireworks.ModelName,
) bool {
	p := newPromotion(r.Data, name)
	p.waiter.Immediate()
	p.operation, _ = loadPendingPromotion(ctx, req.Private)

	known := p.operation != ""
	p.deleting = true

	failure := p.wait(ctx)

	switch {
	case failure == nil && p.unreadable != nil:
		resp.Diagnostics.AddError(diagnostic.SummaryPromotionOutcomeLost, resultUnknownDetail(
			fmt.Sprintf("Model %s was not deleted.", name), p.unreadable,
			"To keep the model, remove it from the state, which deletes nothing. To delete it, import it afterwards, "+
				"which makes it the model of this resource, and try again.\n\n"+
				diagnostic.CommandHint("terraform state rm ", providerdata.PromotedModelType)))

		return false
	case failure == nil || failure.End == lifecycle.EndFailed:
		return true
	}

	if failure.End == lifecycle.EndGone {
		if !known || p.unreadable != nil {
			resp.Diagnostics.AddWarning(diagnostic.SummaryPromotionUntracked, fmt.Sprintf(
				"Model %s does not exist, but whether its promotion has ended is not known. If it is still running, "+
					"the model will appear on the platform, outside of Terraform.", name))
		}

		// A model that something else created stays.
		return !failure.Foreign
	}

	failure.Note = " Its promotion may be running, and the model would appear after a deletion, so nothing was deleted."
	failure.Report(&resp.Diagnostics, subjectOf(name), lifecycle.PhaseDelete)

	return false
}

// requestDeletion requests the deletion, again as long as it is refused because of deployments that are being deleted,
// or were just deleted.
func (r *Resource) requestDeletion(ctx context.Context, name fireworks.ModelName) error {
	undeployed := r.Data.Clock.Now()

	for attempt := 0; ; attempt++ {
		err := r.Data.Client.DeleteModel(ctx, name)
		if !fireworks.IsFailedPrecondition(err) {
			return err
		}

		deleting, deployed := r.deploymentsOf(ctx, name)
		if deleting {
			undeployed = r.Data.Clock.Now()
		}

		if deployed || r.Data.Clock.Now().Sub(undeployed) >= deletedDeploymentGrace {
			return err
		}

		if r.Data.Clock.Sleep(ctx, lifecycle.RetryDelay(err, attempt)) != nil {
			return context.Cause(ctx)
		}
	}
}

// deploymentsOf reports whether, of the deployments that the API counts for the model, any is being deleted, and any is
// neither that nor deleted, as far as is known.
func (r *Resource) deploymentsOf(ctx context.Context, name fireworks.ModelName) (deleting, deployed bool) {
	model, err := r.Data.Client.GetModel(ctx, name)
	if err != nil {
		return false, true
	}

	for _, deployment := range model.Deployments {
		ending, gone := lifecycle.DeploymentDeletion(ctx, r.Data, deployment)
		deleting = deleting || ending
		deployed = deployed || !ending && !gone
	}

	return deleting, deployed
}
