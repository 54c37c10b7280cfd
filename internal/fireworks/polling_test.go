// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

// fakeClock is a clock whose Sleep returns at once.
type fakeClock struct {
	now    time.Time
	pauses []time.Duration
	// onSleep, if set, is called before every sleep.
	onSleep func(n int)
}

func (c *fakeClock) Now() time.Time { return c.now }

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.pauses = append(c.pauses, d)
	if c.onSleep != nil {
		c.onSleep(len(c.pauses))
	}

	if ctx.Err() != nil {
		return context.Cause(ctx)
	}

	c.now = c.now.Add(max(0, d))

	return nil
}

// overshoot returns how long after an event at time t a wait for it finishes, and the number of polls.
func overshoot(ctx context.Context, interval PollInterval, t time.Duration) (late time.Duration, polls int, err error) {
	clock := &fakeClock{now: time.Unix(0, 0)}
	err = Poll(ctx, clock, interval, func(context.Context) (bool, error) {
		polls++
		return clock.now.Sub(time.Unix(0, 0)) >= t, nil
	})

	return clock.now.Sub(time.Unix(0, 0)) - t, polls, err
}

// randomDuration is between from and to, log-uniformly distributed.
func randomDuration(from, to time.Duration) time.Duration {
	low, high := math.Log(float64(from)), math.Log(float64(to))
	return time.Duration(math.Exp(low + rand.Float64()*(high-low))) //nolint:gosec // a test needs no cryptographic randomness
}

func TestPoll_Overshoot(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		interval PollInterval
		from, to time.Duration
	}{
		"immediate": {DefaultPollInterval().Immediate(), 100 * time.Millisecond, 2 * time.Hour},
		// The first poll is after up to a second.
		"default": {DefaultPollInterval(), 500 * time.Millisecond, 2 * time.Hour},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for range 3000 {
				took := randomDuration(test.from, test.to)

				late, polls, err := overshoot(t.Context(), test.interval, took)
				if err != nil {
					t.Fatal(err)
				}

				if bound := 500*time.Millisecond + took/10; late < 0 || late > bound {
					t.Errorf("an event after %s was detected %s late, want at most %s", took, late, bound)
				}
				// From the tenth minute on there is a poll every ten seconds; before, their number grows with the
				// logarithm.
				if most := 60 + int(took/(8*time.Second)); polls > most {
					t.Errorf("%d polls in %s, want at most %d", polls, took, most)
				}
			}
		})
	}
}

func TestPollInterval_Bounds(t *testing.T) {
	t.Parallel()

	for range 200 {
		interval := DefaultPollInterval()
		for _, test := range []struct {
			interval   PollInterval
			polls      int
			waited     time.Duration
			from, upTo time.Duration
		}{
			{interval, 0, 0, 800 * time.Millisecond, time.Second},
			{interval.Immediate(), 0, 0, 0, 0},
			{interval, 1, time.Second, 240 * time.Millisecond, 300 * time.Millisecond},
			{interval.Immediate(), 1, 0, 240 * time.Millisecond, 300 * time.Millisecond},
			{interval, 9, 50 * time.Second, 4 * time.Second, 5 * time.Second},
			{interval, 99, time.Hour, 8 * time.Second, 10 * time.Second},
			{
				PollInterval{Initial: time.Second, Min: 2 * time.Second, Max: 3 * time.Second}, 1, time.Hour,
				2 * time.Second, 2 * time.Second,
			},
			{PollInterval{Initial: time.Second}, 0, 0, time.Second, time.Second},
		} {
			if got := test.interval.pause(test.polls, test.waited); got < test.from || got > test.upTo {
				t.Errorf("pause %d after %s is %s, want %s to %s", test.polls, test.waited, got, test.from, test.upTo)
			}
		}
	}
}

// pollStep is the result of one poll.
type pollStep struct {
	done bool
	err  error
}

func runPoll(ctx context.Context, clock Clock, steps ...pollStep) (polls int, err error) {
	err = Poll(ctx, clock, DefaultPollInterval(), func(context.Context) (bool, error) {
		step := steps[min(polls, len(steps)-1)]
		polls++

		return step.done, step.err
	})

	return polls, err
}

func TestPoll_EndConditions(t *testing.T) {
	t.Parallel()

	busy := &Error{StatusCode: 503}
	notFound := &Error{StatusCode: 404, Code: codeNotFound}
	proxy := &Error{StatusCode: 404}
	lost := &ConnectionError{err: errRefused}
	odd := &DecodeError{}
	other := errors.New("other")

	tests := map[string]struct {
		steps []pollStep
		polls int
		err   error
	}{
		"done at once":        {[]pollStep{{true, nil}}, 1, nil},
		"done later":          {[]pollStep{{}, {}, {true, nil}}, 3, nil},
		"transient failures":  {[]pollStep{{false, busy}, {false, lost}, {true, odd}, {}, {true, nil}}, 5, nil},
		"a permanent failure": {[]pollStep{{}, {false, busy}, {false, notFound}}, 3, notFound},
		"404s of a proxy":     {[]pollStep{{false, proxy}, {false, proxy}, {true, nil}}, 3, nil},
		"an unknown failure":  {[]pollStep{{false, other}}, 1, other},
		"done, but a failure": {[]pollStep{{true, notFound}}, 1, notFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			polls, err := runPoll(t.Context(), &fakeClock{}, test.steps...)
			if polls != test.polls || !errors.Is(err, test.err) {
				t.Errorf("%d polls, error %v, want %d, %v", polls, err, test.polls, test.err)
			}
		})
	}
}

// TestPoll_Undecodable ends a wait whose responses cannot be decoded only after some time and a number of polls.
func TestPoll_Undecodable(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		interval PollInterval
		// decodable is the poll whose response can be decoded, after which the time starts again.
		decodable       int
		atLeast, atMost time.Duration
		fewest          int
	}{
		"short intervals": {DefaultPollInterval().Immediate(), 0, UndecodableGracePeriod, 70 * time.Second,
			maxUndecodablePolls},
		"long intervals": {PollInterval{Min: time.Minute, Max: time.Minute}, 0, 4 * time.Minute, 10 * time.Minute,
			maxUndecodablePolls + 1},
		"an interruption": {PollInterval{Min: 10 * time.Second, Max: 10 * time.Second}, 6, 2 * time.Minute,
			3 * time.Minute, 2 * maxUndecodablePolls},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			clock := &fakeClock{now: time.Unix(0, 0)}
			polls := 0

			err := Poll(t.Context(), clock, test.interval, func(context.Context) (bool, error) {
				if polls++; polls == test.decodable {
					return false, nil
				}

				return false, &DecodeError{}
			})

			took := clock.now.Sub(time.Unix(0, 0))
			if !is[*DecodeError](err) || took < test.atLeast || took > test.atMost || polls < test.fewest {
				t.Errorf("error %v after %d polls in %s", err, polls, took)
			}
		})
	}
}

func TestPoll_RetryAfter(t *testing.T) {
	t.Parallel()

	wait := func(d time.Duration) error { return &Error{StatusCode: 429, RetryAfter: &d} }

	clock := &fakeClock{}
	if _, err := runPoll(t.Context(), clock, pollStep{err: wait(42 * time.Second)}, pollStep{err: wait(time.Second)},
		pollStep{}, pollStep{done: true}); err != nil {
		t.Fatal(err)
	}

	if clock.pauses[1] != 42*time.Second || clock.pauses[2] != time.Second || clock.pauses[3] == time.Second ||
		len(clock.pauses) != 4 {
		t.Errorf("pauses %v", clock.pauses)
	}
}

func TestPoll_RetryAfterZero(t *testing.T) {
	t.Parallel()

	clock := &fakeClock{}

	steps := make([]pollStep, 50)
	for i := range steps {
		steps[i].err = &Error{StatusCode: 503, RetryAfter: new(time.Duration)}
	}

	steps[len(steps)-1] = pollStep{done: true}
	if _, err := runPoll(t.Context(), clock, steps...); err != nil {
		t.Fatal(err)
	}

	for i, pause := range clock.pauses {
		if pause < 240*time.Millisecond {
			t.Fatalf("pause %d is %s", i, pause)
		}
	}
}

func TestPoll_Canceled(t *testing.T) {
	t.Parallel()
	t.Run("during a pause", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			start := time.Now()

			time.AfterFunc(time.Hour+time.Millisecond, cancel)

			_, err := runPoll(ctx, SystemClock{}, pollStep{})
			if waited := time.Since(start); !errors.Is(err, context.Canceled) || waited != time.Hour+time.Millisecond {
				t.Errorf("error %v after %s", err, waited)
			}
		})
	})
	t.Run("during a poll", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())

		err := Poll(ctx, &fakeClock{}, DefaultPollInterval(), func(context.Context) (bool, error) {
			cancel()
			return false, &ConnectionError{err: errRefused}
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("after the last poll", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())

		err := Poll(ctx, &fakeClock{}, DefaultPollInterval(), func(context.Context) (bool, error) {
			cancel()
			return true, nil
		})
		if err != nil {
			t.Errorf("error %v", err)
		}
	})
}

func TestPoll_Deadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
		defer cancel()

		start := time.Now()

		if _, err := runPoll(ctx, SystemClock{}, pollStep{err: &Error{StatusCode: 503}}); !errors.Is(err,
			context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}

		if waited := time.Since(start); waited != 2*time.Hour {
			t.Errorf("waited %s", waited)
		}
	})
}

func TestSystemClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := SystemClock{}.Now()

		if err := (SystemClock{}).Sleep(t.Context(), time.Hour); err != nil {
			t.Error(err)
		}

		if waited := (SystemClock{}).Now().Sub(start); waited != time.Hour {
			t.Errorf("waited %s", waited)
		}
	})
}

func TestPoll_CanceledWithCause(t *testing.T) {
	t.Parallel()

	cause := errors.New("timeouts.create exceeded")

	tests := map[string]func(cancel context.CancelCauseFunc) (*fakeClock, func(context.Context) (bool, error)){
		"before the first call": func(cancel context.CancelCauseFunc) (*fakeClock,
			func(context.Context) (bool, error)) {
			cancel(cause)
			return &fakeClock{}, func(context.Context) (bool, error) { return false, nil }
		},
		"during a call": func(cancel context.CancelCauseFunc) (*fakeClock, func(context.Context) (bool, error)) {
			return &fakeClock{}, func(ctx context.Context) (bool, error) {
				cancel(cause)
				return false, ctx.Err()
			}
		},
	}
	for name, setUp := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			ctx, cancel := context.WithCancelCause(t.Context())
			clock, check := setUp(cancel)

			if err := Poll(ctx, clock, DefaultPollInterval(), check); !errors.Is(err, cause) {
				t.Errorf("error %v, want %v", err, cause)
			}
		})
	}

	t.Run("on the system clock", func(t *testing.T) {
		t.Parallel()

		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)

		if err := (SystemClock{}).Sleep(ctx, time.Hour); !errors.Is(err, cause) {
			t.Errorf("error %v, want %v", err, cause)
		}
	})
}
