// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

const (
	// StateGracePeriod is how long an object may be missing, or report a failure in a pending state, before a wait
	// ends.
	StateGracePeriod = 30 * time.Second
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
	// EndInterrupted is a wait that Terraform interrupted; the platform continues.
	EndInterrupted waitEnd = iota
	// EndTimedOut is a wait whose timeout expired; the platform continues.
	EndTimedOut
	// EndFailed is an object that exists and does not become usable.
	EndFailed
	// EndGone is an object that does not exist.
	EndGone
	// endLostTrack is an object whose progress the API does not report, for example because the key was revoked.
	endLostTrack
)

// WaitError is a wait that did not succeed.
type WaitError struct {
	End waitEnd
	// cause is the error of the API, or what ended the context; nil if the object alone shows what happened.
	cause error
	// Last is what was last seen of the object.
	Last Observation
	// Replaced is set if the creation of the object is known to have failed, so that the next apply replaces it.
	Replaced bool
	// Foreign is set if an object of that name exists which something else created.
	Foreign bool
	// Note is a further sentence about a deletion.
	Note string
	// unresponsive is set if the object is usable and the wait was for an inference request: what that last returned.
	unresponsive string
}

func (e *WaitError) Error() string {
	if e.cause != nil {
		return e.cause.Error()
	}

	return "the object" + e.Last.text()
}

func (e *WaitError) Unwrap() error { return e.cause }

// Observation is what one poll shows of an object. It is logged when it changes.
type Observation struct {
	State    string
	Status   fireworks.Status
	Replicas fireworks.ReplicaStats
	// Operation and Progress are the running operation and its status message.
	Operation, Progress string
}

// text describes the observation as the end of a sentence.
func (o Observation) text() string {
	var parts []string

	if o.Operation != "" {
		parts = append(parts, "operation "+o.Operation)
	}

	if o.Progress != "" {
		parts = append(parts, "last status "+diagnostic.Quoted(o.Progress))
	}

	if o.State != "" {
		parts = append(parts, "state "+o.State)
	}

	if o.Status.LastOperationFailed() {
		parts = append(parts, string(o.Status.StatusCode))
	}

	return diagnostic.LastSeen(append(parts, diagnostic.Quoted(o.Status.StatusMessage))...)
}

// Waiter polls the API for one operation on one object.
type Waiter struct {
	Clock    fireworks.Clock
	interval fireworks.PollInterval
	subject  Subject
	started  time.Time
	// Reached is set once the API responded. From then on a failed connection, an unknown host or an invalid
	// certificate is no mistake in the configuration but a network that changes, and the wait continues.
	Reached bool
	// Seen is the last observation.
	Seen     Observation
	loggedAt time.Time
}

// NewWaiter returns a waiter for the subject that polls in the interval of the provider.
func NewWaiter(d *providerdata.Data, s Subject) *Waiter {
	return &Waiter{Clock: d.Clock, interval: d.PollInterval, subject: s, started: d.Clock.Now()}
}

// Immediate removes the delay before the first poll.
func (w *Waiter) Immediate() *Waiter {
	w.interval = w.interval.Immediate()
	return w
}

// Observe logs what a poll shows of the object, if it changed or was not logged for a while.
func (w *Waiter) Observe(ctx context.Context, seen Observation) {
	now := w.Clock.Now()

	changed := seen != w.Seen
	if !changed && now.Sub(w.loggedAt) < logInterval {
		return
	}

	w.Seen, w.loggedAt = seen, now
	w.Log(ctx, "Waiting for "+w.subject.Noun, nil)
}

// Log logs a message with the object, what was last seen of it, and the time since the start of the wait.
func (w *Waiter) Log(ctx context.Context, message string, more map[string]any) {
	fields := map[string]any{
		w.subject.logKey(): w.subject.Name, "elapsed": w.Clock.Now().Sub(w.started).Round(time.Millisecond).String(),
	}

	for name, text := range map[string]string{
		"state": w.Seen.State, "operation": w.Seen.Operation, "progress": w.Seen.Progress,
		"status": strings.TrimSpace(fmt.Sprintf("%s %s", w.Seen.Status.StatusCode, w.Seen.Status.StatusMessage)),
	} {
		if text != "" {
			fields[name] = text
		}
	}

	if r := w.Seen.Replicas; r != (fireworks.ReplicaStats{}) {
		fields["replicas"] = fmt.Sprintf("%d pending, %d downloading, %d initializing, %d ready",
			r.PendingScheduling, r.DownloadingModel, r.Initializing, r.Ready)
	}

	for name, value := range more {
		fields[name] = value
	}

	tflog.Info(ctx, message, fields)
}

// Poll calls check until it reports done or fails for good. When ctx ends, it calls check once more, and believes a
// success and a *WaitError of that call.
func (w *Waiter) Poll(ctx context.Context, check func(context.Context) (done bool, err error)) *WaitError {
	err := fireworks.Poll(ctx, w.Clock, w.interval, func(ctx context.Context) (bool, error) {
		done, err := check(ctx)

		connectionError, lost := errors.AsType[*fireworks.ConnectionError](err)
		if w.Reached && lost {
			tflog.Warn(ctx, "API unreachable, retrying", map[string]any{"error": connectionError.Error()})
			return false, nil
		}

		w.Reached = w.Reached || err == nil || fireworks.StatusOf(err) != 0

		return done, err
	})

	if ended, ok := errors.AsType[*WaitError](err); ok || err == nil {
		return ended
	}

	if ctx.Err() == nil {
		return w.End(endLostTrack, err)
	}

	lastCtx, cancel := AfterEnd(ctx)
	defer cancel()

	done, err := check(lastCtx)
	if ended, ok := errors.AsType[*WaitError](err); ok || err == nil && done {
		return ended
	}

	if isInterrupted(ctx) {
		return w.End(EndInterrupted, context.Cause(ctx))
	}

	return w.End(EndTimedOut, context.Cause(ctx))
}

func (w *Waiter) End(end waitEnd, cause error) *WaitError {
	return &WaitError{End: end, cause: cause, Last: w.Seen}
}

// StateWait describes a wait for an object to become usable.
type StateWait[T any] struct {
	// Last is what was seen of the object before, nil if nothing.
	Last *T
	// Get requests the object once, without retries.
	Get     func(context.Context) (T, error)
	Observe func(T) Observation
	States  objectStates
	// Missing, if set, reports whether the object may still appear, however long that takes.
	Missing func() bool
}

// WaitForState polls until the object is usable. It returns the object as it was last seen, nil if it was never seen or
// does not exist. An unknown state is a pending one.
func WaitForState[T any](ctx context.Context, w *Waiter, wait StateWait[T]) (*T, *WaitError) {
	last := wait.Last

	if last != nil {
		w.Observe(ctx, wait.Observe(*last))

		if w.Seen.State == wait.States.usable {
			return last, nil
		}
	}

	var failing, absent grace

	failure := w.Poll(ctx, func(ctx context.Context) (bool, error) {
		object, err := wait.Get(ctx)

		switch {
		case fireworks.IsNotFound(err):
			if wait.Missing != nil && wait.Missing() || !absent.expired(w.Clock.Now(), StateGracePeriod) {
				return false, nil
			}

			last = nil

			return false, w.End(EndGone, nil)
		case err != nil:
			return false, err
		}

		last, absent = &object, grace{}

		return w.judge(ctx, wait.Observe(object), wait.States, &failing)
	})

	return last, failure
}

// judge decides what an observation means for the wait.
func (w *Waiter) judge(
	ctx context.Context, seen Observation, states objectStates, failing *grace,
) (done bool, err error) {
	w.Observe(ctx, seen)

	limit, fails := states.failureGrace(seen.Status)
	if !fails {
		*failing = grace{}
	}

	switch {
	case seen.State == states.usable:
		return true, nil
	case states.IsDeleted(seen.State):
		return false, w.End(EndGone, nil)
	case slices.Contains(states.Failed, seen.State), fails && failing.expired(w.Clock.Now(), limit):
		return false, w.End(EndFailed, nil)
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
func waitUntilGone[T any](ctx context.Context, w *Waiter, wait StateWait[T]) *WaitError {
	return w.Poll(ctx, func(ctx context.Context) (bool, error) {
		object, err := wait.Get(ctx)
		if fireworks.IsNotFound(err) {
			return true, nil
		}

		if err != nil {
			return false, err
		}

		w.Observe(ctx, wait.Observe(object))

		return w.Seen.State == wait.States.deleted, nil
	})
}
