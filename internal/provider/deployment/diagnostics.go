// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

const (
	quotaHint = "Quota counts accelerator_count multiplied by max_replica_count, also while a deployment is scaled " +
		"to zero. Decrease max_replica_count, delete or park (max_replica_count = 0) another deployment, choose " +
		"other hardware, or request more quota. The data source fireworks_quotas lists what is left."
	suspendedHint = "The account is suspended, or its spending limit is reached. Check the billing page of the " +
		"account, then try again."
	reservedHint = "Choose another deployment_id, or wait until the ID is free."
)

var waitTexts = lifecycle.LifecycleTexts{
	ObjectKind: providerdata.DeploymentKind, Creation: "creation",
	Running: "Its GPUs cost money in the meantime; terraform destroy deletes it.",
	Failed:  "Without capacity, another placement or other hardware may help.", Recovery: rolloutHint,

	Unknown:           diagnostic.SummaryDeploymentOutcomeUnknown,
	InterruptedBefore: diagnostic.SummaryDeploymentInterruptedBefore,
	TimedOutBefore:    diagnostic.SummaryDeploymentTimedOutBefore,

	Interrupted: diagnostic.SummaryDeploymentInterrupted, TimedOut: diagnostic.SummaryDeploymentTimedOut,
	WaitInterrupted: diagnostic.SummaryDeploymentWaitInterrupted,
	WaitTimedOut:    diagnostic.SummaryDeploymentWaitTimedOut,

	CreationFailed: diagnostic.SummaryDeploymentFailed, Unusable: diagnostic.SummaryDeploymentFailed,
	Gone:      diagnostic.SummaryDeploymentGone,
	LostTrack: diagnostic.SummaryLostTrackOfDeployment,

	NotRead: diagnostic.SummaryDeploymentNotRead, NotUpdated: diagnostic.SummaryDeploymentNotUpdated,
	NotDeleted: diagnostic.SummaryDeploymentNotDeleted, DeletionTimedOut: diagnostic.SummaryDeploymentDeletionTimedOut,
}

func subjectOf(name fireworks.DeploymentName) lifecycle.Subject {
	return lifecycle.Subject{LifecycleTexts: &waitTexts, Name: name.String()}
}

// addExists reports that the ID of a new deployment is taken, or reserved by a deployment that was soft-deleted.
func addExists(
	diags *diag.Diagnostics, client *fireworks.Client, name fireworks.DeploymentName, existing fireworks.Deployment,
) {
	if existing.State != fireworks.DeploymentStateDeleted {
		lifecycle.AddExists(diags, providerdata.DeploymentKind, name.String())
		return
	}

	until := "for about 7 days after the deletion"
	if purge := existing.PurgeTime.String(); purge != "" {
		until = "until " + purge
	}

	diags.AddAttributeError(path.Root("deployment_id"), diagnostic.SummaryDeploymentReserved, fmt.Sprintf(
		"Deployment %s was deleted, but can be restored. Its ID remains reserved %s.\n\n"+
			"Either choose another deployment_id, or restore the deployment and import it:\n\n"+
			"  curl -X POST -H \"Authorization: Bearer $FIREWORKS_API_KEY\" -d '{}' \\\n    %s:undelete\n\n%s",
		name, until, deploymentURL(client, name.String()),
		diagnostic.ImportHint(providerdata.DeploymentType, "deployment_id", name.String())))
}

// deploymentURL returns the address of a deployment in the API.
func deploymentURL(client *fireworks.Client, name string) string {
	return strings.TrimSuffix(client.InferenceBaseURL(), "/inference/v1") + "/v1/" + name
}

// addCreatedByDryRun reports a deployment that was created although only a validation was requested.
func addCreatedByDryRun(diags *diag.Diagnostics, client *fireworks.Client, created fireworks.Deployment) {
	diags.AddError(diagnostic.SummaryCreatedByDryRun, fmt.Sprintf(
		"The plan requested only a validation (validateOnly=true), but the server ignored that and created "+
			"deployment %s, which costs money.\n\n"+
			"Delete it now:\n\n  curl -X DELETE -H \"Authorization: Bearer $FIREWORKS_API_KEY\" \\\n    "+
			"\"%s?ignoreChecks=true&hard=true\"\n\n"+
			"Check that base_url points at the Fireworks control plane, and that no proxy removes query parameters. "+
			"Do not plan again before that: "+
			"each plan of a new deployment requests a validation.", created.Name, deploymentURL(client, created.Name)))
}

// addShapeNotApplied reports that the platform dropped the requested shape; next is what becomes of the deployment.
func addShapeNotApplied(diags *diag.Diagnostics, subject, requested, served, next string) {
	with := "without a shape"
	if served != "" {
		with = "with " + served
	}

	diags.AddAttributeError(path.Root("deployment_shape"), diagnostic.SummaryShapeNotApplied,
		diagnostic.JoinParagraphs(
			fmt.Sprintf("%s %s instead of %s. The platform drops a shape that does not fit the base model.", subject,
				with, requested),
			findShapeHint, next))
}

// addNotCreated reports why a deployment was not created, or may have been; existing is the one that has the ID already.
// The state contains nothing then.
func addNotCreated(
	ctx context.Context, d *providerdata.Data, diags *diag.Diagnostics, name fireworks.DeploymentName,
	existing *fireworks.Deployment, err error,
) {
	switch {
	case errors.Is(err, lifecycle.ErrAlreadyExists):
		addExists(diags, d.Client, name, *existing)
	case subjectOf(name).AddNotCreated(ctx, diags, err):
	case fireworks.IsConflict(err):
		diags.AddAttributeError(path.Root("deployment_id"), diagnostic.SummaryDeploymentExists, diagnostic.APIDetail(
			fmt.Sprintf("Deployment %s already exists, or its ID is reserved. Nothing was created.", name), err,
			lifecycle.ImportHint(providerdata.DeploymentKind, name.String())))
	default:
		addRefused(d, diags, diagnostic.SummaryDeploymentNotCreated,
			fmt.Sprintf("Deployment %s was not created.", name), err)
	}
}

// addRefused reports a request that the platform refused.
func addRefused(d *providerdata.Data, diags *diag.Diagnostics, summary, what string, err error) {
	switch {
	case fireworks.IsQuotaExceeded(err):
		diags.AddError(diagnostic.SummaryQuotaExceeded, diagnostic.APIDetail(what, err, quotaHint))
	case fireworks.StatusOf(err) == http.StatusPreconditionFailed:
		diags.AddError(diagnostic.SummaryAccountSuspended, diagnostic.APIDetail(what, err, suspendedHint))
	default:
		d.AddAPIError(diags, path.Empty(), summary, what, err, "")
	}
}

// rolloutHint is how to leave a failed rollout.
const rolloutHint = "After a failed rollout, the old replicas may still serve. Applying the same configuration again " +
	"changes nothing, because the platform keeps the new values: set the changed arguments back, or to other values, " +
	"and apply. To go back to another version of a shape, name the version."

// addRolloutFailed reports an update that was accepted and whose rollout failed.
func addRolloutFailed(diags *diag.Diagnostics, name fireworks.DeploymentName, last *fireworks.Deployment) {
	diags.AddError(diagnostic.SummaryRolloutFailed, diagnostic.JoinParagraphs(
		fmt.Sprintf("The update of deployment %s was accepted, but its rollout failed; its state is %s.", name,
			last.State),
		diagnostic.PlatformReason(last.Status), rolloutHint, "Or replace the deployment:\n\n"+
			diagnostic.CommandHint("terraform apply -replace=", providerdata.DeploymentType)))
}

// warnNotRolledOut warns about a deployment that is ready, but whose last rollout failed.
func warnNotRolledOut(diags *diag.Diagnostics, name fireworks.DeploymentName, last *fireworks.Deployment) {
	diags.AddWarning(diagnostic.SummaryRolloutFailed, diagnostic.JoinParagraphs(
		fmt.Sprintf("Deployment %s is %s, but the rollout of its last update failed.", name, last.State),
		diagnostic.PlatformReason(last.Status), rolloutHint))
}
