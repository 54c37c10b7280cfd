package provider

import (
	"context"
	"errors"
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

// addNotCreated reports why a deployment was not created, or may have been. The state contains nothing then.
func addNotCreated(ctx context.Context, diags *diag.Diagnostics, name fireworks.DeploymentName, err error) {
	var lost *lostResponseError

	switch {
	case errors.As(err, &lost):
		diags.AddError(summaryDeploymentOutcomeUnknown, apiDetail(
			fmt.Sprintf("The creation of deployment %s was requested, but no response was received, and the deployment does not exist (yet).", name),
			lost.err, "Try again: if the creation succeeds in the meantime, the plan reports it with an import block. "+
				"No deployment is created twice."))
	case ctx.Err() != nil:
		stoppedCreation{
			interrupted: summaryDeploymentInterruptedBefore,
			timedOut:    summaryDeploymentTimedOutBefore,
			request:     fmt.Sprintf("the creation of deployment %s", name),
			notStarted:  "was requested. Nothing was created and nothing was changed.\n\nApply again.",
			unconfirmed: "was confirmed, and the deployment does not exist (yet).\n\n" +
				"Plan again: if the creation succeeded after all, the plan says that the deployment exists, and prints an import block for it.",
		}.add(ctx, diags, err)
	case fireworks.IsConflict(err):
		diags.AddAttributeError(path.Root("deployment_id"), summaryDeploymentExists, apiDetail(
			fmt.Sprintf("Deployment %s already exists, or its ID is reserved. Nothing was created and nothing was changed.", name), err,
			deploymentImportHint(name)))
	default:
		addDeploymentRefused(diags, summaryDeploymentNotCreated, fmt.Sprintf("Deployment %s was not created.", name), err)
	}
}

// addDeploymentRefused reports a request that the platform refused.
func addDeploymentRefused(diags *diag.Diagnostics, summary, what string, err error) {
	switch {
	case fireworks.IsQuotaExceeded(err):
		diags.AddError(summaryQuotaExceeded, apiDetail(what, err, quotaHint))
	case fireworks.StatusOf(err) == http.StatusPreconditionFailed:
		diags.AddError(summaryAccountSuspended, apiDetail(what, err, suspendedHint))
	default:
		diags.AddError(summary, apiDetail(what, err, ""))
	}
}

// lastDeploymentState describes what was last seen of a deployment, as the end of a sentence.
func lastDeploymentState(last *fireworks.Deployment) string {
	if last == nil || last.State == "" {
		return ""
	}

	return lastSeen("state "+string(last.State), quoted(last.StatusMessage))
}

// addWaitError reports why a deployment that was accepted did not become ready.
func addWaitError(ctx context.Context, diags *diag.Diagnostics, name fireworks.DeploymentName, last *fireworks.Deployment, err error) {
	var unexpected *unexpectedStateError

	switch {
	case isInterrupted(ctx):
		diags.AddWarning(summaryDeploymentInterrupted, fmt.Sprintf(
			"The run was interrupted while deployment %s was being created; the creation continues on the platform%s, and the GPUs cost money.\n\n"+
				"Nothing is lost: the state contains the deployment. The next apply resumes waiting and creates nothing. "+
				"To stop it, run terraform destroy.",
			name, lastDeploymentState(last)))
	case ctx.Err() != nil:
		diags.AddError(summaryDeploymentTimedOut, fmt.Sprintf(
			"Deployment %s was not ready: %s. It is still being created%s.\n\n"+
				"The state contains the deployment, but Terraform marks it as tainted, so the next apply would replace it. To resume waiting instead, "+
				"untaint it and apply again, with a longer timeouts.create if necessary:\n\n%s",
			name, causeOf(ctx), lastDeploymentState(last), commandHint("terraform untaint ", deploymentType)))
	case errors.Is(err, errObjectNotFound):
		diags.AddError(summaryDeploymentFailed, fmt.Sprintf(
			"The creation of deployment %s was accepted, but the deployment does not exist: something deleted it.\n\n"+
				"Apply again to create it.", name))
	case errors.As(err, &unexpected):
		diags.AddError(summaryDeploymentFailed, fmt.Sprintf(
			"Deployment %s is in state %s.\n\n%s\n\nThe state contains the deployment. Fix the cause if it is the configuration, and apply again: "+
				"the next apply deletes it and creates it anew. Without capacity, another placement or other hardware may help.",
			name, unexpected.State, platformReason(last.Status)))
	default:
		diags.AddError(summaryLostTrackOfDeployment, apiDetail(
			fmt.Sprintf("The creation of deployment %s was accepted, but its progress cannot be read.", name), err,
			remedy(err)+"\n\nThe state contains the deployment, but Terraform marks it as tainted. To resume waiting instead of replacing it, "+
				"untaint it and apply again:\n\n"+commandHint("terraform untaint ", deploymentType)))
	}
}

func causeOf(ctx context.Context) string { return context.Cause(ctx).Error() }

// addUpdateWaitError reports why a deployment did not become ready during an update, or a resumed creation. An update never taints.
func addUpdateWaitError(
	ctx context.Context, diags *diag.Diagnostics, name fireworks.DeploymentName, last *fireworks.Deployment, err error,
) {
	var unexpected *unexpectedStateError

	resumes := fmt.Sprintf("The platform continues%s, and nothing is lost: the next apply resumes waiting.", lastDeploymentState(last))

	switch {
	case isInterrupted(ctx):
		diags.AddError(summaryDeploymentWaitInterrupted, fmt.Sprintf(
			"The run was interrupted before deployment %s was ready.\n\n%s", name, resumes))
	case ctx.Err() != nil:
		argument := "the timeout"
		if timeout := expiredTimeout(ctx); timeout != nil {
			argument = timeout.Argument
		}

		diags.AddError(summaryDeploymentWaitTimedOut, fmt.Sprintf(
			"Deployment %s was not ready: %s.\n\n%s To wait longer, increase %s.", name, causeOf(ctx), resumes, argument))
	case errors.Is(err, errObjectNotFound) || errors.As(err, &unexpected) && isDeletedState(unexpected.State):
		diags.AddError(summaryDeploymentGone, fmt.Sprintf(
			"Deployment %s was deleted while this apply waited for it.\n\nApply again: the next plan creates it anew.", name))
	case errors.As(err, &unexpected):
		diags.AddError(summaryDeploymentFailed, fmt.Sprintf(
			"Deployment %s is in state %s.\n\n%s\n\nIf it never became ready, the next apply replaces it. Otherwise fix the cause and apply again, "+
				"or replace it:\n\n%s", name, unexpected.State, platformReason(last.Status), commandHint("terraform apply -replace=", deploymentType)))
	default:
		diags.AddError(summaryLostTrackOfDeployment, apiDetail(
			fmt.Sprintf("The progress of deployment %s cannot be read.", name), err,
			remedy(err)+"\n\nNothing is lost: the next apply resumes waiting."))
	}
}

func isDeletedState(state string) bool {
	return state == fireworks.DeploymentStateDeleting || state == fireworks.DeploymentStateDeleted
}

// addRolloutFailed reports an update that was accepted and whose rollout failed.
func addRolloutFailed(diags *diag.Diagnostics, name fireworks.DeploymentName, last *fireworks.Deployment) {
	diags.AddError(summaryRolloutFailed, fmt.Sprintf(
		"The update of deployment %s was accepted, but its rollout failed; its state is %s.\n\n%s\n\nThe state "+
			"contains what the platform reports now. "+
			"Fix the cause, or change the arguments back, and apply again.", name, last.State, platformReason(last.Status)))
}

// addDeploymentNotDeleted reports why a deployment was not deleted.
func addDeploymentNotDeleted(ctx context.Context, diags *diag.Diagnostics, name fireworks.DeploymentName, err error) {
	const again = "Try again: a deletion that has finished in the meantime is a success."

	switch timeout := expiredTimeout(ctx); {
	case timeout != nil:
		diags.AddError(summaryDeploymentDeletionTimedOut, joinParagraphs(
			fmt.Sprintf("Deployment %s still exists: %s.", name, timeout), again+" To wait longer, increase "+timeout.Argument+"."))
	case ctx.Err() != nil:
		diags.AddError(summaryDeploymentNotDeleted, joinParagraphs(
			fmt.Sprintf("The run was interrupted before deployment %s was deleted.", name), again))
	case fireworks.IsFailedPrecondition(err) && fireworks.StatusOf(err) != http.StatusPreconditionFailed:
		diags.AddAttributeError(path.Root("force_destroy"), summaryDeploymentInUse, apiDetail(
			fmt.Sprintf("Deployment %s was not deleted: it received inference requests within the last hour.", name), err,
			"Stop sending requests and try again an hour later. To delete it in spite of them, set force_destroy = true, apply only this change, "+
				"and try again."))
	default:
		addDeploymentRefused(diags, summaryDeploymentNotDeleted, fmt.Sprintf("Deployment %s was not deleted.", name), err)
	}
}
