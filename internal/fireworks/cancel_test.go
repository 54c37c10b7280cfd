// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// cancelPoint is a stage at which a call waits.
type cancelPoint struct {
	// after is the time from the start of the call to its cancellation.
	after time.Duration
	// handler serves all requests, those of prepare too.
	handler func() http.Handler
	// prepare occupies the client before the call; what it starts has to end with ctx.
	prepare func(context.Context, *Client)
	// dial replaces the network.
	dial func(context.Context, string, string) (net.Conn, error)
	// retriedOnly is whether only calls with retries reach this stage.
	retriedOnly bool
}

func cancelPoints() map[string]cancelPoint {
	half := func(status int) func() http.Handler {
		return func() http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				drain(r)
				w.WriteHeader(status)
				_, _ = w.Write([]byte(`{"name":`))
				_ = http.NewResponseController(w).Flush()

				<-r.Context().Done()
			})
		}
	}
	hang := func() http.Handler { return hanging() }

	return map[string]cancelPoint{
		"before the start": {handler: hang},
		"waiting for a slot": {after: time.Second, handler: hang, prepare: func(ctx context.Context, c *Client) {
			for range MaxRequestsInFlight {
				go func() { _, _ = c.GetModelOnce(ctx, testModel) }()
			}
		}},
		"rate limited by another request": {
			after:   time.Second,
			handler: func() http.Handler { return respondWith(failing(429, "Retry-After", "100")) },
			prepare: func(ctx context.Context, c *Client) { _, _ = c.GetModelOnce(ctx, testModel) },
		},
		"dialing": {after: time.Second, handler: hang, dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}},
		"before the headers":             {after: time.Second, handler: hang},
		"during the body":                {after: time.Second, handler: half(200)},
		"during the body of an error":    {after: time.Second, handler: half(404)},
		"during the body before a retry": {after: time.Second, handler: half(503)},
		"during the backoff": {
			after:       time.Second,
			retriedOnly: true,
			handler:     func() http.Handler { return respondWith(failing(503, "Retry-After", "100")) },
		},
		"during the backoff after a refusal": {after: 100 * time.Millisecond, retriedOnly: true, handler: hang,
			dial: func(context.Context, string, string) (net.Conn, error) { return nil, errRefused }},
	}
}

func TestCancel_AtEveryStage(t *testing.T) {
	t.Parallel()

	for where, point := range cancelPoints() {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			forEachCall(t, func(t *testing.T, call apiCall) {
				if point.retriedOnly && call.retries != retryTransient {
					return
				}

				client, _ := serveInBubble(t, point.handler(), withRetries(8))
				if point.dial != nil {
					client.transport.DialContext = point.dial
				}

				others, stopOthers := context.WithCancel(t.Context())
				if point.prepare != nil {
					point.prepare(others, client)
					synctest.Wait()
				}

				cancelAndCheck(t, client, call, point.after)
				stopOthers()
				// The shared lookup of the account continues until its own deadline.
				<-time.After(2 * defaultSharedTimeout)
				checkNoSlotHeld(t, client)
			})
		})
	}
}

func cancelAndCheck(t *testing.T, client *Client, call apiCall, after time.Duration) {
	t.Helper()

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()

	if after == 0 {
		cancel()
	}

	done := make(chan error, 1)
	go func() { done <- call.err(ctx, client) }()

	if after > 0 {
		select {
		case err := <-done:
			t.Errorf("the call returned before it was canceled: %v", err)
			return
		case <-time.After(after):
		}
	}

	cancel()

	canceled := time.Now()
	err := <-done

	checkEqual(t, "time from the cancellation to the return", time.Since(canceled), 0)
	checkEqual(t, "is canceled", errors.Is(err, context.Canceled), true)
	checkEqual(t, "transient", IsTransient(err), false)

	if after == 0 {
		checkEqual(t, "may have succeeded", MayHaveSucceeded(err), false)
	}

	checkEqual(t, "status", StatusOf(err), 0)
}

func TestCancel_BetweenPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()

		pages := 0

		client, _ := serveInBubble(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if pages++; pages == 3 {
				cancel()
				<-r.Context().Done()
			}

			_, _ = fmt.Fprintf(w, `{"nextPageToken":"%d"}`, pages)
		}))

		_, err := client.ListCheckpoints(ctx, testJob, 0)
		checkEqual(t, "is canceled", errors.Is(err, context.Canceled), true)
		checkEqual(t, "pages", pages, 3)
	})
}

func TestCancel_Cause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		interrupted := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		client, _ := serveInBubble(t, hanging())

		time.AfterFunc(time.Second, func() { cancel(interrupted) })

		if _, err := client.GetModel(ctx, testModel); !errors.Is(err, interrupted) {
			t.Errorf("error %v, want the cause", err)
		}
	})
}
