// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// SharedLookup lets concurrent callers with the same key share one request and keeps what succeeded.
// The zero value is ready to use.
type SharedLookup[V any] struct {
	// Timeout bounds a request on its own, because it continues when the caller that started it is canceled; 0 means
	// two minutes.
	Timeout time.Duration
	// Clock is the clock of notBefore; nil means SystemClock.
	Clock Clock
	// Idle, if set, has a caller wait beyond its deadline, as long as the request receives a page of a list at least
	// that often.
	Idle time.Duration

	flights singleflight.Group
	mu      sync.Mutex
	kept    map[string]lookedUp[V]
	// progress is when requests that are running received their last page.
	progress map[string]time.Time
	// failures are the last error responses to requests that are running.
	failures map[string]error
}

type lookedUp[V any] struct {
	value   V
	started time.Time
}

const defaultSharedTimeout = 2 * time.Minute

// Get returns a value whose request was started at notBefore or later; the zero time accepts every kept value.
// Errors are not kept. If ctx ends first, the request continues for other callers, and Get returns the last error
// response to it if the time of ctx is up, otherwise the cause of ctx.
func (l *SharedLookup[V]) Get(
	ctx context.Context, key string, notBefore time.Time, fetch func(context.Context) (V, error),
) (V, error) {
	for {
		if found, ok := l.peek(key); ok && !found.started.Before(notBefore) {
			return found.value, nil
		}

		flight := l.flights.DoChan(key, func() (any, error) {
			// Another request may have finished since the check above.
			if found, ok := l.peek(key); ok && !found.started.Before(notBefore) {
				return found, nil
			}

			return l.fetch(context.WithoutCancel(ctx), key, fetch)
		})

		var none V

		result, err := l.await(ctx, key, flight)
		if err = cmp.Or(err, result.Err); err != nil {
			return none, err
		}
		// A request that was already running may have been started before notBefore.
		if found, ok := result.Val.(lookedUp[V]); ok && !found.started.Before(notBefore) {
			return found.value, nil
		}
	}
}

// await waits for the result, until ctx ends and the request makes no progress.
func (l *SharedLookup[V]) await(
	ctx context.Context, key string, flight <-chan singleflight.Result,
) (singleflight.Result, error) {
	select {
	case result := <-flight:
		return result, nil
	case <-ctx.Done():
	}

	for errors.Is(ctx.Err(), context.DeadlineExceeded) {
		l.mu.Lock()
		left := time.Until(l.progress[key].Add(l.Idle))
		l.mu.Unlock()

		if left <= 0 {
			break
		}

		select {
		case result := <-flight:
			return result, nil
		case <-time.After(left):
		}
	}

	l.mu.Lock()
	defer l.mu.Unlock()

	if failure := l.failures[key]; failure != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return singleflight.Result{}, failure
	}

	return singleflight.Result{}, context.Cause(ctx)
}

// Keep stores the value of a request that was started at started and made without Get.
func (l *SharedLookup[V]) Keep(key string, value V, started time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()

	if l.kept == nil {
		l.kept = map[string]lookedUp[V]{}
	}

	if found, ok := l.kept[key]; !ok || found.started.Before(started) {
		l.kept[key] = lookedUp[V]{value, started}
	}
}

func (l *SharedLookup[V]) peek(key string) (lookedUp[V], bool) {
	l.mu.Lock()
	defer l.mu.Unlock()

	found, ok := l.kept[key]

	return found, ok
}

func (l *SharedLookup[V]) fetch(
	ctx context.Context, key string, fetch func(context.Context) (V, error),
) (lookedUp[V], error) {
	timeout := l.Timeout
	if timeout == 0 {
		timeout = defaultSharedTimeout
	}
	// The cause keeps the caller from taking this deadline for its own.
	ctx, cancel := context.WithTimeoutCause(ctx, timeout,
		fmt.Errorf("no response within %s, including retries", DurationText(timeout)))
	defer cancel()

	started := l.now()

	l.advance(key)
	l.fail(key, nil)

	ctx = context.WithValue(ctx, progressKey{}, func() { l.advance(key) })
	ctx = context.WithValue(ctx, failureKey{}, func(failure error) { l.fail(key, failure) })

	value, err := fetch(ctx)
	if err != nil {
		return lookedUp[V]{}, err
	}

	l.Keep(key, value, started)

	return lookedUp[V]{value, started}, nil
}

// progressKey is the key of the function that a list calls after each page.
type progressKey struct{}

func (l *SharedLookup[V]) advance(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()

	if l.progress == nil {
		l.progress = map[string]time.Time{}
	}

	l.progress[key] = time.Now()
}

// failureKey is the key of the function that a request calls with each error response.
type failureKey struct{}

func (l *SharedLookup[V]) fail(key string, failure error) {
	l.mu.Lock()
	defer l.mu.Unlock()

	if l.failures == nil {
		l.failures = map[string]error{}
	}

	l.failures[key] = failure
}

func (l *SharedLookup[V]) now() time.Time {
	if l.Clock == nil {
		return time.Now()
	}

	return l.Clock.Now()
}
