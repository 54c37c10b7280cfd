// SPDX-License-Identifier: MPL-2.0

package deployedmodel

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

const loadQuotaHint = "Unload another model, or request more quota. " +
	"The data source fireworks_quotas lists what is left of deployed-model-count."

var waitTexts = lifecycle.LifecycleTexts{
	ObjectKind: providerdata.DeployedModelKind, Creation: "loading",
	Failed: "Check that the model fits the deployment, and that the deployment is ready.",

	Unknown: diagnostic.SummaryLoadOutcomeUnknown, InterruptedBefore: diagnostic.SummaryLoadInterruptedBefore,
	TimedOutBefore: diagnostic.SummaryLoadTimedOutBefore,

	Interrupted: diagnostic.SummaryLoadInterrupted, TimedOut: diagnostic.SummaryLoadTimedOut,
	WaitInterrupted: diagnostic.SummaryLoadWaitInterrupted, WaitTimedOut: diagnostic.SummaryLoadWaitTimedOut,

	CreationFailed: diagnostic.SummaryLoadFailed, Unusable: diagnostic.SummaryLoadFailed,
	Gone: diagnostic.SummaryLoadFailed, LostTrack: diagnostic.SummaryLostTrackOfLoad,

	NotRead: diagnostic.SummaryDeployedModelNotRead, NotUpdated: diagnostic.SummaryDeployedModelNotUpdated,
	NotDeleted: diagnostic.SummaryModelNotUnloaded, DeletionTimedOut: diagnostic.SummaryUnloadTimedOut,
}

func subjectOf(name fireworks.DeployedModelName) lifecycle.Subject {
	return lifecycle.Subject{LifecycleTexts: &waitTexts, Name: name.String()}
}

// pairSubject is a deployed model whose ID the platform has not chosen yet.
func pairSubject(pair loadedPair) lifecycle.Subject {
	return lifecycle.Subject{LifecycleTexts: &waitTexts, Name: pair.String()}
}

// addAlreadyLoaded reports that the model is loaded onto the deployment already, and not by this resource.
func addAlreadyLoaded(diags *diag.Diagnostics, pair loadedPair, existing fireworks.DeployedModel) {
	if existing.State == fireworks.DeployedModelStateUndeploying {
		diags.AddAttributeError(path.Root("model"), diagnostic.SummaryModelAlreadyLoaded, fmt.Sprintf(
			"%s is still being unloaded from %s, as %s.\n\nApply again when that is done. If this resource failed to load "+
				"it: %s", pair.Model, pair.Deployment, existing.Name,
			lifecycle.SameNameHint(providerdata.DeployedModelKind)))

		return
	}

	diags.AddAttributeError(path.Root("model"), diagnostic.SummaryModelAlreadyLoaded, diagnostic.JoinParagraphs(
		fmt.Sprintf("%s is already loaded onto %s, as %s.", pair.Model, pair.Deployment, existing.Name),
		lifecycle.ImportHint(providerdata.DeployedModelKind, existing.Name)))
}

// addNotLoaded reports why a model is not being loaded, or may be; existing is the deployed model of the pair that was
// found before the request. The state contains nothing then.
func addNotLoaded(
	ctx context.Context, d *providerdata.Data, diags *diag.Diagnostics, pair loadedPair,
	existing *fireworks.DeployedModel, err error,
) {
	what := fmt.Sprintf("%s was not loaded onto %s.", pair.Model, pair.Deployment)

	switch {
	case errors.Is(err, lifecycle.ErrAlreadyExists):
		addAlreadyLoaded(diags, pair, *existing)
	case pairSubject(pair).AddNotCreated(ctx, diags, err):
	case fireworks.IsConflict(err):
		diags.AddAttributeError(path.Root("model"), diagnostic.SummaryModelAlreadyLoaded, diagnostic.APIDetail(
			what, err, "Something else loaded the model at the same time. Plan again: the plan prints an import "+
				"block for it."))
	case fireworks.IsQuotaExceeded(err):
		diags.AddError(diagnostic.SummaryQuotaExceeded, diagnostic.APIDetail(what, err, loadQuotaHint))
	case fireworks.IsNotFound(err):
		diags.AddError(diagnostic.SummaryModelNotLoaded,
			diagnostic.APIDetail(what, err, "Check that the model and the deployment exist."))
	case fireworks.StatusOf(err) == http.StatusBadRequest:
		diags.AddError(diagnostic.SummaryModelNotLoaded, diagnostic.APIDetail(what, err,
			"Check that the model is a LoRA of the base model of the deployment, and that the deployment has "+
				"enable_addons."))
	default:
		d.AddAPIError(diags, path.Empty(), diagnostic.SummaryModelNotLoaded, what, err, "")
	}
}
