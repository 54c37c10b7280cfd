package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deletion deletes one object and waits until it does not exist.
type deletion[T any] struct {
	data    *providerData
	subject subject
	// request sends the request.
	request func(context.Context) error
	// wait describes how to poll the object.
	wait stateWait[T]
}

// run returns nil if the object does not exist any more, a *waitError if that was not confirmed, or the error of the
// API.
func (d deletion[T]) run(ctx context.Context) error {
	waiter := d.data.newWaiter(d.subject).immediate()
	waiter.log(ctx, "Requesting deletion of "+d.subject.noun, nil)

	err := d.request(ctx)
	if err != nil && fireworks.MayHaveSucceeded(err) && ctx.Err() == nil {
		err = d.look(ctx, err)
	}

	switch {
	case fireworks.IsNotFound(err):
		err = d.data.confirmNotFound(ctx, err)
	case err == nil:
		waiter.reached = true
		if ended := waitUntilGone(ctx, waiter, d.wait); ended != nil {
			err = ended
		}
	}

	if err == nil {
		waiter.log(ctx, sentenceStart(d.subject.noun)+" deleted", nil)
	}

	return err
}

// look decides what became of a request whose response was lost: nil if the deletion is running, else a "not found" or
// the error.
func (d deletion[T]) look(ctx context.Context, lost error) error {
	object, err := d.wait.get(ctx)

	switch {
	case fireworks.IsNotFound(err):
		return err
	case err == nil && d.wait.states.isDeleted(d.wait.observe(object).State):
		return nil
	}

	return lost
}

// errNotFoundUnconfirmed is an object that does not exist according to an API that has not been seen to know the
// account.
var errNotFoundUnconfirmed = errors.New("no request of this run has succeeded, so base_url may not be the URL of the Fireworks control plane")

// confirmNotFound returns nil if a "not found" of the API can be believed: a request of this process has succeeded, so
// the API is the right one.
func (d *providerData) confirmNotFound(ctx context.Context, notFound error) error {
	if d.client.Confirmed() {
		return nil
	}

	if err := d.client.Confirm(ctx); err != nil {
		return fmt.Errorf("%w (%w): %w", errNotFoundUnconfirmed, err, notFound)
	}

	return nil
}

// isGone reports whether the error of a read says that the object does not exist. Otherwise it adds an error, unless
// err is nil.
func (d *providerData) isGone(ctx context.Context, diags *diag.Diagnostics, s subject, summary string, err error) bool {
	if fireworks.IsNotFound(err) {
		err = d.confirmNotFound(ctx, err)
		if err == nil {
			return true
		}
	}

	if err != nil {
		d.addAPIError(diags, path.Empty(), summary, s.start()+" could not be read.", err, "")
	}

	return false
}

// allowsDeletion does what the deletion policy says, and reports whether the object is deleted.
func (o managedObject) allowsDeletion(ctx context.Context, diags *diag.Diagnostics) bool {
	prevented := o.checkDestroy()
	diags.Append(prevented...)

	if o.DeletionPolicy == deletionPolicyAbandon {
		tflog.Info(ctx, "Object left on the platform", map[string]any{"name": o.Name})
		return false
	}

	return !prevented.HasError()
}
