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

// slowCount returns a fetch function that takes a second and returns the number of its calls.
func slowCount(count *atomic.Int64) func(context.Context) (int64, error) {
	return func(ctx context.Context) (int64, error) {
		n := count.Add(1)

		if err := (SystemClock{}).Sleep(ctx, time.Second); err != nil {
			return 0, err
		}

		return n, nil
	}
}

func TestSharedLookup_OneRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			lookup SharedLookup[int64]
			count  atomic.Int64
			group  sync.WaitGroup
		)
		for range 200 {
			group.Go(func() {
				if value, err := lookup.Get(t.Context(), "k", time.Time{}, slowCount(&count)); value != 1 || err != nil {
					t.Errorf("value %d, error %v", value, err)
				}
			})
		}

		group.Wait()

		start := time.Now()
		if value, err := lookup.Get(t.Context(), "k", time.Time{}, slowCount(&count)); value != 1 || err != nil || time.Since(start) != 0 {
			t.Errorf("value %d, error %v after %s", value, err, time.Since(start))
		}
	})
}

// A caller may check for a kept value just before another lookup finishes, and start its own just after.
func TestSharedLookup_JustFinished(t *testing.T) {
	t.Parallel()

	for range 3000 {
		var (
			lookup SharedLookup[int64]
			count  atomic.Int64
			group  sync.WaitGroup
		)
		for range 8 {
			group.Go(func() {
				_, _ = lookup.Get(t.Context(), "k", time.Time{}, func(context.Context) (int64, error) { return count.Add(1), nil })
			})
		}

		group.Wait()

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

		var group sync.WaitGroup

		for i := range 20 {
			key := fmt.Sprint(i)

			group.Go(func() {
				value, err := lookup.Get(t.Context(), key, time.Time{}, func(ctx context.Context) (string, error) {
					return key, SystemClock{}.Sleep(ctx, time.Second)
				})
				if value != key || err != nil {
					t.Errorf("value %s of key %s, error %v", value, key, err)
				}
			})
		}

		group.Wait()

		if took := time.Since(start); took != time.Second {
			t.Errorf("20 keys took %s, want one second", took)
		}
	})
}

func TestSharedLookup_CanceledCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			lookup SharedLookup[int64]
			count  atomic.Int64
		)

		first, cancel := context.WithCancel(t.Context())
		failed, served := make(chan error, 1), make(chan error, 1)

		go func() {
			_, err := lookup.Get(first, "k", time.Time{}, slowCount(&count))
			failed <- err
		}()

		synctest.Wait()

		go func() {
			value, err := lookup.Get(t.Context(), "k", time.Time{}, slowCount(&count))
			if value != 1 {
				t.Errorf("value %d, want that of the first lookup", value)
			}

			served <- err
		}()

		synctest.Wait()

		start := time.Now()

		cancel()

		if err := <-failed; !errors.Is(err, context.Canceled) || time.Since(start) != 0 {
			t.Errorf("error %v after %s", err, time.Since(start))
		}

		if err := <-served; err != nil {
			t.Errorf("the other caller failed: %v", err)
		}
	})
}

func TestSharedLookup_NotBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			lookup SharedLookup[int64]
			count  atomic.Int64
		)

		get := func(notBefore time.Time) int64 {
			value, err := lookup.Get(t.Context(), "k", notBefore, slowCount(&count))
			if err != nil {
				t.Error(err)
			}

			return value
		}
		start := time.Now()

		wantNoDiff(t, "the first", int64(1), get(time.Time{}))
		wantNoDiff(t, "new enough", int64(1), get(start))
		wantNoDiff(t, "too old", int64(2), get(start.Add(time.Nanosecond)))
		wantNoDiff(t, "any", int64(2), get(time.Time{}))
	})
}

func TestSharedLookup_RunningRequestTooOld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			lookup SharedLookup[int64]
			count  atomic.Int64
		)
		go func() { _, _ = lookup.Get(t.Context(), "k", time.Time{}, slowCount(&count)) }()

		<-time.After(300 * time.Millisecond)

		start := time.Now()

		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				if value, err := lookup.Get(t.Context(), "k", start, slowCount(&count)); value != 2 || err != nil {
					t.Errorf("value %d, error %v, want the second lookup", value, err)
				}
			})
		}

		group.Wait()

		if n := count.Load(); n != 2 {
			t.Errorf("%d lookups, want 2", n)
		}
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
	if value != 8 || err != nil {
		t.Errorf("value %d, error %v", value, err)
	}
}

func TestSharedLookup_FailureKeepsOldValue(t *testing.T) {
	t.Parallel()

	var lookup SharedLookup[int]
	lookup.Keep("k", 1, time.Now())

	failure := errors.New("no")

	_, err := lookup.Get(t.Context(), "k", time.Now().Add(time.Hour), func(context.Context) (int, error) { return 0, failure })
	if !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}

	if value, err := lookup.Get(t.Context(), "k", time.Time{}, nil); value != 1 || err != nil {
		t.Errorf("value %d, error %v", value, err)
	}
}

func TestSharedLookup_KeepNewest(t *testing.T) {
	t.Parallel()

	var lookup SharedLookup[string]

	now := time.Now()
	lookup.Keep("k", "middle", now)
	lookup.Keep("k", "older", now.Add(-time.Second))

	if value, err := lookup.Get(t.Context(), "k", now, nil); value != "middle" || err != nil {
		t.Errorf("value %s, error %v", value, err)
	}

	lookup.Keep("k", "newest", now.Add(time.Second))

	if value, err := lookup.Get(t.Context(), "k", now, nil); value != "newest" || err != nil {
		t.Errorf("value %s, error %v", value, err)
	}
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

			if took := <-ended; took != want {
				t.Errorf("the lookup was canceled after %s, want %s", took, want)
			}
		})
	}
}

func TestSharedLookup_ContextValues(t *testing.T) {
	t.Parallel()

	type key struct{}

	var lookup SharedLookup[any]

	value, err := lookup.Get(context.WithValue(t.Context(), key{}, "logger"), "k", time.Time{}, func(ctx context.Context) (any, error) {
		return ctx.Value(key{}), nil
	})
	if value != "logger" || err != nil {
		t.Errorf("value %v, error %v", value, err)
	}
}

func TestSharedLookup_NilValue(t *testing.T) {
	t.Parallel()

	var lookup SharedLookup[[]string]

	for range 2 {
		calls := 0

		value, err := lookup.Get(t.Context(), "k", time.Time{}, func(context.Context) ([]string, error) { calls++; return nil, nil })
		if value != nil || err != nil || calls > 1 {
			t.Errorf("value %v, error %v after %d calls", value, err, calls)
		}
	}
}

func TestSharedLookup_Clock(t *testing.T) {
	t.Parallel()

	clock := &fakeClock{now: time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)}
	lookup := SharedLookup[int]{Clock: clock}

	calls := 0
	get := func(notBefore time.Time) int {
		value, err := lookup.Get(t.Context(), "k", notBefore, func(context.Context) (int, error) { calls++; return calls, nil })
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
