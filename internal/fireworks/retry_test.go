// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// attemptsAt returns the number of requests that a call makes to a server that always sends this status.
func (c apiCall) attemptsAt(status, retries int) int {
	transient := status == 408 || status == 429 || status == 499 || status >= 500
	if c.retries == retryTransient && transient || c.retries == retryIfNotSent && status == 429 {
		return retries + 1
	}

	return 1
}

func TestRetry_ByStatus(t *testing.T) {
	t.Parallel()

	statuses := []int{301, 400, 401, 403, 404, 405, 408, 409, 412, 418, 429, 499, 500, 501, 502, 503, 504, 505, 507,
		520, 530, 599}

	forEachCall(t, func(t *testing.T, call apiCall) {
		for _, retries := range []int{0, 3} {
			for _, status := range statuses {
				server := respondWith(failing(status))
				client, _ := serveInBubble(t, server, withRetries(retries))

				apiError := wantAPIError(t, call.err(t.Context(), client))
				checkEqual(t, "status", apiError.StatusCode, status)
				checkEqual(t, "message", apiError.Message, "not now")
				checkEqual(t, fmt.Sprint("attempts at ", status), server.count(), call.attemptsAt(status, retries))
				checkNoSlotHeld(t, client)
			}
		}
	})
}

// brokenResponses are invalid or incomplete HTTP responses.
var brokenResponses = map[string]string{
	"nothing at all":    "",
	"within the status": "HTTP/1.1 2",
	"within the header": "HTTP/1.1 200 OK\r\nContent-Le",
	"before the body":   "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
	"during the body":   "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"na",
	"within a chunk":    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"na",
	"no last chunk":     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
	"not HTTP":          "SSH-2.0-OpenSSH_9.9\r\n\r\n",
	"a wrong chunk":     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
	"two lengths":       "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
	"gzip cut off":      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
	"invalid gzip":      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\nabcdefghijklmnopqrst",
}

func TestRetry_IncompleteResponse(t *testing.T) {
	t.Parallel()

	const retries = 2

	forEachCall(t, func(t *testing.T, call apiCall) {
		for how, raw := range brokenResponses {
			attempts := 0
			client, _ := serveInBubble(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				attempts++

				hijack(t, w, raw)
			}), withRetries(retries))

			err := call.err(t.Context(), client)
			wantConnectionError(t, err, "")
			checkEqual(t, how+": transient", IsTransient(err), true)
			checkEqual(t, how+": may have succeeded", MayHaveSucceeded(err), true)
			checkEqual(t, how+": attempts", attempts, call.attemptsAt(http.StatusServiceUnavailable, retries))
			checkNoSlotHeld(t, client)
		}
	})
}

func TestRetry_ConnectionRefused(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		server := respondWith(ok(call.response))
		client, network := serveInBubble(t, server, withRetries(3))
		network.refuse = func(dial int64) error {
			if dial < 3 {
				return errRefused
			}

			return nil
		}

		err := call.err(t.Context(), client)
		if call.retries != retryNever {
			checkEqual(t, "error", err, nil)
			checkEqual(t, "dials", network.dials.Load(), 3)
			checkEqual(t, "requests", server.count(), 1)

			return
		}

		wantConnectionError(t, err, "connection refused")
		checkEqual(t, "may have succeeded", MayHaveSucceeded(err), false)
		checkEqual(t, "transient", IsTransient(err), false)
		checkEqual(t, "unreachable", IsUnreachable(err), true)
	})
}

func TestRetry_Unreachable(t *testing.T) {
	t.Parallel()

	for name, refused := range map[string]error{
		"connection refused": errRefused,
		"unknown host":       dialError(&net.DNSError{Err: "no such host", IsNotFound: true}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, network := serveInBubble(t, respondWith(ok(promotedModel)), withRetries(DefaultMaxRetries))
				network.refuse = func(int64) error { return refused }

				_, err := client.GetModel(t.Context(), testModel)
				checkEqual(t, "unreachable", IsUnreachable(err), true)
				checkEqual(t, "dials", network.dials.Load(), 3)

				network.refuse = nil

				if _, err = client.GetModel(t.Context(), testModel); err != nil {
					t.Fatal(err)
				}

				client.Close()

				network.refuse = func(int64) error { return refused }
				before := network.dials.Load()
				_, err = client.GetModel(t.Context(), testModel)
				checkEqual(t, "unreachable after a response", IsUnreachable(err), false)
				checkEqual(t, "transient after a response", IsTransient(err), true)
				checkEqual(t, "dials after a response", network.dials.Load()-before, DefaultMaxRetries+1)
			})
		})
	}
}

func TestRetry_ConflictThatSaysTryAgain(t *testing.T) {
	t.Parallel()

	aborted := cannedResponse{status: 409, body: `{"code":10,"message":"concurrent change"}`}

	forEachCall(t, func(t *testing.T, call apiCall) {
		server := respondWith(aborted, aborted, ok(call.response))
		client, _ := serveInBubble(t, server, withRetries(2))

		err := call.err(t.Context(), client)
		if call.retries == retryNever {
			checkEqual(t, "status", StatusOf(err), 409)
			checkEqual(t, "requests", server.count(), 1)

			return
		}

		checkEqual(t, "error", err, nil)
		checkEqual(t, "requests", server.count(), 3)
		checkNoSlotHeld(t, client)
	})
}

func TestRetry_DialTimeout(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		client, network := serveInBubble(t, respondWith(ok(call.response)))
		network.refuse = func(int64) error { return dialError(context.DeadlineExceeded) }

		err := call.err(t.Context(), client)
		wantConnectionError(t, err, "dial tcp: ")
		checkEqual(t, "transient", IsTransient(err), true)
		checkEqual(t, "response lost", MayHaveSucceeded(err), false)
		checkEqual(t, "is a deadline", errors.Is(err, context.DeadlineExceeded), false)
	})
}

func TestRetry_SameRequest(t *testing.T) {
	t.Parallel()
	forEachCall(t, func(t *testing.T, call apiCall) {
		if call.retries == retryNever {
			return
		}

		server := respondWith(failing(429), failing(429), ok(call.response))

		client, _ := serveInBubble(t, server, withRetries(2))
		if err := call.err(t.Context(), client); err != nil {
			t.Fatal(err)
		}

		seen := server.requests()
		wantNoDiff(t, "requests", []recordedRequest{seen[0], seen[0], seen[0]}, seen)
	})
}

func TestRetry_Backoff(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		factor         time.Duration
		longest        time.Duration
		shortestBudget time.Duration
		call           func(context.Context, *Client) error
	}{
		"read": {3, 75 * time.Second, 4 * time.Minute, func(ctx context.Context, c *Client) error {
			_, err := c.GetModel(ctx, testModel)
			return err
		}},
		"write": {2, 30 * time.Second, 45 * time.Second, func(ctx context.Context, c *Client) error {
			_, err := c.UpdateModel(ctx, testModel, Fields{"public": true})
			return err
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			server := respondWith(failing(503))
			client, _ := serveInBubble(t, server, withRetries(DefaultMaxRetries))
			start := time.Now()

			if err := test.call(t.Context(), client); StatusOf(err) != 503 {
				t.Fatal(err)
			}

			budget := time.Since(start)
			if budget < test.shortestBudget*3/4 || budget > 5*time.Minute {
				t.Errorf("%s: the retries lasted %s", name, budget)
			}

			bound := 500 * time.Millisecond
			for i, pause := range server.pauses() {
				if pause < bound*3/4 || pause > bound {
					t.Errorf("%s: pause %d is %s, want %s to %s", name, i, pause, bound*3/4, bound)
				}

				bound = min(test.factor*bound, test.longest) //nolint:durationcheck // the factor is a number
			}
		})
	}
}

func TestRetry_LongRetryAfter(t *testing.T) {
	t.Parallel()

	for header, want := range map[string]string{
		"121":                           "to be retried after 121s",
		"86400":                         "to be retried after 24h",
		"99999999999999999999999":       "to be retried after 8760h",
		"Fri, 01 Jan 2100 00:00:00 GMT": "to be retried after 8760h",
	} {
		synctest.Test(t, func(t *testing.T) {
			server := respondWith(failing(503, "Retry-After", header))
			client, _ := serveInBubble(t, server, withRetries(DefaultMaxRetries))

			_, err := client.GetModel(t.Context(), testModel)
			if text := wantAPIError(t, err).Status(); !strings.Contains(text, want) || server.count() != 1 {
				t.Errorf("status %q after %d requests, want %q after 1", text, server.count(), want)
			}
		})
	}
}

func TestRetry_RetryAfter(t *testing.T) {
	t.Parallel()

	own := func(pause time.Duration) bool {
		return pause >= firstBackoff/2 && pause <= firstBackoff*6/5+time.Millisecond
	}
	exactly := func(d time.Duration) func(time.Duration) bool {
		return func(pause time.Duration) bool { return pause == d }
	}
	// A bubble starts at midnight UTC 2000-01-01.
	tests := map[string]struct {
		header string
		ok     func(time.Duration) bool
	}{
		"seconds":            {"7", exactly(7 * time.Second)},
		"writeSpaces around": {" 7 ", exactly(7 * time.Second)},
		"a date":             {"Sat, 01 Jan 2000 00:00:09 GMT", exactly(9 * time.Second)},
		"an ANSI date":       {"Sat Jan  1 00:00:09 2000", exactly(9 * time.Second)},
		"the longest":        {"120", exactly(2 * time.Minute)},
		"none":               {"", own},
		"zero":               {"0", own},
		"a past date":        {"Fri, 31 Dec 1999 23:00:00 GMT", own},
		"negative":           {"-5", own},
		"hugely negative":    {"-99999999999999999999999", own},
		"garbage":            {"soon", own},
		"a fraction":         {"1.5", own},
		"a malformed date":   {"Sat, 41 Jan 2000 00:00:09 GMT", own},
	}
	for name, test := range tests {
		for _, status := range []int{408, 429, 500, 503} {
			synctest.Test(t, func(t *testing.T) {
				server := respondWith(failing(status, "Retry-After", test.header), ok(promotedModel))

				client, _ := serveInBubble(t, server, withRetries(1))
				if _, err := client.GetModel(t.Context(), testModel); err != nil {
					t.Fatal(err)
				}

				if pause := server.pauses()[0]; !test.ok(pause) {
					t.Errorf("%s, status %d: pause %s", name, status, pause)
				}
			})
		}
	}
}

func TestRetry_DeadlineBeforeNextAttempt(t *testing.T) {
	t.Parallel()

	for _, status := range []int{429, 503} {
		synctest.Test(t, func(t *testing.T) {
			client, _ := serveInBubble(t, respondWith(failing(status, "Retry-After", "60")), withRetries(8))

			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()

			start := time.Now()

			_, err := client.GetModel(ctx, testModel)
			apiError := wantAPIError(t, err)
			checkEqual(t, "status", apiError.StatusCode, status)
			checkEqual(t, "message", apiError.Message, "not now")
			checkEqual(t, "Retry-After", *apiError.RetryAfter, time.Minute)
			checkEqual(t, "waited", time.Since(start), 0)
			checkNoSlotHeld(t, client)
		})
	}
}

func TestRetry_DeadlineBeforeNextDial(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, network := serveInBubble(t, respondWith(ok(`{}`)), withRetries(8))
		network.refuse = func(int64) error { return errRefused }

		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()

		_, err := client.GetModel(ctx, testModel)
		wantConnectionError(t, err, "connection refused")

		if ctx.Err() != nil {
			t.Error("the call waited for the deadline")
		}
	})
}

func TestRetry_DeadlineDuringAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := serveInBubble(t, hanging(), withRetries(8))

		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()

		if _, err := client.GetModel(ctx, testModel); !errors.Is(err, context.DeadlineExceeded) || IsTransient(err) {
			t.Errorf("error %v (%T)", err, err)
		}
	})
}
