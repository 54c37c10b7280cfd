package fireworks

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Clock tells the time and waits. Tests give one whose hours pass in no time.
type Clock interface {
	Now() time.Time
	// Sleep waits for d, or for the end of ctx, whose error it then returns.
	Sleep(ctx context.Context, d time.Duration) error
}

// SystemClock is the clock of the machine.
type SystemClock struct{}

// Now is the current time.
func (SystemClock) Now() time.Time { return time.Now() }

// Sleep waits for d or for the end of ctx.
func (SystemClock) Sleep(ctx context.Context, d time.Duration) error { return sleep(ctx, d) }

// PollInterval says how long a waiting caller pauses between two looks: a share of the time that it has waited already, within bounds.
// So the wait ends soon after what is waited for, and long waits cost few requests.
type PollInterval struct {
	// First is the pause before the first look.
	Initial time.Duration
	// Least and Most bound the later pauses.
	Min, Max time.Duration
	// Share is the part of the time waited so far that the next pause takes.
	Factor float64
	// Jitter is the part by which a pause is shortened at random, so that many callers do not look in step.
	Jitter float64
}

// DefaultPollInterval looks first after a second, then after a tenth of the time waited, at least 0.3 seconds and at most ten.
func DefaultPollInterval() PollInterval {
	return PollInterval{Initial: time.Second, Min: 300 * time.Millisecond, Max: 10 * time.Second, Factor: 0.1, Jitter: 0.2}
}

// Immediate is the same pace with the first look at once.
func (p PollInterval) Immediate() PollInterval {
	p.Initial = 0
	return p
}

func (p PollInterval) pause(looks int, waited time.Duration) time.Duration {
	pause := p.Initial
	if looks > 0 {
		pause = min(p.Max, max(p.Min, time.Duration(p.Factor*float64(waited))))
	}

	return pause - time.Duration(p.Jitter*rand.Float64()*float64(pause)) //nolint:gosec // jitter is no secret
}

// Poll calls look at the given pace until it says that there is nothing more to wait for, fails for good, or ctx ends.
// Failures that may pass are no end; a Retry-After that comes with one decides the next pause.
func Poll(ctx context.Context, clock Clock, pace PollInterval, look func(context.Context) (done bool, err error)) error {
	begin := clock.Now()

	pause := pace.pause(0, 0)
	for looks := 1; ; looks++ {
		if err := clock.Sleep(ctx, pause); err != nil {
			return err
		}

		done, err := look(ctx)
		switch {
		case err == nil && done:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && !IsTransient(err):
			return err
		}

		pause = pace.pause(looks, clock.Now().Sub(begin))

		var apiError *Error
		if errors.As(err, &apiError) && apiError.RetryAfter != nil && *apiError.RetryAfter > 0 {
			pause = *apiError.RetryAfter
		}
	}
}

// sleep waits for d or for the end of ctx, whose cause it then returns.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()

	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
