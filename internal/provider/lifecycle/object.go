// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Object is one object on the platform, with the requests that read it. Its methods are the steps that the resources
// have in common.
type Object[T any] struct {
	Data    *providerdata.Data
	Subject Subject
	States  objectStates
	// Get requests the object, and GetOnce does so without retries.
	Get, GetOnce func(context.Context) (T, error)
	Observe      func(T) Observation
	// Respond, if set, waits until the usable object responds to inference requests.
	Respond func(ctx context.Context, diags *diag.Diagnostics) *WaitError
}

// Find returns the object, nil if it does not exist or this process has deleted it for good: then its ID is about to
// become free.
func (o Object[T]) Find(ctx context.Context) (*T, error) {
	found, err := o.Get(ctx)

	switch {
	case fireworks.IsNotFound(err):
		return nil, nil //nolint:nilnil // that the object does not exist is not an error
	case err != nil:
		return nil, err
	case o.States.IsDeleted(o.Observe(found).State) && IsReusable(o.Data, o.Subject.Name):
		return nil, nil //nolint:nilnil // the same
	}

	return &found, nil
}

// CreateOnce returns the creation of the object with the request. describe says what identifies an object that is found
// after a lost response.
func (o Object[T]) CreateOnce(
	send func(context.Context) (*T, error), describe func(*T) CreatedObject,
) CreateOnce[T] {
	return CreateOnce[T]{
		Find:          o.Find,
		Send:          send,
		Describe:      describe,
		RetryConflict: func() bool { return IsReusable(o.Data, o.Subject.Name) },
		Clock:         o.Data.Clock,
		MaxRetries:    o.Data.Client.MaxRetries(),
	}
}

func (o Object[T]) respond(ctx context.Context, diags *diag.Diagnostics) *WaitError {
	if o.Respond == nil {
		return nil
	}

	return o.Respond(ctx, diags)
}

// isUsable reports whether the object was last seen ready to use; last is nil if it was not seen.
func (o Object[T]) isUsable(last *T) bool {
	return last != nil && o.Observe(*last).State == o.States.usable
}

// Wait waits until the object is usable; last is what was last seen of it, nil if nothing. Then it polls at once.
func (o Object[T]) Wait(ctx context.Context, last *T) (*T, *WaitError) {
	waiter := NewWaiter(o.Data, o.Subject)
	if last == nil {
		waiter = waiter.Immediate()
	}

	return WaitForState(ctx, waiter, o.stateWait(last))
}

func (o Object[T]) stateWait(last *T) StateWait[T] {
	return StateWait[T]{Last: last, Get: o.GetOnce, Observe: o.Observe, States: o.States}
}

// AwaitCreated waits until a new object, which the state contains, is usable and responds, and reports if it does not.
// save saves what was seen of it. It returns the object if that is usable.
func (o Object[T]) AwaitCreated(
	ctx context.Context, resp *resource.CreateResponse, created *T, save func(*T),
) *T {
	last, failure := o.Wait(ctx, created)

	if failure != nil && failure.Report(&resp.Diagnostics, o.Subject, PhaseCreate) {
		resp.State.RemoveResource(ctx)
		return nil
	}

	save(last)

	if failure == nil {
		if failure = o.respond(ctx, &resp.Diagnostics); failure != nil {
			failure.Report(&resp.Diagnostics, o.Subject, PhaseCreate)
		}
	}

	if failure != nil && o.Respond != nil {
		resp.Diagnostics.Append(SetMark(ctx, resp.Private, AwaitingInferenceKey)...)
	}

	if !o.isUsable(last) {
		return nil
	}

	return last
}

// SaveCreated saves a new object in the state: what was planned, and what was last seen of the object; last is nil if
// it was not.
func SaveCreated[M, T any, P Model[M, T]](
	ctx context.Context, resp *resource.CreateResponse, o Object[T], plan M, identity types.Object, last *T,
) {
	P(&plan).FillUnknown(last)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
	resp.Diagnostics.Append(SavePrivate(ctx, resp.Private, CreatingKey, !o.isUsable(last))...)
}

// SaveRefreshed saves the state of an object that was read; before is the state until now.
func (o Object[T]) SaveRefreshed(ctx context.Context, resp *resource.ReadResponse, before, state any, api T) {
	resp.Diagnostics.Append(providerdata.SetIfChanged(ctx, &resp.State, before, state)...)
	resp.Diagnostics.Append(RefreshCreating(ctx, resp.Private, o.isUsable(&api))...)

	if o.isUsable(&api) {
		resp.Diagnostics.Append(ClearPrivate(ctx, resp.Private, FailedKey)...)
	}
}

// WarnUnusable warns about an object that was read and is kept although it left the usable state by itself, or failed
// after it was created. One whose creation is known to have failed is replaced by the plan, which says so.
func (o Object[T]) WarnUnusable(ctx context.Context, resp *resource.ReadResponse, api T) {
	seen := o.Observe(api)
	failed := slices.Contains(o.States.Failed, seen.State) && !HasMark(ctx, resp.Private, CreatingKey)

	if HasMark(ctx, resp.Private, FailedKey) ||
		!failed && !o.States.isStranded(ctx, types.StringValue(seen.State), resp.Private) {
		return
	}

	o.Subject.addUnusable(&resp.Diagnostics, seen)
}
