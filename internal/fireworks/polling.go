// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Clock returns the time and waits. Tests replace it, so that they need not wait.
type Clock interface {
	Now() time.Time
	// Sleep waits for d, or for the end of ctx, whose cause it then returns.
	Sleep(ctx context.Context, d time.Duration) error
}

// SystemClock is the system clock.
type SystemClock struct{}

// Now returns the current time.
func (SystemClock) Now() time.Time { return time.Now() }

// Sleep waits for d or for the end of ctx.
func (SystemClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()

	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// PollInterval is the time between two polls: a fraction of the time waited so far, within bounds.
// So a wait ends soon after its condition is met, and a long wait needs few requests.
type PollInterval struct {
	// Initial is the time before the first poll.
	Initial time.Duration
	// Min and Max bound the later intervals.
	Min, Max time.Duration
	// Factor is the fraction of the time waited so far that the next interval takes.
	Factor float64
	// Jitter is the fraction by which an interval is shortened at random, so that many callers do not poll in step.
	Jitter float64
}

// DefaultPollInterval returns an interval of one second, then a tenth of the time waited, between 0.3 and 10 seconds.
func DefaultPollInterval() PollInterval {
	return PollInterval{Initial: time.Second, Min: 300 * time.Millisecond, Max: 10 * time.Second, Factor: 0.1,
		Jitter: 0.2}
}

// Immediate returns the same interval, but without a wait before the first poll.
func (p PollInterval) Immediate() PollInterval {
	p.Initial = 0
	return p
}

func (p PollInterval) pause(polls int, waited time.Duration) time.Duration {
	pause := p.Initial
	if polls > 0 {
		pause = min(p.Max, max(p.Min, time.Duration(p.Factor*float64(waited))))
	}

	return pause - time.Duration(p.Jitter*rand.Float64()*float64(pause)) //nolint:gosec // jitter needs no cryptographic randomness
}

// Poll calls check at the given interval until it reports that it is done, fails with an error that is not transient,
// or ctx ends, whose cause is then returned. Responses that cannot be decoded are transient only for a while.
// The Retry-After of a transient error replaces the next interval, up to MaxRetryAfter.
func Poll(
	ctx context.Context, clock Clock, interval PollInterval, check func(context.Context) (done bool, err error),
) error {
	start := clock.Now()

	var (
		undecodable      int
		undecodableSince time.Time
	)

	pause := interval.pause(0, 0)

	for polls := 1; ; polls++ {
		if err := clock.Sleep(ctx, pause); err != nil {
			return err
		}

		done, err := check(ctx)

		switch undecodable++; {
		case !is[*DecodeError](err):
			undecodable = 0
		case undecodable == 1:
			undecodableSince = clock.Now()
		}

		switch {
		case err == nil && done:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && !IsTransient(err),
			undecodable > maxUndecodablePolls && clock.Now().Sub(undecodableSince) >= UndecodableGracePeriod:
			return err
		}

		pause = interval.pause(polls, clock.Now().Sub(start))

		if apiError, ok := errors.AsType[*Error](err); ok && apiError.RetryAfter != nil && *apiError.RetryAfter > 0 {
			pause = min(*apiError.RetryAfter, MaxRetryAfter)
		}
	}
}
