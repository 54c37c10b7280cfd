package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// addNotPromoted reports why a promotion was not accepted, or is not known to be. Nothing is in the state then.
// ctx ends with an interrupt, timed also when timeouts.create has passed.
func addNotPromoted(ctx, timed context.Context, diags *diag.Diagnostics, request fireworks.PromotionRequest, err error) {
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
	case errors.Is(err, errModelExists):
		diags.AddAttributeError(path.Root("output_model_id"), summaryModelExists,
			joinParagraphs(fmt.Sprintf("The model %s exists already. Nothing was promoted and nothing was changed.", name), importHint(name)))
	case fireworks.IsConflict(err):
		addAPIError(diags, path.Root("output_model_id"), summaryModelExists,
			fmt.Sprintf("The model %s exists already. Nothing was promoted and nothing was changed.", name), err, importHint(name))
	case errors.As(err, &lost):
		addAPIError(
			diags,
			path.Empty(),
			summaryPromotionOutcomeLost,
			fmt.Sprintf(
				"The API was asked to promote %s to %s, but no answer came through, and the model is not to be seen.",
				request.Checkpoint,
				name,
			),
			lost.err,
			"Run it again: the plan looks for the model first, and says how to import it should the promotion have gone through after all. No checkpoint is promoted twice.",
		)
	case timed.Err() != nil && errors.Is(err, errNotStarted):
		summary, what := summaryTimedOutBefore, "timeouts.create passed"
		if ctx.Err() != nil {
			summary, what = summaryInterruptedBefore, "The run was interrupted"
		}

		diags.AddError(
			summary,
			fmt.Sprintf(
				"%s before the promotion of %s to %s was asked for. Nothing was promoted and nothing was changed.\n\nApply again.",
				what,
				request.Checkpoint,
				name,
			),
		)
	case ctx.Err() != nil:
		diags.AddError(summaryInterruptedBefore, fmt.Sprintf(
			"The run was interrupted before the promotion of %s to %s was confirmed, and the model is not to be seen yet.\n\n"+
				"Plan again: if the promotion went through after all, the plan says that the model exists and prints the import block for it.", request.Checkpoint, name))
	case timed.Err() != nil:
		diags.AddError(summaryTimedOutBefore, fmt.Sprintf(
			"timeouts.create passed before the promotion of %s to %s was confirmed, and the model is not to be seen yet.\n\n"+
				"Plan again: if the promotion went through after all, the plan says that the model exists and prints the import block for it. A longer timeouts.create waits longer.", request.Checkpoint, name))
	default:
		addAPIError(diags, blameForPromotion(err), summaryModelNotPromoted,
			fmt.Sprintf("The checkpoint %s was not promoted to %s.", request.Checkpoint, name), err, nextStepAfterRefusal(err))
	}
}

// blameForPromotion is the argument behind a refusal, as far as its status tells.
func blameForPromotion(err error) path.Path {
	if fireworks.IsNotFound(err) {
		return path.Root("checkpoint_name")
	}

	return path.Empty()
}

func nextStepAfterRefusal(err error) string {
	switch fireworks.StatusOf(err) {
	case http.StatusBadRequest:
		return "The platform refused the promotion itself. Check that the checkpoint is promotable (the data source fireworks_checkpoints tells) and that base_model is the model that was trained on."
	case http.StatusNotFound:
		return "The checkpoint, its job or its files are gone. The platform keeps the files of a deleted trainer job for 30 days. Choose another checkpoint; the data source fireworks_checkpoints lists them."
	}

	return ""
}

func interruptedDetail(promotion *promotion) string {
	return fmt.Sprintf("The run was interrupted while %s was being promoted; the promotion goes on without Terraform%s.\n\n"+
		"Nothing is lost: the model is in the state. The next apply waits for the same promotion and does not ask for another.", promotion.name, lastStatus(promotion))
}

func timedOutDetail(promotion *promotion, timeout time.Duration) string {
	return fmt.Sprintf(`The model %s was not ready within %s (timeouts.create). The promotion is still running%s.

The model is in the state, but Terraform marks it as tainted, so the next apply would replace it. To go on waiting instead, take the mark off and apply again, with a longer timeouts.create if need be:

%s`, promotion.name, timeout, lastStatus(promotion), withAddress("terraform untaint "))
}

// withAddress is a command to type that ends with the address of the resource, which the provider does not know.
func withAddress(command string) string {
	return "  " + command + addressPlaceholder + "\n\n" + addressHint
}

const (
	addressPlaceholder = "fireworks_promoted_model.NAME"
	addressHint        = "Put the address of this resource in the place of " + addressPlaceholder + "."
)

// lastStatus is what was last heard of a promotion, as the end of a sentence.
func lastStatus(promotion *promotion) string {
	var parts []string
	if promotion.operation != nil {
		parts = append(parts, "operation "+promotion.operation.String())
	}

	if promotion.statusText != "" {
		parts = append(parts, fmt.Sprintf("last status %q", promotion.statusText))
	}

	if promotion.model != nil && promotion.model.State != "" {
		parts = append(parts, "model "+promotion.model.State)
	}

	if len(parts) == 0 {
		return ""
	}

	return " (" + strings.Join(parts, ", ") + ")"
}

// addPromotionFailed reports a promotion that was accepted and did not end in a ready model;
// replaced tells whether the next apply makes the model anew by itself.
func addPromotionFailed(diags *diag.Diagnostics, promotion *promotion, err error, replaced bool) {
	var (
		failure  *fireworks.OperationFailure
		unusable *unusableModelError
		missing  *missingModelError
	)
	switch {
	case errors.As(err, &failure) && promotion.model == nil:
		diags.AddError(summaryPromotionFailed, apiDetail(
			fmt.Sprintf("The promotion to %s failed and left no model.", promotion.name),
			err,
			"Correct what the message names and apply again. The data source fireworks_checkpoints tells whether the checkpoint is still promotable.",
		))
	case errors.As(err, &failure):
		diags.AddError(
			summaryPromotionFailed,
			apiDetail(fmt.Sprintf("The promotion to %s failed and left a model that is not usable.", promotion.name), err,
				"Correct what the message names and apply again: the model is in the state, and the next apply replaces it."),
		)
	case errors.As(err, &unusable):
		message := unusable.model.StatusMessage
		if message == "" {
			message = "(no message)"
		}

		nextStep := "The next apply replaces the model."
		if !replaced {
			nextStep = "The model is left alone. To promote the checkpoint once more in its place:\n\n" + withAddress("terraform apply -replace=")
		}

		diags.AddError(summaryModelUnusable, fmt.Sprintf(
			"The model %s is in the state %q, from which it does not become ready.\n\nThe platform said: %s\n\n%s",
			promotion.name,
			unusable.model.State,
			message,
			nextStep,
		))
	case errors.As(err, &missing):
		diags.AddError(summaryPromotionFailed, fmt.Sprintf(
			"The promotion to %s ended without an error and without a model: the API answers that there is none.\n\nApply again to promote the checkpoint once more.",
			promotion.name,
		))
	default:
		diags.AddError(summaryPromotionUntracked, apiDetail(
			fmt.Sprintf("The promotion to %s was accepted, but the provider cannot see how it goes on.", promotion.name),
			err,
			remedy(
				err,
			)+"\n\nThe model is in the state. If Terraform marked it as tainted, take the mark off, so that the next apply goes on waiting instead of replacing the model:\n\n"+withAddress(
				"terraform untaint ",
			),
		))
	}
}

func addDestroyPrevented(diags *diag.Diagnostics, name string) {
	diags.AddAttributeError(path.Root("deletion_policy"), summaryDestroyPrevented, fmt.Sprintf(
		"This would destroy or replace the model %s, and its deletion_policy is %s.\n\n"+
			"If that is meant, set deletion_policy to %s (or to %s, which leaves the model on the platform), apply that alone first, and run this again. "+
			"A resource that is marked as tainted takes no change in place: take the mark off with terraform untaint before that.",
		name, deletionPolicyPrevent, deletionPolicyDelete, deletionPolicyAbandon))
}
