package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

const loadQuotaHint = "Unload another model, or request more quota. " +
	"The data source fireworks_quotas lists what is left of deployed-model-count."

var deployedModelTexts = lifecycleTexts{
	typeName: deployedModelType, noun: "deployed model", idArgument: "model or deployment", creation: "loading",
	failed: "Check that the model fits the deployment, and that the deployment is ready.",

	unknown: summaryLoadOutcomeUnknown, interruptedBefore: summaryLoadInterruptedBefore, timedOutBefore: summaryLoadTimedOutBefore,

	interrupted: summaryLoadInterrupted, timedOut: summaryLoadTimedOut,
	waitInterrupted: summaryLoadWaitInterrupted, waitTimedOut: summaryLoadWaitTimedOut,

	creationFailed: summaryLoadFailed, unusable: summaryLoadFailed, gone: summaryLoadFailed, lostTrack: summaryLostTrackOfLoad,

	notDeleted: summaryModelNotUnloaded, deletionTimedOut: summaryUnloadTimedOut,
}

func deployedModelSubject(name fireworks.DeployedModelName) subject {
	return subject{lifecycleTexts: &deployedModelTexts, name: name.String()}
}

// pairSubject is a deployed model whose ID the platform has not chosen yet.
func pairSubject(pair loadedPair) subject {
	return subject{lifecycleTexts: &deployedModelTexts, name: pair.String()}
}

// addAlreadyLoaded reports that the model is loaded onto the deployment already, and not by this resource.
func addAlreadyLoaded(diags *diag.Diagnostics, pair loadedPair, existing fireworks.DeployedModel) {
	if existing.State == fireworks.DeployedModelStateUndeploying {
		diags.AddAttributeError(path.Root("model"), summaryModelAlreadyLoaded, fmt.Sprintf(
			"%s is still being unloaded from %s, as %s.\n\nApply again when that is done.", pair.Model, pair.Deployment, existing.Name))

		return
	}

	diags.AddAttributeError(path.Root("model"), summaryModelAlreadyLoaded, joinParagraphs(
		fmt.Sprintf("%s is already loaded onto %s, as %s, and is not managed by this resource.", pair.Model, pair.Deployment, existing.Name),
		existingHint(deployedModelKind), importHint(deployedModelType, "model or deployment", existing.Name)))
}

// addNotLoaded reports why a model is not being loaded, or may be. The state contains nothing then.
func addNotLoaded(ctx context.Context, diags *diag.Diagnostics, l *loading, err error) {
	what := fmt.Sprintf("%s was not loaded onto %s.", l.pair.Model, l.pair.Deployment)

	switch {
	case errors.Is(err, errAlreadyExists) && l.existing != nil:
		addAlreadyLoaded(diags, l.pair, *l.existing)
	case pairSubject(l.pair).addNotCreated(ctx, diags, err):
	case fireworks.IsConflict(err):
		diags.AddAttributeError(path.Root("model"), summaryModelAlreadyLoaded, apiDetail(
			what, err, "Something else loaded the model at the same time. Plan again: the plan prints an import block for it."))
	case fireworks.IsQuotaExceeded(err):
		diags.AddError(summaryQuotaExceeded, apiDetail(what, err, loadQuotaHint))
	case fireworks.IsNotFound(err):
		diags.AddError(summaryModelNotLoaded, apiDetail(what, err, "Check that the model and the deployment exist."))
	case fireworks.StatusOf(err) == http.StatusBadRequest:
		diags.AddError(summaryModelNotLoaded, apiDetail(what, err,
			"Check that the model is a LoRA of the base model of the deployment, and that the deployment has enable_addons."))
	default:
		l.data.addAPIError(diags, path.Empty(), summaryModelNotLoaded, what, err, "")
	}
}
