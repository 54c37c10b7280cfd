// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetryAfter_UnusableValue(t *testing.T) {
	t.Parallel()

	for _, value := range []string{"", "0", "-1", "soon", "Fri, 31 Dec 1999 23:00:00 GMT"} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()

			server := respondWith(failing(503, "Retry-After", value))

			_, err := serve(t, server).Promote(t.Context(), testPromotion)
			if got := wantAPIError(t, err).RetryAfter; got != nil {
				t.Errorf("RetryAfter is %s, want nil", got)
			}
		})
	}
}

func TestRetry_RateLimitWaitsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := respondWith(failing(429), ok(promotedModel))
		client, _ := serveInBubble(t, server, withRetries(1))

		if _, err := client.GetModel(t.Context(), testModel); err != nil {
			t.Fatal(err)
		}

		client.limiter.mu.Lock()
		paused := client.limiter.pausedUntil.Sub(server.times[0])
		client.limiter.mu.Unlock()

		if wait := server.pauses()[0]; wait != paused {
			t.Errorf("the retry came after %s, the pause of the limiter was %s", wait, paused)
		}
	})
}

func TestRetry_RefusedByReason(t *testing.T) {
	t.Parallel()

	for name, response := range map[string]cannedResponse{
		"capacity": {status: 429, body: `{"error":{"code":"INSUFFICIENT_CAPACITY","message":"no GPU"}}`,
			header: map[string]string{"Retry-After": "9"}},
		"quota": {status: 429, body: `{"code":7,"message":"no","details":[{"reason":"QUOTA_EXCEEDED"}]}`},
		"tier":  {status: 429, body: `{"code":7,"message":"no","details":[{"reason":"TIER_REQUIRED"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := respondWith(response)
				client, _ := serveInBubble(t, server, withRetries(8))

				_, err := client.CreateDeployment(t.Context(), testCreateDeployment)
				checkEqual(t, "refusal", IsQuotaExceeded(err) != IsInsufficientCapacity(err), true)
				checkEqual(t, "requests", server.count(), 1)

				if pause := client.limiter.remainingPause(); pause > 0 {
					t.Errorf("other requests are paused for %s", pause)
				}
			})
		})
	}
}

// quotaRefusal is a response to a request that exceeds a quota.
func quotaRefusal(status int, header ...string) cannedResponse {
	r := failing(status, header...)
	r.body = `{"code":8,"message":"global--h200-count, in use: 14, quota: 16, requesting: 4"}`

	return r
}

func TestRetry_QuotaExceeded(t *testing.T) {
	t.Parallel()

	for _, call := range apiCalls() {
		if !strings.HasPrefix(call.name, "Promote") && call.name != "UpdateModel" {
			continue
		}

		for _, status := range []int{403, 429} {
			t.Run(fmt.Sprintf("%s %d", call.name, status), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					server := respondWith(quotaRefusal(status, "Retry-After", "0"))
					client, _ := serveInBubble(t, server, withRetries(8))

					err := call.do(t.Context(), client)

					if message := wantAPIError(t, err).Message; !strings.Contains(message, "quota: 16") {
						t.Errorf("message %q", message)
					}

					if !IsQuotaExceeded(err) {
						t.Errorf("not a quota refusal: %v", err)
					}

					if IsTransient(err) {
						t.Errorf("transient: %v", err)
					}

					if n := server.count(); n != 1 {
						t.Errorf("%d requests, want 1", n)
					}

					if pause := client.limiter.remainingPause(); pause > 0 {
						t.Errorf("other requests are paused for %s", pause)
					}

					checkNoSlotHeld(t, client)
				})
			})
		}
	}
}

func TestRetry_RateLimitWithCode8(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := respondWith(quotaRefusal(429, "Retry-After", "5"), ok(promotedModel))
		client, _ := serveInBubble(t, server, withRetries(1))

		if _, err := client.GetModel(t.Context(), testModel); err != nil {
			t.Fatal(err)
		}

		if wait := server.pauses()[0]; wait != 5*time.Second {
			t.Errorf("retried after %s, want 5s", wait)
		}
	})
}

func TestIsQuotaExceeded_OtherErrors(t *testing.T) {
	t.Parallel()

	wait := time.Second

	for name, err := range map[string]error{
		"nil":          nil,
		"another type": errors.New("x"),
		"other code":   &Error{Method: "POST", StatusCode: 429, Code: 14},
		"other status": &Error{Method: "POST", StatusCode: 400, Code: 8},
		"rate limit":   &Error{Method: "POST", StatusCode: 429, Code: 8, RetryAfter: &wait},
		"read":         &Error{Method: "GET", StatusCode: 429, Code: 8},
		"delete":       &Error{Method: "DELETE", StatusCode: 429, Code: 8},
	} {
		if IsQuotaExceeded(err) {
			t.Errorf("%s is taken for a quota refusal", name)
		}
	}
}
