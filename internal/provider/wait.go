package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// stateGracePeriod is how long an object may be missing or report no state after its creation was accepted.
const stateGracePeriod = 30 * time.Second

// errObjectNotFound is the result of a wait for an object that did not appear within the grace period.
var errObjectNotFound = errors.New("the object does not exist")

// unexpectedStateError is the result of a wait for an object that reached a state it does not leave by itself.
type unexpectedStateError struct{ State string }

func (e *unexpectedStateError) Error() string {
	return fmt.Sprintf("the object is in state %q", e.State)
}

// waiter polls the API for one operation on one object.
type waiter struct {
	clock    fireworks.Clock
	interval fireworks.PollInterval
	// reached is set once the API responded. From then on a failed connection, an unknown host or an invalid
	// certificate is no mistake in the configuration but a network that changes, and the wait continues.
	reached bool
}

// newWaiter returns a waiter that polls in the interval of the provider.
func (d *providerData) newWaiter() *waiter {
	return &waiter{clock: d.clock, interval: d.pollInterval}
}

// immediate returns a copy of w that polls for the first time without a delay.
func (w *waiter) immediate() *waiter {
	return &waiter{clock: w.clock, interval: w.interval.Immediate(), reached: w.reached}
}

// poll calls get until it reports done or fails for good. When ctx ends, poll returns its cause.
func (w *waiter) poll(ctx context.Context, get func(context.Context) (done bool, err error)) error {
	err := fireworks.Poll(ctx, w.clock, w.interval, func(ctx context.Context) (bool, error) {
		done, err := get(ctx)

		var connectionError *fireworks.ConnectionError
		switch {
		case err == nil || fireworks.StatusOf(err) != 0:
			w.reached = true
		case w.reached && errors.As(err, &connectionError):
			tflog.Warn(ctx, "API unreachable, retrying", map[string]any{"error": err.Error()})
			return false, nil
		}

		return done, err
	})
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}

	return err
}

// stateWait describes a wait for an object to reach a state.
type stateWait[T any] struct {
	// last is what was seen of the object before, nil if nothing.
	last *T
	// get requests the object once, without retries.
	get   func(context.Context) (T, error)
	state func(T) string
	// pending are the states that precede the target states. Any other state ends the wait.
	pending, target []string
	// failed, if set, reports that an object in a pending state does not leave it; it must do so for the whole grace period.
	failed func(T) bool
}

// waitForState polls until the object is in a target state. It returns the object as it was last seen, nil if it was never
// seen or does not exist. The error is errObjectNotFound, *unexpectedStateError, the cause of ctx, or a permanent API error.
func waitForState[T any](ctx context.Context, w *waiter, wait stateWait[T]) (*T, error) {
	last := wait.last
	if last != nil && slices.Contains(wait.target, wait.state(*last)) {
		return last, nil
	}

	var graceStart time.Time

	graceExpired := func() bool {
		now := w.clock.Now()
		if graceStart.IsZero() {
			graceStart = now
		}

		return now.Sub(graceStart) >= stateGracePeriod
	}

	err := w.poll(ctx, func(ctx context.Context) (bool, error) {
		object, err := wait.get(ctx)

		switch {
		case fireworks.IsNotFound(err) && graceExpired():
			last = nil
			return false, errObjectNotFound
		case fireworks.IsNotFound(err):
			return false, nil
		case err != nil:
			return false, err
		}

		last = &object
		state := wait.state(object)
		pending := slices.Contains(wait.pending, state)

		switch {
		case slices.Contains(wait.target, state):
			return true, nil
		case pending && (wait.failed == nil || !wait.failed(object)):
			graceStart = time.Time{}
			return false, nil
		case (pending || isEmptyState(state)) && !graceExpired():
			return false, nil
		}

		return false, &unexpectedStateError{State: state}
	})

	return last, err
}

func isEmptyState(state string) bool { return state == "" || state == fireworks.ModelStateUnspecified }

// waitUntilGone polls until the object does not exist; isDeleted, if set, reports whether an object that can still be read is deleted.
func waitUntilGone[T any](ctx context.Context, w *waiter, get func(context.Context) (T, error), isDeleted func(T) bool) error {
	return w.poll(ctx, func(ctx context.Context) (bool, error) {
		object, err := get(ctx)
		if fireworks.IsNotFound(err) {
			return true, nil
		}

		return err == nil && isDeleted != nil && isDeleted(object), err
	})
}
