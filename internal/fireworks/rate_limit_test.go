// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
	"net/http"
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

	for _, call := range apiCalls() {
		t.Run(call.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := respondWith(failing(429, "Retry-After", "60"))
				client, _ := serveInBubble(t, server)
				_, _ = client.GetModel(t.Context(), testModel)

				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()

				start := time.Now()

				if call.name == "AccountID" {
					// The shared lookup has its own deadline, later than the end of the pause.
					return
				}

				err := call.do(ctx, client)
				checkEqual(t, "status", wantAPIError(t, err).StatusCode, 429)
				checkEqual(t, "response lost", MayHaveSucceeded(err), false)
				checkEqual(t, "transient", IsTransient(err), true)

				if waited := time.Since(start); waited != 0 || server.count() != 1 {
					t.Errorf("waited %s, %d requests", waited, server.count())
				}

				checkNoSlotHeld(t, client)
			})
		})
	}
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
	for how, handler := range map[string]http.Handler{
		"no header": hanging(), "dripping body": drip(200), "dripping error": drip(400), "dripping 503": drip(503),
	} {
		for _, call := range apiCalls() {
			t.Run(how+" "+call.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					client, _ := serveInBubble(t, handler, withTimeout(20*time.Second))
					start := time.Now()
					err := call.do(t.Context(), client)

					want := 20 * time.Second
					if isPromotion(call) {
						want = PromotionRequestTimeout
					}

					if waited := time.Since(start); waited != want {
						t.Errorf("waited %s, want %s", waited, want)
					}

					if StatusOf(err) == 0 {
						wantConnectionError(t, err, "no complete response within "+DurationText(want))

						checkEqual(t, "transient", IsTransient(err), true)
						checkEqual(t, "response lost", MayHaveSucceeded(err), true)
						checkEqual(t, "is a deadline", errors.Is(err, context.DeadlineExceeded), false)
					}

					checkNoSlotHeld(t, client)
				})
			})
		}
	}
}

func TestRequestTimeout_Promotion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := serveInBubble(t, hanging(), withTimeout(10*time.Minute))
		start := time.Now()
		_, err := client.Promote(t.Context(), testPromotion)
		wantConnectionError(t, err, "no complete response within 10m")

		if waited := time.Since(start); waited != 10*time.Minute {
			t.Errorf("waited %s", waited)
		}
	})
}
