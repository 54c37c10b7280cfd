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
	var lost *lostResponseError

	what := fmt.Sprintf("%s was not loaded onto %s.", l.pair.Model, l.pair.Deployment)

	switch {
	case errors.Is(err, errAlreadyExists) && l.existing != nil:
		addAlreadyLoaded(diags, l.pair, *l.existing)
	case errors.As(err, &lost):
		diags.AddError(summaryLoadOutcomeUnknown, apiDetail(
			fmt.Sprintf("A request to load %s onto %s was sent, but no response was received, and the platform does not list it (yet).",
				l.pair.Model, l.pair.Deployment),
			lost.err, "Try again: if the model is loaded after all, the plan reports it with an import block. No model is loaded twice."))
	case ctx.Err() != nil:
		stoppedCreation{
			interrupted: summaryLoadInterruptedBefore,
			timedOut:    summaryLoadTimedOutBefore,
			request:     fmt.Sprintf("the request to load %s onto %s", l.pair.Model, l.pair.Deployment),
			notStarted:  "was sent. Nothing was loaded or changed.\n\nApply again.",
			unconfirmed: "was confirmed, and the platform does not list it (yet).\n\n" +
				"Plan again: if the model is loaded after all, the plan reports it with an import block.",
		}.add(ctx, diags, err)
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
		diags.AddError(summaryModelNotLoaded, apiDetail(what, err, ""))
	}
}

// addLoadError reports why a model whose loading was accepted is not loaded.
func addLoadError(ctx context.Context, diags *diag.Diagnostics, pair loadedPair, last *fireworks.DeployedModel, err error) {
	var unexpected *unexpectedStateError

	untaint := commandHint("terraform untaint ", deployedModelType)

	switch {
	case isInterrupted(ctx):
		diags.AddWarning(summaryLoadInterrupted, fmt.Sprintf(
			"The run was interrupted while %s was being loaded onto %s. Loading continues without Terraform%s.\n\n"+
				"Nothing is lost: the state contains the deployed model. The next apply resumes waiting and does not load the model again.",
			pair.Model, pair.Deployment, lastLoadState(last)))
	case ctx.Err() != nil:
		diags.AddError(summaryLoadTimedOut, fmt.Sprintf(
			"%s before %s was loaded onto %s. It is still being loaded%s.\n\n"+
				"The state contains the deployed model, but Terraform marks it as tainted, so the next apply would replace it. "+
				"To resume waiting instead, untaint it and apply again. To wait longer, increase timeouts.create.\n\n%s",
			sentenceStart(context.Cause(ctx).Error()), pair.Model, pair.Deployment, lastLoadState(last), untaint))
	case errors.Is(err, errObjectNotFound), errors.As(err, &unexpected):
		addLoadFailed(diags, pair, last, "The state contains what is left of it, and the next apply replaces that.")
	default:
		diags.AddError(summaryLostTrackOfLoad, apiDetail(
			fmt.Sprintf("The request to load %s onto %s was accepted, but its progress cannot be read.", pair.Model, pair.Deployment), err,
			joinParagraphs(remedy(err), "The state contains the deployed model, but Terraform marks it as tainted. To resume waiting instead of "+
				"replacing it, untaint it and apply again:", untaint)))
	}
}

// addResumeError reports why a model is not loaded after an apply that resumed waiting for it. An update never taints.
func addResumeError(ctx context.Context, diags *diag.Diagnostics, pair loadedPair, last *fireworks.DeployedModel, err error) {
	var unexpected *unexpectedStateError

	resumes := fmt.Sprintf("It is still being loaded%s.\n\nNothing is lost: the next apply resumes waiting.", lastLoadState(last))

	switch {
	case isInterrupted(ctx):
		diags.AddError(summaryLoadWaitInterrupted, fmt.Sprintf(
			"The run was interrupted before %s was loaded onto %s. %s", pair.Model, pair.Deployment, resumes))
	case ctx.Err() != nil:
		diags.AddError(summaryLoadWaitTimedOut, fmt.Sprintf("%s before %s was loaded onto %s. %s To wait longer, increase timeouts.create.",
			sentenceStart(context.Cause(ctx).Error()), pair.Model, pair.Deployment, resumes))
	case errors.Is(err, errObjectNotFound), errors.As(err, &unexpected):
		addLoadFailed(diags, pair, last, "The next apply replaces what is left of it.")
	default:
		diags.AddError(summaryLostTrackOfLoad, apiDetail(
			fmt.Sprintf("Whether %s is loaded onto %s cannot be read.", pair.Model, pair.Deployment), err,
			joinParagraphs(remedy(err), "Nothing is lost: the next apply resumes waiting.")))
	}
}

// addLoadFailed reports a model that could not be loaded; last is nil if nothing is left of it.
func addLoadFailed(diags *diag.Diagnostics, pair loadedPair, last *fireworks.DeployedModel, leftover string) {
	if last == nil {
		diags.AddError(summaryLoadFailed, fmt.Sprintf(
			"Loading %s onto %s was accepted, but the platform gave it up, or something else unloaded the model: nothing is left of it.\n\n"+
				"Check that the model fits the deployment and that the deployment is ready, and apply again.", pair.Model, pair.Deployment))

		return
	}

	diags.AddError(summaryLoadFailed, joinParagraphs(
		fmt.Sprintf("%s could not be loaded onto %s. The deployed model %s is in state %s.", pair.Model, pair.Deployment, last.Name, last.State),
		platformReason(last.Status), "Fix the problem described above and apply again. "+leftover))
}

// lastLoadState describes what was last seen of a deployed model, as the end of a sentence.
func lastLoadState(last *fireworks.DeployedModel) string {
	if last == nil || last.State == "" {
		return ""
	}

	return lastSeen(last.Name, "state "+string(last.State), quoted(last.StatusMessage))
}

// addNotUnloaded reports why a model was not unloaded, or is not known to be unloaded.
func addNotUnloaded(ctx context.Context, diags *diag.Diagnostics, state deployedModel, err error) {
	const tryAgain = "Try again: unloading that finished in the meantime counts as a success."

	model, deployment := state.Model.ValueString(), state.Deployment.ValueString()

	switch timeout := expiredTimeout(ctx); {
	case timeout != nil:
		diags.AddError(summaryUnloadTimedOut, fmt.Sprintf("%s before %s was unloaded from %s.\n\n%s To wait longer, increase %s.",
			sentenceStart(timeout.Error()), model, deployment, tryAgain, timeout.Argument))
	case ctx.Err() != nil:
		diags.AddError(summaryModelNotUnloaded, fmt.Sprintf("The run was interrupted before %s was unloaded from %s.\n\n%s",
			model, deployment, tryAgain))
	default:
		diags.AddError(summaryModelNotUnloaded, apiDetail(
			fmt.Sprintf("%s was not unloaded from %s.", model, deployment), err, ""))
	}
}
