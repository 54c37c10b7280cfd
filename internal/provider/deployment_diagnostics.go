package provider

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

const (
	quotaHint = "Quota counts accelerator_count multiplied by max_replica_count, also while a deployment is scaled to zero. Decrease " +
		"max_replica_count, delete or park (max_replica_count = 0) another deployment, choose other hardware, or request more quota. " +
		"The data source fireworks_quotas lists what is left."
	suspendedHint = "The account is suspended, or its spending limit is reached. Check the billing page of the account, then try again."
	reservedHint  = "Choose another deployment_id, or wait until the ID is free."
)

var deploymentTexts = lifecycleTexts{
	typeName: deploymentType, noun: "deployment", idArgument: "deployment_id", creation: "creation",
	running: "Its GPUs cost money in the meantime; terraform destroy deletes it.",
	failed:  "Without capacity, another placement or other hardware may help.",

	unknown: summaryDeploymentOutcomeUnknown, interruptedBefore: summaryDeploymentInterruptedBefore,
	timedOutBefore: summaryDeploymentTimedOutBefore,

	interrupted: summaryDeploymentInterrupted, timedOut: summaryDeploymentTimedOut,
	waitInterrupted: summaryDeploymentWaitInterrupted, waitTimedOut: summaryDeploymentWaitTimedOut,

	creationFailed: summaryDeploymentFailed, unusable: summaryDeploymentFailed, gone: summaryDeploymentGone,
	lostTrack: summaryLostTrackOfDeployment,

	notDeleted: summaryDeploymentNotDeleted, deletionTimedOut: summaryDeploymentDeletionTimedOut,
}

func deploymentSubject(name fireworks.DeploymentName) subject {
	return subject{lifecycleTexts: &deploymentTexts, name: name.String()}
}

func deploymentImportHint(name fireworks.DeploymentName) string {
	return joinParagraphs(existingHint(deploymentKind), importHint(deploymentType, "deployment_id", name.String()))
}

// addDeploymentExists reports that the ID of a new deployment is taken, or reserved by a deployment that was soft-deleted.
func addDeploymentExists(
	diags *diag.Diagnostics, client *fireworks.Client, name fireworks.DeploymentName, existing fireworks.Deployment,
) {
	attribute := path.Root("deployment_id")

	if existing.State != fireworks.DeploymentStateDeleted {
		diags.AddAttributeError(attribute, summaryDeploymentExists, joinParagraphs(
			fmt.Sprintf("Deployment %s already exists and is not managed by this resource.", name), deploymentImportHint(name)))

		return
	}

	until := "for about 7 days after the deletion"
	if purge := existing.PurgeTime.String(); purge != "" {
		until = "until " + purge
	}

	diags.AddAttributeError(attribute, summaryDeploymentReserved, fmt.Sprintf(
		"Deployment %s was deleted, but can be restored. Its ID remains reserved %s.\n\n"+
			"Either choose another deployment_id, or restore the deployment and import it:\n\n"+
			"  curl -X POST -H \"Authorization: Bearer $FIREWORKS_API_KEY\" -d '{}' \\\n    %s:undelete\n\n%s",
		name, until, deploymentURL(client, name.String()), importHint(deploymentType, "deployment_id", name.String())))
}

// deploymentURL returns the address of a deployment in the API.
func deploymentURL(client *fireworks.Client, name string) string {
	return strings.TrimSuffix(client.InferenceBaseURL(), "/inference/v1") + "/v1/" + name
}

// addCreatedByDryRun reports a deployment that was created although only a validation was requested.
func addCreatedByDryRun(diags *diag.Diagnostics, client *fireworks.Client, created fireworks.Deployment) {
	diags.AddError(summaryCreatedByDryRun, fmt.Sprintf(
		"The plan requested only a validation (validateOnly=true), but the server ignored that and created deployment %s, which costs money.\n\n"+
			"Delete it now:\n\n  curl -X DELETE -H \"Authorization: Bearer $FIREWORKS_API_KEY\" \\\n    \"%s?ignoreChecks=true&hard=true\"\n\n"+
			"Check that base_url points at the Fireworks control plane, and that no proxy removes query parameters. Do not plan again before that: "+
			"each plan of a new deployment requests a validation.", created.Name, deploymentURL(client, created.Name)))
}

// addShapeNotApplied reports that the platform dropped the requested shape.
func addShapeNotApplied(diags *diag.Diagnostics, subject, requested, served string) {
	with := "without a shape"
	if served != "" {
		with = "with " + served
	}

	diags.AddAttributeError(path.Root("deployment_shape"), summaryShapeNotApplied, fmt.Sprintf(
		"%s %s instead of %s. The platform drops a shape that does not fit the base model.\n\n%s", subject, with, requested, findShapeHint))
}

// addDeploymentNotCreated reports why a deployment was not created, or may have been. The state contains nothing then.
func (d *providerData) addDeploymentNotCreated(
	ctx context.Context, diags *diag.Diagnostics, name fireworks.DeploymentName, err error,
) {
	switch {
	case deploymentSubject(name).addNotCreated(ctx, diags, err):
	case fireworks.IsConflict(err):
		diags.AddAttributeError(path.Root("deployment_id"), summaryDeploymentExists, apiDetail(
			fmt.Sprintf("Deployment %s already exists, or its ID is reserved. Nothing was created.", name), err,
			deploymentImportHint(name)))
	default:
		d.addDeploymentRefused(diags, summaryDeploymentNotCreated, fmt.Sprintf("Deployment %s was not created.", name), err)
	}
}

// addDeploymentRefused reports a request that the platform refused.
func (d *providerData) addDeploymentRefused(diags *diag.Diagnostics, summary, what string, err error) {
	switch {
	case fireworks.IsQuotaExceeded(err):
		diags.AddError(summaryQuotaExceeded, apiDetail(what, err, quotaHint))
	case fireworks.StatusOf(err) == http.StatusPreconditionFailed:
		diags.AddError(summaryAccountSuspended, apiDetail(what, err, suspendedHint))
	default:
		d.addAPIError(diags, path.Empty(), summary, what, err, "")
	}
}

// addRolloutFailed reports an update that was accepted and whose rollout failed.
func addRolloutFailed(diags *diag.Diagnostics, name fireworks.DeploymentName, last *fireworks.Deployment) {
	diags.AddError(summaryRolloutFailed, fmt.Sprintf(
		"The update of deployment %s was accepted, but its rollout failed; its state is %s.\n\n%s\n\nThe state "+
			"contains what the platform reports now. "+
			"Fix the cause, or change the arguments back, and apply again.", name, last.State, platformReason(last.Status)))
}
