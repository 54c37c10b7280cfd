// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestRateLimit_PausesAllRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const pause = 30 * time.Second

		start := time.Now()

		var early, all atomic.Int64

		client, _ := serveInBubble(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			all.Add(1)

			if time.Since(start) < pause {
				early.Add(1)
				w.Header().Set("Retry-After", "30")
				w.WriteHeader(http.StatusTooManyRequests)

				return
			}

			_, _ = w.Write([]byte(promotedModel))
		}), withRetries(8))

		var group sync.WaitGroup
		for range 200 {
			group.Go(func() {
				if _, err := client.GetModel(t.Context(), testModel); err != nil {
					t.Error(err)
				}
			})
		}

		group.Wait()

		if n := early.Load(); n > MaxRequestsInFlight {
			t.Errorf("%d requests were sent during the pause, want at most %d", n, MaxRequestsInFlight)
		}

		if n := all.Load(); n > 200+MaxRequestsInFlight {
			t.Errorf("%d requests in all", n)
		}

		checkNoSlotHeld(t, client)
	})
}

func TestRateLimit_Jitter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := respondWith(failing(429, "Retry-After", "10"), ok(promotedModel))

		client, _ := serveInBubble(t, server)
		if _, err := client.GetModel(t.Context(), testModel); StatusOf(err) != 429 {
			t.Fatal(err)
		}

		start := time.Now()

		var mu sync.Mutex

		moments := map[time.Duration]bool{}

		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				_, err := client.GetModel(t.Context(), testModel)

				mu.Lock()
				defer mu.Unlock()

				moments[time.Since(start)] = true

				checkEqual(t, "error", err, nil)

				if waited := time.Since(start); waited < 10*time.Second || waited > 13*time.Second {
					t.Errorf("the response came after %s", waited)
				}
			})
		}

		group.Wait()

		if len(moments) < 25 {
			t.Errorf("50 requests resumed at %d different times, want at least 25", len(moments))
		}
	})
}

func TestRateLimit_DeadlineDuringPause(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		if call.name == "AccountID" {
			// The shared lookup has its own deadline, later than the end of the pause.
			return
		}

		server := respondWith(failing(429, "Retry-After", "60"))
		client, _ := serveInBubble(t, server)
		_, _ = client.GetModel(t.Context(), testModel)

		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()

		start := time.Now()
		err := call.err(ctx, client)
		checkEqual(t, "status", wantAPIError(t, err).StatusCode, 429)
		checkEqual(t, "response lost", MayHaveSucceeded(err), false)
		checkEqual(t, "transient", IsTransient(err), true)
		checkEqual(t, "waited", time.Since(start), 0)
		checkEqual(t, "requests", server.count(), 1)
		checkNoSlotHeld(t, client)
	})
}

func TestRequestTimeout_HangingResponse(t *testing.T) {
	t.Parallel()

	drip := func(status int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			drain(r)
			w.WriteHeader(status)

			for r.Context().Err() == nil {
				_, _ = w.Write([]byte(" "))
				_ = http.NewResponseController(w).Flush()

				select {
				case <-time.After(time.Second):
				case <-r.Context().Done():
				}
			}
		})
	}
	handlers := map[string]http.Handler{
		"no header": hanging(), "dripping body": drip(200), "dripping error": drip(400), "dripping 503": drip(503),
	}

	const configured, long = 20 * time.Second, 200 * time.Second

	forEachCall(t, func(t *testing.T, call apiCall) {
		want := configured

		switch {
		case strings.HasPrefix(call.name, "Promote"):
			want = PromotionRequestTimeout
		case call.retries == retryIfNotSent:
			want = CreateRequestTimeout
		}

		for how, handler := range handlers {
			checkTimeout(t, call, how, handler, configured, want)
		}

		checkTimeout(t, call, "a longer timeout", hanging(), long, max(want, long))
		checkTimeout(t, call, "the longest timeout", hanging(), 2*PromotionRequestTimeout, 2*PromotionRequestTimeout)
	})
}

// checkTimeout checks how long a call waits for a response that never ends.
func checkTimeout(t *testing.T, call apiCall, how string, handler http.Handler, configured, want time.Duration) {
	t.Helper()

	if call.name == "AccountID" && want > defaultSharedTimeout {
		return // the shared lookup ends earlier
	}

	client, _ := serveInBubble(t, handler, withTimeout(configured))
	start := time.Now()
	err := call.err(t.Context(), client)
	checkEqual(t, how+": waited", time.Since(start), want)

	if StatusOf(err) == 0 {
		wantConnectionError(t, err, "no complete response within "+DurationText(want))
		checkEqual(t, how+": transient", IsTransient(err), true)
		checkEqual(t, how+": response lost", MayHaveSucceeded(err), true)
		checkEqual(t, how+": is a deadline", errors.Is(err, context.DeadlineExceeded), false)
	}

	checkNoSlotHeld(t, client)
}

// Each request fails when it has used up its own retries, although the pauses of the others would prolong each other.
func TestRateLimit_EveryRequestRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := serveInBubble(t, respondWith(failing(429)), withRetries(8))
		start := time.Now()

		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				if _, err := client.GetModel(t.Context(), testModel); StatusOf(err) != 429 {
					t.Error(err)
				}
			})
		}

		group.Wait()

		if waited := time.Since(start); waited > 15*time.Minute {
			t.Errorf("50 requests failed after %s", waited)
		}
	})
}
