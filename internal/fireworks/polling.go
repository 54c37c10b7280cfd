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

// Pace says how long a waiting caller pauses between two looks: a share of the time that it has waited already, within bounds.
// So the wait ends soon after what is waited for, and long waits cost few requests.
type Pace struct {
	// First is the pause before the first look.
	First time.Duration
	// Least and Most bound the later pauses.
	Least, Most time.Duration
	// Share is the part of the time waited so far that the next pause takes.
	Share float64
	// Jitter is the part by which a pause is shortened at random, so that many callers do not look in step.
	Jitter float64
}

// DefaultPace looks first after a second, then after a tenth of the time waited, at least 0.3 seconds and at most ten.
func DefaultPace() Pace {
	return Pace{First: time.Second, Least: 300 * time.Millisecond, Most: 10 * time.Second, Share: 0.1, Jitter: 0.2}
}

// Eager is the same pace with the first look at once.
func (p Pace) Eager() Pace {
	p.First = 0
	return p
}

func (p Pace) pause(looks int, waited time.Duration) time.Duration {
	pause := p.First
	if looks > 0 {
		pause = min(p.Most, max(p.Least, time.Duration(p.Share*float64(waited))))
	}
	return pause - time.Duration(p.Jitter*rand.Float64()*float64(pause)) //nolint:gosec // jitter is no secret
}

// Poll calls look at the given pace until it says that there is nothing more to wait for, fails for good, or ctx ends.
// Failures that may pass are no end; a Retry-After that comes with one decides the next pause.
func Poll(ctx context.Context, clock Clock, pace Pace, look func(context.Context) (done bool, err error)) error {
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
			return ctx.Err()
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
