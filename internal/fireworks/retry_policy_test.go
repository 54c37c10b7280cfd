// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

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

// quotaRefusal is a response to a request that exceeds a quota.
func quotaRefusal(status int, header ...string) cannedResponse {
	r := failing(status, header...)
	r.body = `{"code":8,"message":"global--h200-count, in use: 14, quota: 16, requesting: 4"}`

	return r
}

func TestRetry_Refusals(t *testing.T) {
	t.Parallel()

	const code7 = `{"code":7,"message":"no","details":[{"reason":"%s"}]}`

	for name, test := range map[string]struct {
		response cannedResponse
		refused  func(error) bool
	}{
		"capacity": {cannedResponse{status: 429, body: `{"error":{"code":"INSUFFICIENT_CAPACITY","message":"no GPU"}}`,
			header: map[string]string{"Retry-After": "9"}}, IsInsufficientCapacity},
		"quota, reason": {cannedResponse{status: 429, body: fmt.Sprintf(code7, "QUOTA_EXCEEDED")}, IsQuotaExceeded},
		"tier":          {cannedResponse{status: 429, body: fmt.Sprintf(code7, "TIER_REQUIRED")}, IsQuotaExceeded},
		"quota, 403":    {quotaRefusal(403, "Retry-After", "0"), IsQuotaExceeded},
		"quota, 429":    {quotaRefusal(429, "Retry-After", "0"), IsQuotaExceeded},
	} {
		for _, call := range apiCalls() {
			if call.retries != retryIfNotSent && call.name != "UpdateModel" {
				continue
			}

			synctest.Test(t, func(t *testing.T) {
				server := respondWith(test.response)
				client, _ := serveInBubble(t, server, withRetries(8))

				err := call.err(t.Context(), client)
				checkEqual(t, name+" is a refusal", test.refused(err), true)
				checkEqual(t, "both kinds", IsQuotaExceeded(err) && IsInsufficientCapacity(err), false)
				checkEqual(t, "transient", IsTransient(err), false)
				checkEqual(t, "requests", server.count(), 1)
				checkEqual(t, "other requests are paused", client.limiter.remainingPause() > 0, false)
				checkNoSlotHeld(t, client)
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
