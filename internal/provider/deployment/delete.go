// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// neverReady reports whether the deployment in the state never became ready, so that it served no request and nothing
// protects it.
//
// A tainted deployment has no private state when it is deleted. Then one that failed in a rollout, or whose state the
// platform leaves out, differs from one that was never ready in its region: the state contains none until then.
func (d *resourceModel) neverReady(ctx context.Context, private lifecycle.PrivateReader) bool {
	if !lifecycle.DeploymentStates.NeverUsable(ctx, d.State, private) {
		return false
	}

	return d.Region.IsNull() || d.State.ValueString() == fireworks.DeploymentStateCreating
}

// hideRegion makes the region null, as it is until the deployment is ready for the first time: see neverReady.
func (d *resourceModel) hideRegion() { d.Region = types.StringNull() }

// deleteDeployment deletes the deployment and waits until it does not exist. The checks of the platform do not apply to
// one that was never ready.
func (r *Resource) deleteDeployment(
	ctx context.Context, deployment lifecycle.Object[fireworks.Deployment], name fireworks.DeploymentName,
	options fireworks.DeleteDeploymentOptions, neverReady bool,
) error {
	return deployment.Delete(ctx, func(ctx context.Context) error {
		refused := r.Data.Client.DeleteDeployment(ctx, name, options)
		if !fireworks.IsFailedPrecondition(refused) || options.IgnoreChecks || !neverReady {
			return refused
		}

		if stillNeverReady, err := deployment.IsNeverUsable(ctx); err != nil || !stillNeverReady {
			return refused
		}

		options.IgnoreChecks = true

		return r.Data.Client.DeleteDeployment(ctx, name, options)
	})
}

// describeDeleted says which deployment was deleted.
func (d *resourceModel) describeDeleted() string {
	text := "deployment " + d.ID.ValueString() + " of the base model " + d.BaseModel.ValueString()
	if shape := d.DeploymentShape.ValueString(); shape != "" {
		text += " with the shape " + shape
	}

	return text
}

// addNotDeleted reports why a deployment was not deleted.
func addNotDeleted(ctx context.Context,
	d *providerdata.Data, diags *diag.Diagnostics, name fireworks.DeploymentName, err error,
) {
	switch {
	case fireworks.StatusOf(err) == http.StatusPreconditionFailed:
		addRefused(d, diags, diagnostic.SummaryDeploymentNotDeleted,
			fmt.Sprintf("Deployment %s was not deleted.", name), err)

		return
	case !fireworks.IsFailedPrecondition(err):
		subjectOf(name).AddNotDeleted(ctx, d, diags, err)
		return
	}

	diags.AddAttributeError(path.Root("force_destroy"), diagnostic.SummaryDeploymentInUse, diagnostic.APIDetail(
		fmt.Sprintf("The platform refuses to delete deployment %s while it is in use.", name), err, inUseHint))
}

// inUseHint is how to delete a deployment that receives requests. A deletion does not know whether it is that of a
// deposed object, whose resource is another deployment that serves, so no command of the hint destroys the resource.
var inUseHint = diagnostic.JoinParagraphs(
	"Stop sending requests to it; after a swap, wait until no client uses it. Those of wait_for_inference count as "+
		"well. After about an hour, run the same command again.",
	"To delete it anyway, set force_destroy = true and apply that change before the one that deletes the "+
		"deployment: a deletion uses the value in the state. If an argument of it or of what it refers to changed, undo "+
		"that until force_destroy is applied. If it or its base model is tainted, run terraform untaint first, and "+
		"remove wait_for_inference, so that the apply does not wait again.\n\n"+
		diagnostic.CommandHint("terraform apply -target=", providerdata.DeploymentType),
	"A deposed object, which create_before_destroy leaves after a swap, keeps its old force_destroy, and the resource "+
		"is the new deployment: do not destroy that. Wait, or delete the old deployment outside of Terraform, with "+
		"firectl or the API, and apply again.")
