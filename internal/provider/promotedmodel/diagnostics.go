// SPDX-License-Identifier: MPL-2.0

package promotedmodel

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

var waitTexts = lifecycle.LifecycleTexts{
	ObjectKind: providerdata.ModelKind, Creation: "promotion",
	Failed: "The data source fireworks_checkpoints shows whether the checkpoint is still promotable.",
	Unreported: "The platform does not report from which checkpoint a model was promoted. To have the configured one, " +
		"replace the model with terraform apply -replace.",

	Unknown: diagnostic.SummaryPromotionOutcomeLost, InterruptedBefore: diagnostic.SummaryInterruptedBefore,
	TimedOutBefore: diagnostic.SummaryTimedOutBefore,

	Interrupted: diagnostic.SummaryPromotionInterrupted, TimedOut: diagnostic.SummaryPromotionTimedOut,
	WaitInterrupted: diagnostic.SummaryWaitInterrupted, WaitTimedOut: diagnostic.SummaryWaitTimedOut,

	CreationFailed: diagnostic.SummaryPromotionFailed, Unusable: diagnostic.SummaryModelUnusable,
	Gone:      diagnostic.SummaryPromotionFailed,
	LostTrack: diagnostic.SummaryPromotionUntracked,

	NotRead: diagnostic.SummaryModelNotRead, NotUpdated: diagnostic.SummaryModelNotUpdated,
	NotDeleted: diagnostic.SummaryModelNotDeleted, DeletionTimedOut: diagnostic.SummaryDeleteTimedOut,
}

func subjectOf(name fireworks.ModelName) lifecycle.Subject {
	return lifecycle.Subject{LifecycleTexts: &waitTexts, Name: name.String()}
}

// addNotPromoted reports why a promotion was not accepted, or is not known to be accepted. The state contains no model
// then.
func addNotPromoted(ctx context.Context,
	d *providerdata.Data, diags *diag.Diagnostics, request fireworks.PromotionRequest, err error,
) {
	name := request.OutputModel()

	if invalid, ok := errors.AsType[*fireworks.InvalidModelIDError](err); ok {
		for _, problem := range invalid.Problems {
			diags.AddAttributeError(path.Root("output_model_id"), diagnostic.SummaryInvalidOutputModelID, problem)
		}

		return
	}

	exists := fmt.Sprintf("Model %s already exists. Nothing was promoted or changed.", name)
	importOrChoose := lifecycle.ImportHint(providerdata.ModelKind, name.String())

	switch {
	case errors.Is(err, lifecycle.ErrAlreadyExists):
		diags.AddAttributeError(path.Root("output_model_id"), diagnostic.SummaryModelExists,
			diagnostic.JoinParagraphs(exists, importOrChoose))
	case subjectOf(name).AddNotCreated(ctx, diags, err):
	case fireworks.IsConflict(err):
		diags.AddAttributeError(path.Root("output_model_id"), diagnostic.SummaryModelExists,
			diagnostic.APIDetail(exists, err, importOrChoose))
	default:
		d.AddAPIError(diags, path.Empty(), diagnostic.SummaryModelNotPromoted,
			fmt.Sprintf("The checkpoint %s was not promoted to %s.", request.Checkpoint, name), err,
			remedyForRefusal(err))
	}
}

func remedyForRefusal(err error) string {
	switch {
	case fireworks.IsNotFound(err):
		return "The checkpoint, its job, its files or the base model does not exist. The platform keeps the files of " +
			"a deleted trainer job for 30 days. The data source fireworks_checkpoints lists what can be promoted."
	case fireworks.StatusOf(err) == http.StatusBadRequest:
		return "The platform refused the promotion. Check that the checkpoint is promotable (see the data source " +
			"fireworks_checkpoints), and that base_model is the model that the training started from."
	}

	return ""
}

// warnResultUnknown warns about a model that is kept in the state although its promotion may have another result.
func warnResultUnknown(diags *diag.Diagnostics, name fireworks.ModelName, err error) {
	diags.AddWarning(diagnostic.SummaryPromotionOutcomeLost, resultUnknownDetail(
		fmt.Sprintf("Model %s is ready and stays in the state.", name), err,
		"It is not deleted as long as that is unknown. If it is the model of this resource, remove it from the state "+
			"and import it. Otherwise remove it from the state, and choose another output_model_id.\n\n"+
			diagnostic.CommandHint("terraform state rm ", providerdata.PromotedModelType)))
}

func resultUnknownDetail(what string, err error, nextStep string) string {
	return diagnostic.APIDetail(what+" Whether it is the result of the promotion of this resource could not be "+
		"determined, because the operation cannot be read: something else may have created it, such as another "+
		"workspace.", err, nextStep)
}

// addModelNotDeleted reports why a model was not deleted, or is not known to be deleted.
func (r *Resource) addModelNotDeleted(
	ctx context.Context, diags *diag.Diagnostics, name fireworks.ModelName, err error,
) {
	if !fireworks.IsFailedPrecondition(err) {
		subjectOf(name).AddNotDeleted(ctx, r.Data, diags, err)
		return
	}

	diags.AddError(diagnostic.SummaryModelDeployed, diagnostic.APIDetail(
		fmt.Sprintf("Model %s was not deleted. %s", name, r.listDeployments(ctx, name)), err,
		"Delete the deployments, or unload the model from them, and try again. Terraform deletes a "+
			"fireworks_deployment or fireworks_deployed_model of the same configuration first only if it refers to "+
			"this resource; one that is abandoned keeps the model."))
}

func (r *Resource) listDeployments(ctx context.Context, name fireworks.ModelName) string {
	model, err := r.Data.Client.GetModel(ctx, name)
	if err != nil || len(model.Deployments) == 0 {
		return "Its deployments could not be listed."
	}

	return "It is deployed on:\n  " + strings.Join(model.Deployments, "\n  ")
}
