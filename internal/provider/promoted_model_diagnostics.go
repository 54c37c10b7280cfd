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

const promotedModelType = "fireworks_promoted_model"

func modelImportHint(name fireworks.ModelName) string {
	return joinParagraphs(existingHint(modelKind), importHint(promotedModelType, "output_model_id", name.String()))
}

// untaintHint is what to do so that an apply resumes waiting for a model instead of replacing it.
var untaintHint = commandHint("terraform untaint ", promotedModelType)

// addNotPromoted reports why a promotion was not accepted, or is not known to be accepted. The state contains no model then.
func addNotPromoted(ctx context.Context, diags *diag.Diagnostics, request fireworks.PromotionRequest, err error) {
	name := request.OutputModel()

	var (
		invalid *fireworks.InvalidModelIDError
		lost    *lostResponseError
	)

	switch {
	case errors.As(err, &invalid):
		for _, problem := range invalid.Problems {
			diags.AddAttributeError(path.Root("output_model_id"), summaryInvalidOutputModelID, problem)
		}
	case errors.Is(err, errAlreadyExists):
		diags.AddAttributeError(path.Root("output_model_id"), summaryModelExists,
			joinParagraphs(fmt.Sprintf("Model %s already exists. Nothing was promoted or changed.", name), modelImportHint(name)))
	case fireworks.IsConflict(err):
		diags.AddAttributeError(path.Root("output_model_id"), summaryModelExists, apiDetail(
			fmt.Sprintf("Model %s already exists. Nothing was promoted or changed.", name), err, modelImportHint(name)))
	case errors.As(err, &lost):
		diags.AddError(summaryPromotionOutcomeLost, apiDetail(
			fmt.Sprintf("The promotion of %s to %s was requested, but no response was received, and the model does not exist (yet).",
				request.Checkpoint, name),
			lost.err,
			"Try again: the plan checks for the model first, and shows how to import it if the promotion succeeded after all. "+
				"No checkpoint is promoted twice."))
	case ctx.Err() != nil:
		stoppedCreation{
			interrupted: summaryInterruptedBefore,
			timedOut:    summaryTimedOutBefore,
			request:     fmt.Sprintf("the promotion of %s to %s", request.Checkpoint, name),
			notStarted:  "was requested. Nothing was promoted or changed.\n\nApply again.",
			unconfirmed: "was confirmed, and the model does not exist (yet).\n\n" +
				"Plan again: if the promotion succeeded after all, the plan reports that the model exists and shows how to import it.",
		}.add(ctx, diags, err)
	default:
		addErrorAt(diags, attributeToBlame(err), summaryModelNotPromoted, apiDetail(
			fmt.Sprintf("The checkpoint %s was not promoted to %s.", request.Checkpoint, name), err, remedyForRefusal(err)))
	}
}

// attributeToBlame returns the argument that caused an error response, if its status implies one.
func attributeToBlame(err error) path.Path {
	if fireworks.IsNotFound(err) {
		return path.Root("checkpoint_name")
	}

	return path.Empty()
}

func remedyForRefusal(err error) string {
	switch fireworks.StatusOf(err) {
	case http.StatusBadRequest:
		return "The platform refused the promotion. Check that the checkpoint is promotable (see the data source fireworks_checkpoints), " +
			"and that base_model is the model that the training started from."
	case http.StatusNotFound:
		return "The checkpoint, its job or its files do not exist. The platform keeps the files of a deleted trainer job for 30 days. " +
			"Choose another checkpoint; the data source fireworks_checkpoints lists them."
	}

	return ""
}

func interruptedDetail(p *promotion) string {
	return fmt.Sprintf("The run was interrupted while %s was being promoted. The promotion continues without Terraform%s.\n\n"+
		"Nothing is lost: the state contains the model. The next apply resumes waiting and does not promote again.", p.name, p.lastStatus())
}

func timedOutDetail(ctx context.Context, p *promotion) string {
	return fmt.Sprintf("%s before model %s was ready. The promotion is still running%s.\n\n"+
		"The state contains the model, but Terraform marks it as tainted, so the next apply would replace it. "+
		"To resume waiting instead, untaint it and apply again. To wait longer, increase timeouts.create.\n\n%s",
		sentenceStart(context.Cause(ctx).Error()), p.name, p.lastStatus(), untaintHint)
}

func waitTimedOutDetail(ctx context.Context, p *promotion) string {
	return fmt.Sprintf("%s before model %s was ready. The promotion is still running%s.\n\n"+
		"Nothing is lost: the next apply resumes waiting. To wait longer, increase timeouts.create.",
		sentenceStart(context.Cause(ctx).Error()), p.name, p.lastStatus())
}

// lastStatus describes what was last seen of the promotion, as the end of a sentence.
func (p *promotion) lastStatus() string {
	var operation, status, model string
	if p.operation != nil {
		operation = "operation " + p.operation.String()
	}

	if p.statusMessage != "" {
		status = "last status " + quoted(p.statusMessage)
	}

	if p.model != nil && p.model.State != "" {
		model = "model " + string(p.model.State)
	}

	return lastSeen(operation, status, model)
}

// addPromotionFailed reports a promotion that was accepted and did not result in a ready model.
// replaced is whether the next apply replaces the model automatically.
func addPromotionFailed(diags *diag.Diagnostics, p *promotion, err error, replaced bool) {
	var (
		failure    *fireworks.OperationFailure
		unexpected *unexpectedStateError
	)

	switch {
	case errors.As(err, &failure) && p.model == nil:
		diags.AddError(summaryPromotionFailed, apiDetail(fmt.Sprintf("The promotion to %s failed and left no model.", p.name), err,
			"Fix the problem described above and apply again. The data source fireworks_checkpoints shows whether the checkpoint is "+
				"still promotable."))
	case errors.As(err, &failure):
		diags.AddError(summaryPromotionFailed, apiDetail(
			fmt.Sprintf("The promotion to %s failed and left a model that is not usable.", p.name), err,
			"Fix the problem described above and apply again: the state contains the model, and the next apply replaces it."))
	case errors.As(err, &unexpected):
		addModelUnusable(diags, p, unexpected, replaced)
	case errors.Is(err, errObjectNotFound):
		diags.AddError(summaryPromotionFailed, fmt.Sprintf(
			"The promotion to %s finished without an error, but the model does not exist.\n\nApply again to promote the checkpoint again.", p.name))
	default:
		diags.AddError(summaryPromotionUntracked, apiDetail(
			fmt.Sprintf("The promotion to %s was accepted, but its progress cannot be read.", p.name), err,
			joinParagraphs(remedy(err), "The state contains the model. If Terraform marked it as tainted, untaint it, "+
				"so that the next apply resumes waiting instead of replacing the model:", untaintHint)))
	}
}

func addModelUnusable(diags *diag.Diagnostics, p *promotion, unexpected *unexpectedStateError, replaced bool) {
	nextStep := "The next apply replaces the model."
	if !replaced {
		nextStep = "The model is not replaced automatically. To promote the checkpoint again in its place:\n\n" +
			commandHint("terraform apply -replace=", promotedModelType)
	}

	diags.AddError(summaryModelUnusable, fmt.Sprintf("Model %s is in state %q and does not become ready.\n\n%s\n\n%s",
		p.name, unexpected.State, platformReason(p.model.Status), nextStep))
}

// addNotDeleted reports why a model was not deleted, or is not known to be deleted.
func (r *promotedModelResource) addNotDeleted(ctx context.Context, diags *diag.Diagnostics, name fireworks.ModelName, err error) {
	const tryAgain = "Try again: a deletion that finished in the meantime counts as a success."

	timeout := expiredTimeout(ctx)

	switch {
	case fireworks.IsFailedPrecondition(err):
		diags.AddError(summaryModelDeployed, apiDetail(
			fmt.Sprintf("Model %s was not deleted. %s", name, r.listDeployments(ctx, name)), err,
			"Delete the deployments, or undeploy the model from them, and try again. "+
				"A deployment that Terraform manages should refer to this resource, so that it is destroyed first."))
	case timeout != nil:
		diags.AddError(summaryDeleteTimedOut, fmt.Sprintf(
			"%s before the deletion of model %s was confirmed.\n\n%s To wait longer, increase %s.",
			sentenceStart(timeout.Error()), name, tryAgain, timeout.Argument))
	case ctx.Err() != nil:
		diags.AddError(summaryModelNotDeleted, apiDetail(
			fmt.Sprintf("The deletion of model %s was requested, but not confirmed.", name), err, tryAgain))
	default:
		diags.AddError(summaryModelNotDeleted, apiDetail(
			fmt.Sprintf("Model %s could not be deleted, or its deletion was not confirmed.", name), err, ""))
	}
}

func (r *promotedModelResource) listDeployments(ctx context.Context, name fireworks.ModelName) string {
	model, err := r.data.client.GetModel(ctx, name)
	if err != nil || len(model.Deployments) == 0 {
		return "Its deployments could not be listed."
	}

	return "It is deployed on:\n  " + strings.Join(model.Deployments, "\n  ")
}
