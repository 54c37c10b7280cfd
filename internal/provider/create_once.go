package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

const (
	// interruptGrace is how long a create request may continue after an interrupt:
	// its response decides whether there is an object to keep in the state.
	interruptGrace = time.Second
	// lastCheckTimeout limits the one lookup of the object after an interrupt or a timeout.
	lastCheckTimeout = 800 * time.Millisecond
)

var (
	// errAlreadyExists is returned for an object that existed before the create request was sent, or is not ours.
	errAlreadyExists = errors.New("the object already exists")
	// errNotStarted wraps an error that occurred before the create request was sent.
	errNotStarted = errors.New("the create request was not sent")
	// errStopped is returned when ctx ended before it was known whether the create request was accepted.
	errStopped = errors.New("stopped before the create request was confirmed")
)

// lostResponseError is a create request whose response was lost in every attempt, and whose object does not exist.
type lostResponseError struct{ err error }

func (e *lostResponseError) Error() string { return e.err.Error() }
func (e *lostResponseError) Unwrap() error { return e.err }

// createOnce creates an object with a unique name exactly once, although the response to the create request may be lost
// after the API did the work.
type createOnce[T any] struct {
	// find returns the object, nil if it does not exist.
	find func(context.Context) (*T, error)
	// send sends the create request, which must not be retried after it may have reached the API.
	send func(context.Context) (*T, error)
	// isOurs, if set, reports whether an object that was found after a lost response is the one that was to be created.
	isOurs func(*T) bool
	// retryConflict, if set, reports whether a 409 is expected to go away, as after the deletion of an object with the same name.
	retryConflict func(error) bool

	clock      fireworks.Clock
	maxRetries int
}

// do returns the created object, or nil if it was created but cannot be read yet. It fails with errAlreadyExists, errNotStarted,
// errStopped, *lostResponseError or the error response of the API. Nothing was created then, as far as is known.
func (c createOnce[T]) do(ctx context.Context) (*T, error) {
	// An object that is found after a lost response is ours because it does not exist now.
	switch found, err := c.find(ctx); {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errNotStarted, err)
	case found != nil:
		return nil, errAlreadyExists
	}

	sendCtx, cancel := withInterruptGrace(ctx)
	defer cancel()

	for attempt, lost := 0, false; ; attempt++ {
		created, err := c.send(sendCtx)

		switch {
		case err == nil:
			return created, nil
		case ctx.Err() != nil:
			return c.lastCheck(ctx)
		case lost || fireworks.MayHaveSucceeded(err):
			lost = true

			found, resolvedErr, resolved := c.resolveLost(ctx, err, attempt)
			if resolved {
				return found, resolvedErr
			}
		case c.retryConflict == nil || !fireworks.IsConflict(err) || !c.retryConflict(err):
			return nil, err
		}

		tflog.Info(ctx, "Sending create request again", map[string]any{"attempt": attempt + 2, "error": err.Error()})

		if c.clock.Sleep(ctx, retryDelay(err, attempt)) != nil {
			return c.lastCheck(ctx)
		}
	}
}

// resolveLost decides what became of a create request after a response was lost; err is the error of the last attempt.
// An earlier attempt may be the one that succeeded, so the object decides, not the last response.
func (c createOnce[T]) resolveLost(ctx context.Context, err error, attempt int) (found *T, resolvedErr error, resolved bool) {
	found, findErr := c.find(ctx)

	switch {
	case ctx.Err() != nil:
		found, err = c.lastCheck(ctx)
		return found, err, true
	case findErr != nil:
		return nil, &lostResponseError{errors.Join(err, findErr)}, true
	case found != nil && c.isOurs != nil && !c.isOurs(found):
		return nil, errAlreadyExists, true
	case found != nil || fireworks.IsConflict(err):
		tflog.Info(ctx, "Response lost, but the object was created")
		return found, nil, true
	case !fireworks.MayHaveSucceeded(err):
		return nil, err, true
	case attempt >= c.maxRetries:
		return nil, &lostResponseError{err}, true
	}

	return nil, nil, false
}

// lastCheck finds the object once more after ctx ended, so that it is not lost if it was created all the same.
func (c createOnce[T]) lastCheck(ctx context.Context) (*T, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastCheckTimeout)
	defer cancel()

	found, err := c.find(ctx)
	if err != nil || found == nil || c.isOurs != nil && !c.isOurs(found) {
		return nil, errStopped
	}

	return found, nil
}

// lastKnown gets an object once more after ctx ended. It returns what was last seen if that fails.
func lastKnown[T any](ctx context.Context, get func(context.Context) (T, error), last *T) *T {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastCheckTimeout)
	defer cancel()

	if current, err := get(ctx); err == nil {
		return &current
	}

	return last
}

// withInterruptGrace returns a copy of ctx that ends a little later than ctx, with the same cause.
func withInterruptGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	graceful, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(interruptGrace, func() { cancel(context.Cause(ctx)) })
		context.AfterFunc(graceful, func() { timer.Stop() })
	})

	return graceful, func() { stop(); cancel(nil) }
}

// retryDelay is the server's Retry-After, or a second that doubles up to ten.
func retryDelay(err error, attempt int) time.Duration {
	var apiError *fireworks.Error
	if errors.As(err, &apiError) && apiError.RetryAfter != nil {
		return min(*apiError.RetryAfter, fireworks.MaxRetryAfter)
	}

	return min(10*time.Second, time.Second<<min(attempt, 4))
}
