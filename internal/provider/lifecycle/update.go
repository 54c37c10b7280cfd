// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
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

// Resume waits for an object that an earlier apply is creating or updating, and reports if it is not usable; prior is
// its state before. It returns the object as it was last seen, nil if it was not.
func (o Object[T]) Resume(
	ctx context.Context, resp *resource.UpdateResponse, prior types.String, limits timeouts.Value,
	defaultLimit time.Duration,
) *T {
	ctx, cancel := WithTimeout(ctx, "timeouts.create", limits.Create, defaultLimit, &resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return nil
	}

	last, failure := o.Wait(ctx, nil)

	switch {
	case failure != nil && failure.End == EndFailed && o.States.NeverUsable(ctx, prior, resp.Private):
		failure.Replaced = true

		resp.Diagnostics.Append(SetMark(ctx, resp.Private, FailedKey)...)
	case failure == nil:
		resp.Diagnostics.Append(SavePrivate(ctx, resp.Private, CreatingKey, false)...)
		failure = o.respond(ctx, &resp.Diagnostics)
	}

	if failure != nil {
		failure.Report(&resp.Diagnostics, o.Subject, PhaseResume)
		return last
	}

	resp.Diagnostics.Append(ClearPrivate(ctx, resp.Private, AwaitingInferenceKey)...)

	return last
}

// Update is an update of an object in place.
type Update[T any] struct {
	Object[T]

	Limits       timeouts.Value
	DefaultLimit time.Duration
	// Prior is the state of the object before.
	Prior types.String
	// Send sends the request.
	Send func(context.Context) (T, error)
	// AddRefused, if set, adds the error about a request that failed.
	AddRefused func(diags *diag.Diagnostics, err error)
	// Await, if set, waits until the update has taken effect.
	Await func(ctx context.Context, updated *T) (*T, *WaitError)
	// NotApplied returns the values that were sent and that the API did not apply.
	NotApplied func(T) []attribute.Unapplied
}

// Do sends the request and waits. It returns the object as it was last seen, nil if the request failed, and adds an
// error if anything fails.
func (u Update[T]) Do(ctx context.Context, diags *diag.Diagnostics) *T {
	ctx, cancel := WithTimeout(ctx, "timeouts.update", u.Limits.Update, u.DefaultLimit, diags)
	defer cancel()

	if diags.HasError() {
		return nil
	}

	err := cmp.Or(RequireNotDeleting(u.Prior), CtxError(ctx))

	var updated T

	if err == nil {
		u.LogUpdate(ctx)

		updated, err = u.Send(ctx)
	}

	if err != nil {
		u.addNotUpdated(ctx, diags, err)
		return nil
	}

	last, failure := &updated, (*WaitError)(nil)
	if u.Await != nil {
		last, failure = u.Await(ctx, last)
	}

	if failure != nil {
		failure.Report(diags, u.Subject, PhaseUpdate)
		return last
	}

	u.Subject.AddNotApplied(diags, u.NotApplied(*last))

	return last
}

// LogUpdate logs that an update is requested.
func (o Object[T]) LogUpdate(ctx context.Context) {
	NewWaiter(o.Data, o.Subject).Log(ctx, "Requesting update of "+o.Subject.Noun, nil)
}

func (u Update[T]) addNotUpdated(ctx context.Context, diags *diag.Diagnostics, err error) {
	switch {
	case u.AddStopped(ctx, diags, err):
	case u.AddRefused != nil:
		u.AddRefused(diags, err)
	default:
		u.Data.AddAPIError(diags, path.Empty(), u.Subject.NotUpdated, u.Subject.NotUpdatedText(err), err,
			cmp.Or(diagnostic.Remedy(err), "Plan again: the plan shows what is left to change."))
	}
}

// AddStopped reports an update that ended because its object was deleted, or because of an interrupt or a timeout, and
// says whether it was requested. It returns false for any other error.
func (o Object[T]) AddStopped(ctx context.Context, diags *diag.Diagnostics, err error) bool {
	s, summary := o.Subject, o.Subject.NotUpdated
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
	case fireworks.IsNotFound(err) && o.isDeleted(ctx):
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
func (o Object[T]) isDeleted(ctx context.Context) bool {
	current, err := o.Get(ctx)
	if fireworks.IsNotFound(err) {
		return confirmNotFound(ctx, o.Data, err) == nil
	}

	return err == nil && o.States.IsDeleted(o.Observe(current).State)
}

// Model is the model of a resource, M, whose objects are of the type T.
type Model[M, T any] interface {
	refreshable[M, T]
	// FillUnknown sets the unknown attributes from the API, or to null without a response.
	FillUnknown(api *T)
	// CopyUnsent sets the arguments that an update saves without a request.
	CopyUnsent(plan *M)
}

type refreshable[M, T any] interface {
	*M
	// Refresh sets all attributes that the API reports.
	Refresh(api T)
}

// FillUnknown is the method FillUnknown of a model whose zero value is valid.
func FillUnknown[M, T any, P refreshable[M, T]](plan P, api *T) {
	var reported M
	if api != nil {
		P(&reported).Refresh(*api)
	}

	attribute.FillUnknown((*M)(plan), &reported)
}

// SaveUpdated saves the state after an update; last is the object as it was last seen, nil if it was not. After an error
// the state holds what the platform reported, and what needs no request.
func SaveUpdated[M, T any, P Model[M, T]](
	ctx context.Context, resp *resource.UpdateResponse, plan, state P, last *T,
) {
	if !resp.Diagnostics.HasError() {
		plan.FillUnknown(last)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)

		return
	}

	state.CopyUnsent(plan)

	if last != nil {
		state.Refresh(*last)
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}
