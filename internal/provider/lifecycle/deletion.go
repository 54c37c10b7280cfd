// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Delete sends the request of a deletion and waits until the object does not exist. It returns nil then, a *WaitError if
// that was not confirmed, or the error of the API.
func (o Object[T]) Delete(ctx context.Context, request func(context.Context) error) error {
	waiter := NewWaiter(o.Data, o.Subject).Immediate()
	waiter.Log(ctx, "Requesting deletion of "+o.Subject.Noun, nil)

	err := request(ctx)
	if err != nil && fireworks.MayHaveSucceeded(err) && ctx.Err() == nil {
		err = o.afterLostDeletion(ctx, err)
	}

	switch {
	case fireworks.IsNotFound(err):
		err = confirmNotFound(ctx, o.Data, err)
	case err == nil:
		waiter.Reached = true
		if ended := waitUntilGone(ctx, waiter, o.stateWait(nil)); ended != nil {
			err = ended
		}
	}

	if err == nil {
		waiter.Log(ctx, diagnostic.SentenceStart(o.Subject.Noun)+" deleted", nil)
	}

	return err
}

// afterLostDeletion decides what became of a request whose response was lost: nil if the deletion is running, else a
// "not found" or the error.
func (o Object[T]) afterLostDeletion(ctx context.Context, lost error) error {
	object, err := o.GetOnce(ctx)

	switch {
	case fireworks.IsNotFound(err):
		return err
	case err == nil && o.States.IsDeleted(o.Observe(object).State):
		return nil
	}

	return lost
}

// RecordDeletion records that this process deleted the object for good, so that its ID is about to become free; what
// describes it.
func (o Object[T]) RecordDeletion(what string) {
	o.Data.DeletedNames.Put(o.Subject.Name, providerdata.DeletedObject{
		At: o.Data.Clock.Now(), Noun: o.Subject.Noun, What: what,
	})
}

// NoteDeleted appends to the errors of a creation that left nothing what this process deleted before: the old object of
// the name, or else those that it may replace. A creation does not learn which one that is.
func (o Object[T]) NoteDeleted(resp *resource.CreateResponse) {
	if !resp.State.Raw.IsNull() {
		return
	}

	if deleted, ok := o.Data.DeletedNames.Get(o.Subject.Name); ok {
		resp.Diagnostics = diagnostic.WithHint(resp.Diagnostics, fmt.Sprintf(
			"This run deleted the old %s before. To have it again, configure it as it was and apply.", deleted.What))

		return
	}

	var old []string

	for _, deleted := range o.Data.DeletedNames.All() {
		if deleted.Noun == o.Subject.Noun {
			old = append(old, deleted.What)
		}
	}

	if len(old) > 0 {
		resp.Diagnostics = diagnostic.WithHint(resp.Diagnostics, fmt.Sprintf(
			"This run deleted %s before. To have again what this creation was to replace, configure it as it was and "+
				"apply.", strings.Join(old, "; ")))
	}
}

// errNotFoundUnconfirmed is an object that does not exist according to an API that has not been seen to know the
// account.
var errNotFoundUnconfirmed = errors.New("no request of this run has succeeded, so base_url may not be the URL of " +
	"the Fireworks control plane")

// errNeverUsableUnknown wraps an error that occurred before the request of a deletion was sent.
var errNeverUsableUnknown = errors.New("it is not known whether the object was ever usable")

// confirmNotFound returns nil if a "not found" of the API can be believed: a request of this process has succeeded, so
// the API is the right one.
func confirmNotFound(ctx context.Context, d *providerdata.Data, notFound error) error {
	if d.Client.Confirmed() {
		return nil
	}

	if err := d.Client.Confirm(ctx); err != nil {
		return fmt.Errorf("%w (%w): %w", errNotFoundUnconfirmed, err, notFound)
	}

	return nil
}

// Found decides what the error of a refresh means. It returns true if there is none. An object that does not exist is
// removed from the state; planned is its name in the plans. Any other error is added, and the state stays.
func Found(
	ctx context.Context, d *providerdata.Data, resp *resource.ReadResponse, s Subject, planned string, err error,
) bool {
	if fireworks.IsNotFound(err) {
		err = confirmNotFound(ctx, d, err)
		if err == nil {
			RemoveFromState(ctx, d, resp, planned)
			return false
		}
	}

	switch {
	case err == nil:
	case diagnostic.IsKeyRejected(err):
		// The first error ends the run, and the state stays.
		d.AddKeyRejectedOnce(&resp.Diagnostics, err)
	default:
		d.AddAPIError(&resp.Diagnostics, path.Empty(), s.NotRead, s.start()+" could not be read.", err, "")
	}

	return err == nil
}

// RemoveFromState removes an object that no longer exists; planned is its name in the plans.
func RemoveFromState(ctx context.Context, d *providerdata.Data, resp *resource.ReadResponse, planned string) {
	d.Plans.Forget(planned)
	resp.State.RemoveResource(ctx)
}

// AllowsDeletion does what the deletion policy says, and reports whether the object is deleted. Nothing protects one
// that was never usable. The state in Terraform may be older, so if something would protect it, the platform decides
// whether managed was never usable; without an answer, nothing is done.
func (o Object[T]) AllowsDeletion(
	ctx context.Context, managed *providerdata.ManagedObject, diags *diag.Diagnostics,
) bool {
	if managed.NeverUsable && isProtected(*managed) {
		if !o.Data.RequireClient(diags) {
			return false
		}

		var err error

		managed.NeverUsable, err = o.IsNeverUsable(ctx)
		if err != nil {
			o.Subject.AddNotDeleted(ctx, o.Data, diags, fmt.Errorf("%w: %w", errNeverUsableUnknown, err))
			return false
		}
	}

	if managed.NeverUsable {
		return true
	}

	prevented := checkDestroy(*managed, nil)
	diags.Append(prevented...)

	if managed.DeletionPolicy == DeletionPolicyAbandon {
		tflog.Info(ctx, "Object left on the platform", map[string]any{"name": managed.Name})
		return false
	}

	return !prevented.HasError()
}

// IsNeverUsable reports whether an object that was never usable according to the state is not usable on the platform
// either, or does not exist.
func (o Object[T]) IsNeverUsable(ctx context.Context) (bool, error) {
	found, err := o.Get(ctx)

	switch {
	case fireworks.IsNotFound(err):
		return true, nil
	case err != nil:
		return false, err
	}

	return !o.States.wasUsable(o.Observe(found).State), nil
}
