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

// fakeClock is a clock whose waits take no time.
type fakeClock struct {
	now    time.Time
	pauses []time.Duration
	// onSleep, when set, is called before every wait.
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

// overshoot tells how long after the end of something that takes t a wait for it ends, and with how many looks.
func overshoot(ctx context.Context, pace PollInterval, t time.Duration) (late time.Duration, looks int, err error) {
	clock := &fakeClock{now: time.Unix(0, 0)}
	err = Poll(ctx, clock, pace, func(context.Context) (bool, error) {
		looks++
		return clock.now.Sub(time.Unix(0, 0)) >= t, nil
	})

	return clock.now.Sub(time.Unix(0, 0)) - t, looks, err
}

// randomDuration is between from and to, every order of magnitude as likely as the others.
func randomDuration(from, to time.Duration) time.Duration {
	low, high := math.Log(float64(from)), math.Log(float64(to))
	return time.Duration(math.Exp(low + rand.Float64()*(high-low))) //nolint:gosec // chance in a test is no secret
}

func TestAWaitEndsSoonAfterWhatIsWaitedFor(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		pace     PollInterval
		from, to time.Duration
	}{
		"eager": {DefaultPollInterval().Immediate(), 100 * time.Millisecond, 2 * time.Hour},
		// The first look is after up to a second.
		"default": {DefaultPollInterval(), 500 * time.Millisecond, 2 * time.Hour},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			for range 3000 {
				took := randomDuration(test.from, test.to)

				late, looks, err := overshoot(t.Context(), test.pace, took)
				if err != nil {
					t.Fatal(err)
				}

				if bound := 500*time.Millisecond + took/10; late < 0 || late > bound {
					t.Errorf("what took %s was seen %s late, want at most %s", took, late, bound)
				}
				// From the tenth minute on, a look every ten seconds; before, their number grows with the logarithm.
				if most := 60 + int(took/(8*time.Second)); looks > most {
					t.Errorf("%d looks in %s, want at most %d", looks, took, most)
				}
			}
		})
	}
}

func TestTheFirstPauseAndTheBounds(t *testing.T) {
	t.Parallel()

	for range 200 {
		pace := DefaultPollInterval()
		for _, test := range []struct {
			pace       PollInterval
			looks      int
			waited     time.Duration
			from, upTo time.Duration
		}{
			{pace, 0, 0, 800 * time.Millisecond, time.Second},
			{pace.Immediate(), 0, 0, 0, 0},
			{pace, 1, time.Second, 240 * time.Millisecond, 300 * time.Millisecond},
			{pace.Immediate(), 1, 0, 240 * time.Millisecond, 300 * time.Millisecond},
			{pace, 9, 50 * time.Second, 4 * time.Second, 5 * time.Second},
			{pace, 99, time.Hour, 8 * time.Second, 10 * time.Second},
			{PollInterval{Initial: time.Second, Min: 2 * time.Second, Max: 3 * time.Second}, 1, time.Hour, 2 * time.Second, 2 * time.Second},
			{PollInterval{Initial: time.Second}, 0, 0, time.Second, time.Second},
		} {
			if got := test.pace.pause(test.looks, test.waited); got < test.from || got > test.upTo {
				t.Errorf("pause %d after %s is %s, want %s to %s", test.looks, test.waited, got, test.from, test.upTo)
			}
		}
	}
}

// pollScript answers looks in turn.
type pollStep struct {
	done bool
	err  error
}

func runPoll(ctx context.Context, clock Clock, steps ...pollStep) (looks int, err error) {
	err = Poll(ctx, clock, DefaultPollInterval(), func(context.Context) (bool, error) {
		step := steps[min(looks, len(steps)-1)]
		looks++

		return step.done, step.err
	})

	return looks, err
}

func TestWhatEndsAWait(t *testing.T) {
	t.Parallel()

	busy := &Error{StatusCode: 503}
	gone := &Error{StatusCode: 404}
	lost := &ConnectionError{err: errRefused}
	odd := &DecodeError{}
	other := errors.New("other")

	tests := map[string]struct {
		steps []pollStep
		looks int
		err   error
	}{
		"done at once":        {[]pollStep{{true, nil}}, 1, nil},
		"done later":          {[]pollStep{{}, {}, {true, nil}}, 3, nil},
		"failures that pass":  {[]pollStep{{false, busy}, {false, lost}, {true, odd}, {}, {true, nil}}, 5, nil},
		"a failure for good":  {[]pollStep{{}, {false, busy}, {false, gone}}, 3, gone},
		"an unknown failure":  {[]pollStep{{false, other}}, 1, other},
		"done, but a failure": {[]pollStep{{true, gone}}, 1, gone},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			looks, err := runPoll(t.Context(), &fakeClock{}, test.steps...)
			if looks != test.looks || !errors.Is(err, test.err) {
				t.Errorf("%d looks, error %v, want %d, %v", looks, err, test.looks, test.err)
			}
		})
	}
}

func TestRetryAfterDecidesTheNextPause(t *testing.T) {
	t.Parallel()

	wait := func(d time.Duration) error { return &Error{StatusCode: 429, RetryAfter: &d} }

	clock := &fakeClock{}
	if _, err := runPoll(
		t.Context(),
		clock,
		pollStep{err: wait(42 * time.Second)},
		pollStep{err: wait(time.Second)},
		pollStep{},
		pollStep{done: true},
	); err != nil {
		t.Fatal(err)
	}

	if clock.pauses[1] != 42*time.Second || clock.pauses[2] != time.Second || clock.pauses[3] == time.Second || len(clock.pauses) != 4 {
		t.Errorf("pauses %v", clock.pauses)
	}
}

func TestAServerThatAsksForNoPauseIsNotHammered(t *testing.T) {
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

func TestACancelEndsAWait(t *testing.T) {
	t.Parallel()
	t.Run("in a pause", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			begin := time.Now()

			time.AfterFunc(time.Hour+time.Millisecond, cancel)

			_, err := runPoll(ctx, SystemClock{}, pollStep{})
			if waited := time.Since(begin); !errors.Is(err, context.Canceled) || waited != time.Hour+time.Millisecond {
				t.Errorf("error %v after %s", err, waited)
			}
		})
	})
	t.Run("in a look", func(t *testing.T) {
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
	t.Run("but what is done is done", func(t *testing.T) {
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

func TestADeadlineEndsAWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Hour)
		defer cancel()

		begin := time.Now()

		if _, err := runPoll(ctx, SystemClock{}, pollStep{err: &Error{StatusCode: 503}}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}

		if waited := time.Since(begin); waited != 2*time.Hour {
			t.Errorf("waited %s", waited)
		}
	})
}

func TestTheSystemClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := SystemClock{}.Now()

		if err := (SystemClock{}).Sleep(t.Context(), time.Hour); err != nil {
			t.Error(err)
		}

		if waited := (SystemClock{}).Now().Sub(begin); waited != time.Hour {
			t.Errorf("waited %s", waited)
		}
	})
}

func TestPoll_CanceledWithCause(t *testing.T) {
	t.Parallel()

	cause := errors.New("timeouts.create is over")

	tests := map[string]func(cancel context.CancelCauseFunc) (*fakeClock, func(context.Context) (bool, error)){
		"before the first call": func(cancel context.CancelCauseFunc) (*fakeClock, func(context.Context) (bool, error)) {
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
