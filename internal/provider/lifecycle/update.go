// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// errUpdateNotSent wraps an error that occurred before the request of an update was sent.
var errUpdateNotSent = errors.New("the update was not requested")

func NotSent(err error) error { return fmt.Errorf("%w: %w", errUpdateNotSent, err) }

// CtxError returns errUpdateNotSent if ctx has ended.
func CtxError(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}

	return NotSent(context.Cause(ctx))
}

// errBeingDeleted is an update of an object that was being deleted before the apply.
var errBeingDeleted = errors.New("the object is being deleted")

// RequireNotDeleting returns an error if the object in the state is being deleted, so that it cannot be updated.
func RequireNotDeleting(state types.String) error {
	if state.ValueString() == stateDeleting {
		return errBeingDeleted
	}

	return nil
}

// Update is the request of an update of one object.
type Update[T any] struct {
	Data    *providerdata.Data
	Subject Subject
	// Prior is the state of the object before the update.
	Prior types.String
	// Get returns the current state of the object.
	Get func(context.Context) (fireworks.Enum, error)
	// Send sends the request.
	Send func(context.Context) (T, error)
	// AddRefused, if set, adds the error about a request that failed.
	AddRefused func(diags *diag.Diagnostics, err error)
}

// Do sends the request. It returns nil and adds an error if that fails.
func (u Update[T]) Do(ctx context.Context, diags *diag.Diagnostics) *T {
	err := cmp.Or(RequireNotDeleting(u.Prior), CtxError(ctx))

	var updated T
	if err == nil {
		updated, err = u.Send(ctx)
	}

	switch {
	case err == nil:
		return &updated
	case u.AddStopped(ctx, diags, err):
	case u.AddRefused != nil:
		u.AddRefused(diags, err)
	default:
		u.Data.AddAPIError(diags, path.Empty(), u.Subject.NotUpdated, u.Subject.NotUpdatedText(err), err, "")
	}

	return nil
}

// AddStopped reports an update that ended because its object was deleted, or because of an interrupt or a timeout, and
// says whether it was requested. It returns false for any other error.
func (u Update[T]) AddStopped(ctx context.Context, diags *diag.Diagnostics, err error) bool {
	s, summary := u.Subject, u.Subject.NotUpdated
	stopped, next := "The run was interrupted", "Apply again."

	if timeout := expiredTimeout(ctx); timeout != nil {
		stopped = diagnostic.SentenceStart(timeout.Error())
		next = "Apply again. To wait longer, increase " + timeout.Argument + "."
	}

	switch {
	case errors.Is(err, errBeingDeleted):
		diags.AddError(summary, diagnostic.JoinParagraphs(
			fmt.Sprintf("%s was not updated: it is being deleted, since before this apply (state %s).", s.start(),
				stateDeleting),
			"Apply again when it does not exist any more: the next plan then creates it anew."))
	case fireworks.IsNotFound(err) && u.isDeleted(ctx):
		diags.AddError(summary, diagnostic.JoinParagraphs(
			fmt.Sprintf("%s was not updated: it was deleted after the plan.", s.start()),
			diagnostic.ErrorDetail(err), "Apply again: the next plan creates it anew."))
	case ctx.Err() == nil:
		return false
	case errors.Is(err, errUpdateNotSent):
		diags.AddError(summary, diagnostic.JoinParagraphs(
			fmt.Sprintf("%s before the update of %s was requested. Nothing was changed.", stopped, s), next))
	default:
		diags.AddError(summary, diagnostic.JoinParagraphs(
			fmt.Sprintf("%s before a response to the update of %s was received. The update may take effect: the "+
				"next plan shows whether it did.", stopped, s), next))
	}

	return true
}

// isDeleted reports whether the object does not exist any more. The "not found" of an update may be about another
// object, to which the update refers.
func (u Update[T]) isDeleted(ctx context.Context) bool {
	state, err := u.Get(ctx)
	if fireworks.IsNotFound(err) {
		return confirmNotFound(ctx, u.Data, err) == nil
	}

	return err == nil && (state == stateDeleting || state == stateDeleted)
}
