package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

const (
	// stateGracePeriod is how long an object may be missing, or report a failure in a pending state, before a wait
	// ends.
	stateGracePeriod = 30 * time.Second
	// capacityGracePeriod is how long a creation may report that there is no capacity before a wait ends.
	capacityGracePeriod = 10 * time.Minute
	// logInterval is how often a wait without news is logged.
	logInterval = time.Minute
)

// statusNoCapacity is the status of an object that waits for free hardware.
const statusNoCapacity = "RESOURCE_EXHAUSTED"

// waitEnd is how a wait ended that did not succeed.
type waitEnd int

const (
	// endInterrupted is a wait that Terraform interrupted; the platform continues.
	endInterrupted waitEnd = iota
	// endTimedOut is a wait whose timeout expired; the platform continues.
	endTimedOut
	// endFailed is an object that exists and does not become usable.
	endFailed
	// endGone is an object that does not exist.
	endGone
	// endLostTrack is an object whose progress the API does not report, for example because the key was revoked.
	endLostTrack
)

// waitError is a wait that did not succeed.
type waitError struct {
	end waitEnd
	// cause is the error of the API, or what ended the context; nil if the object alone shows what happened.
	cause error
	// last is what was last seen of the object.
	last observation
	// foreign is set if an object of that name exists which something else created.
	foreign bool
	// note is a further sentence about a deletion.
	note string
	// unresponsive is set if the object is usable and the wait was for an inference request: what that last returned.
	unresponsive string
}

func (e *waitError) Error() string {
	if e.cause != nil {
		return e.cause.Error()
	}

	return "the object" + e.last.text()
}

func (e *waitError) Unwrap() error { return e.cause }

// observation is what one poll shows of an object. It is logged when it changes.
type observation struct {
	State    string
	Status   fireworks.Status
	Replicas fireworks.ReplicaStats
	// Operation and Progress are the running operation and its status message.
	Operation, Progress string
}

// text describes the observation as the end of a sentence.
func (o observation) text() string {
	var parts []string

	if o.Operation != "" {
		parts = append(parts, "operation "+o.Operation)
	}

	if o.Progress != "" {
		parts = append(parts, "last status "+quoted(o.Progress))
	}

	if o.State != "" {
		parts = append(parts, "state "+o.State)
	}

	if o.Status.LastOperationFailed() {
		parts = append(parts, string(o.Status.StatusCode))
	}

	return lastSeen(append(parts, quoted(o.Status.StatusMessage))...)
}

// waiter polls the API for one operation on one object.
type waiter struct {
	clock    fireworks.Clock
	interval fireworks.PollInterval
	subject  subject
	started  time.Time
	// reached is set once the API responded. From then on a failed connection, an unknown host or an invalid
	// certificate is no mistake in the configuration but a network that changes, and the wait continues.
	reached bool
	// seen is the last observation.
	seen     observation
	loggedAt time.Time
}

// newWaiter returns a waiter for the subject that polls in the interval of the provider.
func (d *providerData) newWaiter(s subject) *waiter {
	return &waiter{clock: d.clock, interval: d.pollInterval, subject: s, started: d.clock.Now()}
}

// immediate makes the next poll the first one without a delay.
func (w *waiter) immediate() *waiter {
	w.interval = w.interval.Immediate()
	return w
}

// observe logs what a poll shows of the object, if it changed or was not logged for a while.
func (w *waiter) observe(ctx context.Context, seen observation) {
	now := w.clock.Now()

	changed := seen != w.seen
	if !changed && now.Sub(w.loggedAt) < logInterval {
		return
	}

	w.seen, w.loggedAt = seen, now
	w.log(ctx, "Waiting for "+w.subject.noun, nil)
}

// log logs a message with the object, what was last seen of it, and the time since the start of the wait.
func (w *waiter) log(ctx context.Context, message string, more map[string]any) {
	fields := map[string]any{
		w.subject.logKey(): w.subject.name, "elapsed": w.clock.Now().Sub(w.started).Round(time.Millisecond).String(),
	}

	for name, text := range map[string]string{
		"state": w.seen.State, "operation": w.seen.Operation, "progress": w.seen.Progress,
		"status": strings.TrimSpace(fmt.Sprintf("%s %s", w.seen.Status.StatusCode, w.seen.Status.StatusMessage)),
	} {
		if text != "" {
			fields[name] = text
		}
	}

	if r := w.seen.Replicas; r != (fireworks.ReplicaStats{}) {
		fields["replicas"] = fmt.Sprintf("%d pending, %d downloading, %d initializing, %d ready",
			r.PendingScheduling, r.DownloadingModel, r.Initializing, r.Ready)
	}

	for name, value := range more {
		fields[name] = value
	}

	tflog.Info(ctx, message, fields)
}

// poll calls check until it reports done or fails for good. When ctx ends, it calls check once more, and believes a
// success and a *waitError of that call.
func (w *waiter) poll(ctx context.Context, check func(context.Context) (done bool, err error)) *waitError {
	err := fireworks.Poll(ctx, w.clock, w.interval, func(ctx context.Context) (bool, error) {
		done, err := check(ctx)

		connectionError, lost := errors.AsType[*fireworks.ConnectionError](err)
		if w.reached && lost {
			tflog.Warn(ctx, "API unreachable, retrying", map[string]any{"error": connectionError.Error()})
			return false, nil
		}

		w.reached = w.reached || err == nil || fireworks.StatusOf(err) != 0

		return done, err
	})

	if ended, ok := errors.AsType[*waitError](err); ok || err == nil {
		return ended
	}

	if ctx.Err() == nil {
		return w.end(endLostTrack, err)
	}

	lastCtx, cancel := afterEnd(ctx)
	defer cancel()

	done, err := check(lastCtx)
	if ended, ok := errors.AsType[*waitError](err); ok || err == nil && done {
		return ended
	}

	if isInterrupted(ctx) {
		return w.end(endInterrupted, context.Cause(ctx))
	}

	return w.end(endTimedOut, context.Cause(ctx))
}

func (w *waiter) end(end waitEnd, cause error) *waitError {
	return &waitError{end: end, cause: cause, last: w.seen}
}

// stateWait describes a wait for an object to become usable.
type stateWait[T any] struct {
	// last is what was seen of the object before, nil if nothing.
	last *T
	// get requests the object once, without retries.
	get     func(context.Context) (T, error)
	observe func(T) observation
	states  objectStates
	// missing, if set, reports whether the object may still appear, however long that takes.
	missing func() bool
}

// waitForState polls until the object is usable. It returns the object as it was last seen, nil if it was never seen or
// does not exist. An unknown state is a pending one.
func waitForState[T any](ctx context.Context, w *waiter, wait stateWait[T]) (*T, *waitError) {
	last := wait.last

	if last != nil {
		w.observe(ctx, wait.observe(*last))

		if w.seen.State == wait.states.usable {
			return last, nil
		}
	}

	var failing, absent grace

	failure := w.poll(ctx, func(ctx context.Context) (bool, error) {
		object, err := wait.get(ctx)

		switch {
		case fireworks.IsNotFound(err):
			if wait.missing != nil && wait.missing() || !absent.expired(w.clock.Now(), stateGracePeriod) {
				return false, nil
			}

			last = nil

			return false, w.end(endGone, nil)
		case err != nil:
			return false, err
		}

		last, absent = &object, grace{}

		return w.judge(ctx, wait.observe(object), wait.states, &failing)
	})

	return last, failure
}

// judge decides what an observation means for the wait.
func (w *waiter) judge(ctx context.Context, seen observation, states objectStates, failing *grace) (done bool, err error) {
	w.observe(ctx, seen)

	limit, fails := states.failureGrace(seen.Status)
	if !fails {
		*failing = grace{}
	}

	switch {
	case seen.State == states.usable:
		return true, nil
	case states.isDeleted(seen.State):
		return false, w.end(endGone, nil)
	case slices.Contains(states.failed, seen.State), fails && failing.expired(w.clock.Now(), limit):
		return false, w.end(endFailed, nil)
	}

	return false, nil
}

// grace is the time since something was first seen.
type grace struct{ since time.Time }

// expired reports whether it was first seen at least limit ago; the first call starts the time.
func (g *grace) expired(now time.Time, limit time.Duration) bool {
	if g.since.IsZero() {
		g.since = now
	}

	return now.Sub(g.since) >= limit
}

// waitUntilGone polls until the object does not exist, or is in a state of deleted objects.
func waitUntilGone[T any](ctx context.Context, w *waiter, wait stateWait[T]) *waitError {
	return w.poll(ctx, func(ctx context.Context) (bool, error) {
		object, err := wait.get(ctx)
		if fireworks.IsNotFound(err) {
			return true, nil
		}

		if err != nil {
			return false, err
		}

		w.observe(ctx, wait.observe(object))

		return w.seen.State == wait.states.deleted, nil
	})
}
