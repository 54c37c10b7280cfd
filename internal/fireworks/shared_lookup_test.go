// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// countingLookup is a lookup of one key, whose requests take a second and return their number.
type countingLookup struct {
	SharedLookup[int64]
	requests atomic.Int64
}

func (l *countingLookup) get(ctx context.Context, notBefore time.Time) (int64, error) {
	return l.Get(ctx, "k", notBefore, func(ctx context.Context) (int64, error) {
		n := l.requests.Add(1)

		if err := (SystemClock{}).Sleep(ctx, time.Second); err != nil {
			return 0, err
		}

		return n, nil
	})
}

// check checks that the lookup returns the value of the request with this number.
func (l *countingLookup) check(t *testing.T, notBefore time.Time, want int64) {
	t.Helper()

	value, err := l.get(t.Context(), notBefore)
	checkEqual(t, "error", err, nil)
	checkEqual(t, "value", value, want)
}

// inParallel calls f n times at once and waits for all calls.
func inParallel(n int, f func(i int)) {
	var group sync.WaitGroup

	for i := range n {
		group.Go(func() { f(i) })
	}

	group.Wait()
}

func TestSharedLookup_OneRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lookup countingLookup

		inParallel(200, func(int) { lookup.check(t, time.Time{}, 1) })

		start := time.Now()

		lookup.check(t, time.Time{}, 1)
		checkEqual(t, "time of a kept value", time.Since(start), 0)
	})
}

// A caller may check for a kept value just before another lookup finishes, and start its own just after.
func TestSharedLookup_JustFinished(t *testing.T) {
	t.Parallel()

	for range 3000 {
		var (
			lookup SharedLookup[int64]
			count  atomic.Int64
		)

		inParallel(8, func(int) {
			_, _ = lookup.Get(t.Context(), "k", time.Time{},
				func(context.Context) (int64, error) { return count.Add(1), nil })
		})

		if n := count.Load(); n != 1 {
			t.Fatalf("%d lookups, want 1", n)
		}
	}
}

func TestSharedLookup_SeparateKeys(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lookup SharedLookup[string]

		start := time.Now()

		inParallel(20, func(i int) {
			key := fmt.Sprint(i)

			value, err := lookup.Get(t.Context(), key, time.Time{}, func(ctx context.Context) (string, error) {
				return key, SystemClock{}.Sleep(ctx, time.Second)
			})
			checkEqual(t, "error of key "+key, err, nil)
			checkEqual(t, "value of key "+key, value, key)
		})

		checkEqual(t, "time for 20 keys", time.Since(start), time.Second)
	})
}

func TestSharedLookup_CanceledCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lookup countingLookup

		first, cancel := context.WithCancel(t.Context())
		failed, served := make(chan error, 1), make(chan error, 1)

		go func() {
			_, err := lookup.get(first, time.Time{})
			failed <- err
		}()

		synctest.Wait()

		go func() {
			value, err := lookup.get(t.Context(), time.Time{})
			checkEqual(t, "value for the other caller", value, 1)

			served <- err
		}()

		synctest.Wait()

		start := time.Now()

		cancel()

		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}

		checkEqual(t, "time until the error", time.Since(start), 0)

		if err := <-served; err != nil {
			t.Errorf("the other caller failed: %v", err)
		}
	})
}

func TestSharedLookup_NotBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lookup countingLookup

		start := time.Now()

		lookup.check(t, time.Time{}, 1)
		lookup.check(t, start, 1)
		lookup.check(t, start.Add(time.Nanosecond), 2)
		lookup.check(t, time.Time{}, 2)
	})
}

func TestSharedLookup_RunningRequestTooOld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lookup countingLookup

		go func() { _, _ = lookup.get(t.Context(), time.Time{}) }()

		<-time.After(300 * time.Millisecond)

		start := time.Now()

		inParallel(50, func(int) { lookup.check(t, start, 2) })
		checkEqual(t, "requests", lookup.requests.Load(), 2)
	})
}

func TestSharedLookup_FailureNotKept(t *testing.T) {
	t.Parallel()

	var lookup SharedLookup[int]

	failure := errors.New("no")
	if _, err := lookup.Get(t.Context(), "k", time.Time{},
		func(context.Context) (int, error) { return 7, failure }); !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}

	value, err := lookup.Get(t.Context(), "k", time.Time{}, func(context.Context) (int, error) { return 8, nil })
	checkEqual(t, "error", err, nil)
	checkEqual(t, "value", value, 8)
}

// checkKept checks the value that the lookup returns without a request.
func checkKept[V comparable](t *testing.T, lookup *SharedLookup[V], notBefore time.Time, want V) {
	t.Helper()

	value, err := lookup.Get(t.Context(), "k", notBefore, nil)
	checkEqual(t, "error", err, nil)
	checkEqual(t, "value", value, want)
}

func TestSharedLookup_FailureKeepsOldValue(t *testing.T) {
	t.Parallel()

	var lookup SharedLookup[int]
	lookup.Keep("k", 1, time.Now())

	failure := errors.New("no")

	_, err := lookup.Get(t.Context(), "k", time.Now().Add(time.Hour),
		func(context.Context) (int, error) { return 0, failure })
	if !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}

	checkKept(t, &lookup, time.Time{}, 1)
}

func TestSharedLookup_KeepNewest(t *testing.T) {
	t.Parallel()

	var lookup SharedLookup[string]

	now := time.Now()
	lookup.Keep("k", "middle", now)
	lookup.Keep("k", "older", now.Add(-time.Second))

	checkKept(t, &lookup, now, "middle")

	lookup.Keep("k", "newest", now.Add(time.Second))

	checkKept(t, &lookup, now, "newest")
}

func TestSharedLookup_Timeout(t *testing.T) {
	t.Parallel()

	for timeout, want := range map[time.Duration]time.Duration{0: 2 * time.Minute, time.Second: time.Second} {
		synctest.Test(t, func(t *testing.T) {
			lookup := SharedLookup[int]{Timeout: timeout}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()

			start := time.Now()
			ended := make(chan time.Duration, 1)

			_, err := lookup.Get(ctx, "k", time.Time{}, func(ctx context.Context) (int, error) {
				<-ctx.Done()

				ended <- time.Since(start)

				return 0, ctx.Err()
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}

			checkEqual(t, "time until the request is canceled", <-ended, want)
		})
	}
}

func TestSharedLookup_ContextValues(t *testing.T) {
	t.Parallel()

	type key struct{}

	var lookup SharedLookup[any]

	value, err := lookup.Get(context.WithValue(t.Context(), key{}, "logger"), "k", time.Time{},
		func(ctx context.Context) (any, error) {
			return ctx.Value(key{}), nil
		})
	checkEqual(t, "error", err, nil)
	checkEqual(t, "value", value, "logger")
}

func TestSharedLookup_NilValue(t *testing.T) {
	t.Parallel()

	var lookup SharedLookup[[]string]

	for range 2 {
		calls := 0

		value, err := lookup.Get(t.Context(), "k", time.Time{},
			func(context.Context) ([]string, error) { calls++; return nil, nil })
		checkEqual(t, "error", err, nil)
		checkEqual(t, "value is nil", value == nil, true)

		if calls > 1 {
			t.Errorf("%d calls", calls)
		}
	}
}

func TestSharedLookup_Clock(t *testing.T) {
	t.Parallel()

	clock := &fakeClock{now: time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)}
	lookup := SharedLookup[int]{Clock: clock}

	calls := 0
	get := func(notBefore time.Time) int {
		value, err := lookup.Get(t.Context(), "k", notBefore,
			func(context.Context) (int, error) { calls++; return calls, nil })
		if err != nil {
			t.Error(err)
		}

		return value
	}

	checkEqual(t, "first value", get(clock.now), 1)
	checkEqual(t, "value of the same time", get(clock.now), 1)

	clock.now = clock.now.Add(time.Hour)

	checkEqual(t, "value after an hour", get(clock.now), 2)
	checkEqual(t, "calls", calls, 2)
}
