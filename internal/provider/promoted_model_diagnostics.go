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

func modelImportHint(name fireworks.ModelName) string {
	return joinParagraphs(existingHint(modelKind), importHint(promotedModelType, "output_model_id", name.String()))
}

var modelTexts = lifecycleTexts{
	typeName: promotedModelType, noun: "model", idArgument: "output_model_id", creation: "promotion",
	failed: "The data source fireworks_checkpoints shows whether the checkpoint is still promotable.",

	unknown: summaryPromotionOutcomeLost, interruptedBefore: summaryInterruptedBefore, timedOutBefore: summaryTimedOutBefore,

	interrupted: summaryPromotionInterrupted, timedOut: summaryPromotionTimedOut,
	waitInterrupted: summaryWaitInterrupted, waitTimedOut: summaryWaitTimedOut,

	creationFailed: summaryPromotionFailed, unusable: summaryModelUnusable, gone: summaryPromotionFailed,
	lostTrack: summaryPromotionUntracked,

	notDeleted: summaryModelNotDeleted, deletionTimedOut: summaryDeleteTimedOut,
}

func modelSubject(name fireworks.ModelName) subject {
	return subject{lifecycleTexts: &modelTexts, name: name.String()}
}

// addNotPromoted reports why a promotion was not accepted, or is not known to be accepted. The state contains no model then.
func (d *providerData) addNotPromoted(
	ctx context.Context, diags *diag.Diagnostics, request fireworks.PromotionRequest, err error,
) {
	name := request.OutputModel()

	if invalid, ok := errors.AsType[*fireworks.InvalidModelIDError](err); ok {
		for _, problem := range invalid.Problems {
			diags.AddAttributeError(path.Root("output_model_id"), summaryInvalidOutputModelID, problem)
		}

		return
	}

	exists := fmt.Sprintf("Model %s already exists. Nothing was promoted or changed.", name)
	importOrChoose := modelImportHint(name)

	switch {
	case errors.Is(err, errAlreadyExists):
		diags.AddAttributeError(path.Root("output_model_id"), summaryModelExists, joinParagraphs(exists, importOrChoose))
	case modelSubject(name).addNotCreated(ctx, diags, err):
	case fireworks.IsConflict(err):
		diags.AddAttributeError(path.Root("output_model_id"), summaryModelExists, apiDetail(exists, err, importOrChoose))
	default:
		d.addAPIError(diags, path.Empty(), summaryModelNotPromoted,
			fmt.Sprintf("The checkpoint %s was not promoted to %s.", request.Checkpoint, name), err, remedyForRefusal(err))
	}
}

func remedyForRefusal(err error) string {
	switch {
	case fireworks.IsNotFound(err):
		return "The checkpoint, its job, its files or the base model does not exist. The platform keeps the files of a deleted trainer job " +
			"for 30 days. The data source fireworks_checkpoints lists what can be promoted."
	case fireworks.StatusOf(err) == http.StatusBadRequest:
		return "The platform refused the promotion. Check that the checkpoint is promotable (see the data source fireworks_checkpoints), " +
			"and that base_model is the model that the training started from."
	}

	return ""
}

// addModelNotDeleted reports why a model was not deleted, or is not known to be deleted.
func (r *promotedModelResource) addModelNotDeleted(ctx context.Context, diags *diag.Diagnostics, name fireworks.ModelName, err error) {
	if !fireworks.IsFailedPrecondition(err) {
		modelSubject(name).addNotDeleted(ctx, r.data, diags, err)
		return
	}

	diags.AddError(summaryModelDeployed, apiDetail(
		fmt.Sprintf("Model %s was not deleted. %s", name, r.listDeployments(ctx, name)), err,
		"Delete the deployments, or unload the model from them, and try again. Terraform destroys a deployment of the same configuration "+
			"first only if its base_model refers to this resource, and replaces it only if the name of the model changes."))
}

func (r *promotedModelResource) listDeployments(ctx context.Context, name fireworks.ModelName) string {
	model, err := r.data.client.GetModel(ctx, name)
	if err != nil || len(model.Deployments) == 0 {
		return "Its deployments could not be listed."
	}

	return "It is deployed on:\n  " + strings.Join(model.Deployments, "\n  ")
}
