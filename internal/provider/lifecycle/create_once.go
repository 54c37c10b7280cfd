// SPDX-License-Identifier: MPL-2.0

// Package lifecycle has what every long-lived resource needs: planning, creating an object exactly once, waiting,
// timeouts, private state, deleting, replacing, and the mapping of the end of a wait to state and diagnostic.
//
// ModifyPlan runs the plans of a resource, which describes a new object as a Creation. The operations of a resource
// start with StartCreate, StartRead, StartUpdate and StartDelete. It describes its object as an Object, whose methods
// are their steps. A creation goes through CreateOnce, which decides between created, already exists, refused and
// undetermined. The object is saved as soon as it exists. WaitForState then polls it; a wait that does not end in a
// target state ends in a WaitError, and its method Report maps that to state and diagnostic for creations, resumed
// creations, updates and deletions of all resources. objectStates says for each kind of object which states are usable,
// pending and final, and what was never usable, so that no policy protects it. The plan of a replacement is in
// replacement.go.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

var (
	// ErrAlreadyExists is returned for an object that existed before the create request was sent.
	ErrAlreadyExists = errors.New("the object already exists")
	// errNotStarted wraps an error that occurred before the create request was sent.
	errNotStarted = errors.New("the create request was not sent")
)

// undeterminedError is a create request that may have been done although no usable response was received, and whose
// object does not prove it.
type undeterminedError struct {
	// err is the error of the last attempt.
	err error
	// lookup is why it could not be determined whether the object exists, nil if it could.
	lookup error
	// reason is why an object that exists may not be the one that was to be created, "" if none exists. name is its
	// name, if known.
	reason, name string
}

func (e *undeterminedError) Error() string {
	return fmt.Sprintf("the outcome of the creation could not be determined: %s", e.err)
}

func (e *undeterminedError) Unwrap() error { return e.err }

// CreateOnce creates an object exactly once, although the response to the create request may be lost after the API did
// the work.
type CreateOnce[T any] struct {
	// Find returns the object, nil if the API says that it does not exist.
	Find func(context.Context) (*T, error)
	// Send sends the create request, which must not be retried after it may have reached the API.
	Send func(context.Context) (*T, error)
	// Describe returns what identifies an object that was found after a lost response.
	Describe func(*T) CreatedObject
	// RetryConflict, if set, reports whether a conflict is expected to go away, as after the deletion of an object with
	// the same name.
	RetryConflict func() bool

	Clock      fireworks.Clock
	MaxRetries int
}

// CreatedObject is an object that may be the one that was to be created.
type CreatedObject struct {
	Name    string
	Created time.Time
	// Differs says in what it differs from what was to be created, "" if in nothing that is known.
	Differs string
}

// Do returns the created object. It fails with ErrAlreadyExists, with which it returns the existing one, errNotStarted,
// *undeterminedError, or the refusal of the API, after which nothing was created.
func (c CreateOnce[T]) Do(ctx context.Context) (*T, error) {
	// An object that is found after a lost response can only be ours because it does not exist now.
	found, err := c.Find(ctx)

	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errNotStarted, err)
	case found != nil:
		return found, ErrAlreadyExists
	}

	sendCtx, cancel := withInterruptGrace(ctx)
	defer cancel()

	var lost lostResponse

	for attempt := 0; ; attempt++ {
		created, err := c.Send(sendCtx)
		if err == nil {
			return created, nil
		}

		if fireworks.MayHaveSucceeded(err) {
			lost = lostResponse{ended: c.Clock.Now(), cutOff: fireworks.IsCutOff(err)}
		}

		switch {
		case !lost.ended.IsZero():
			if found, resolved, err := c.resolve(ctx, err, lost, attempt); resolved {
				return found, err
			}
		case ctx.Err() != nil && fireworks.StatusOf(err) == 0:
			return nil, fmt.Errorf("%w: %w", errNotStarted, err)
		case !c.retriesConflict(err):
			return nil, err
		}

		tflog.Info(ctx, "Sending create request again", map[string]any{"attempt": attempt + 2, "error": err.Error()})

		if c.Clock.Sleep(ctx, RetryDelay(err, attempt)) == nil {
			continue
		}

		if lost.ended.IsZero() {
			return nil, fmt.Errorf("%w: %w", errNotStarted, err)
		}

		found, _, err := c.resolve(ctx, err, lost, attempt)

		return found, err
	}
}

// lostResponse is the last attempt without a usable response that may have been done.
type lostResponse struct {
	ended time.Time
	// cutOff is set if an interrupt or a timeout stopped the attempt before the start of a response.
	cutOff bool
}

// differs returns why an object that was found afterwards may not be the one that was to be created, "" if it probably
// is.
func (l lostResponse) differs(object CreatedObject) string {
	switch {
	case object.Differs != "":
		return object.Differs
	case object.Created.After(l.ended):
		return fmt.Sprintf("it was created at %s, after the last request without a response ended at %s by the "+
			"clock of this computer",
			object.Created.UTC().Format(time.RFC3339Nano), l.ended.UTC().Format(time.RFC3339Nano))
	case l.cutOff:
		return "the request was stopped before any response"
	}

	return ""
}

func (c CreateOnce[T]) retriesConflict(err error) bool {
	return fireworks.IsConflict(err) && c.RetryConflict != nil && c.RetryConflict()
}

// resolve decides what became of the create request after a response was lost; err is the error of the last attempt. An
// earlier attempt may be the one that succeeded, so the object decides, not the last response.
func (c CreateOnce[T]) resolve(
	ctx context.Context, err error, lost lostResponse, attempt int,
) (found *T, resolved bool, _ error) {
	stopped := ctx.Err() != nil
	if stopped {
		var cancel context.CancelFunc

		ctx, cancel = AfterEnd(ctx)
		defer cancel()
	}

	found, lookup := c.findVisible(ctx, fireworks.IsConflict(err) && !stopped && !c.retriesConflict(err))

	switch {
	case lookup != nil && ctx.Err() != nil && !stopped:
		return c.resolve(ctx, err, lost, attempt)
	case lookup != nil:
		return nil, true, &undeterminedError{err: err, lookup: lookup}
	case found != nil:
		object := c.Describe(found)
		if reason := lost.differs(object); reason != "" {
			return nil, true, &undeterminedError{err: err, reason: reason, name: object.Name}
		}

		tflog.Info(ctx, "Response lost, but the object was created")

		return found, true, nil
	case stopped, fireworks.IsConflict(err) && !c.retriesConflict(err):
		return nil, true, &undeterminedError{err: err}
	case !fireworks.MayHaveSucceeded(err) && !fireworks.IsConflict(err):
		return nil, true, err
	// A proxy that refused once would refuse again.
	case attempt >= c.MaxRetries, fireworks.StatusOf(err)/100 == 4 && !fireworks.IsTransient(err) &&
		!fireworks.IsConflict(err):
		return nil, true, &undeterminedError{err: err}
	}

	return nil, false, nil
}

// findVisible is find. If the object must exist, it waits for it to become visible.
func (c CreateOnce[T]) findVisible(ctx context.Context, mustExist bool) (*T, error) {
	for attempt, visible := 0, (grace{}); ; attempt++ {
		found, err := c.Find(ctx)
		if err != nil || found != nil || !mustExist || visible.expired(c.Clock.Now(), StateGracePeriod) {
			return found, err
		}

		if err := c.Clock.Sleep(ctx, RetryDelay(nil, attempt)); err != nil {
			return nil, err
		}
	}
}

// RetryDelay is the server's Retry-After, or a second that doubles up to ten.
func RetryDelay(err error, attempt int) time.Duration {
	if apiError, ok := errors.AsType[*fireworks.Error](err); ok && apiError.RetryAfter != nil {
		return min(*apiError.RetryAfter, fireworks.MaxRetryAfter)
	}

	return min(10*time.Second, time.Second<<min(attempt, 4))
}
