// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// retryTransport sends one request, as often as its retry rule allows. It is the http.RoundTripper of that request, and
// the CheckRetry, Backoff and ErrorHandler of go-retryablehttp.
type retryTransport struct {
	client  *Client
	request request
	attempt int
	// paused is how long the request waited because the server limited the rate of others.
	paused time.Duration

	// wait is the time between this attempt and the next.
	wait time.Duration
	// refused is the response to this attempt if its body decides about a retry, else nil.
	refused *Error
	// mayHaveSucceeded is set if the server may have done what was requested in one of the attempts.
	mayHaveSucceeded bool
	// accepted is set if this attempt got the start of a success response.
	accepted bool
}

// RoundTrip makes one attempt, whose deadline covers everything from here to the last byte of the body.
func (rt *retryTransport) RoundTrip(httpRequest *http.Request) (*http.Response, error) {
	rt.attempt++

	limiter := rt.client.limiter
	callerCtx := httpRequest.Context()

	if err := limiter.acquire(callerCtx, rt); err != nil {
		return nil, err
	}

	ctx, cancel := context.WithTimeout(callerCtx, rt.request.timeout)
	release := sync.OnceFunc(func() { cancel(); limiter.release() })
	start := time.Now()

	response, err := rt.client.transport.RoundTrip(httpRequest.WithContext(ctx))
	rt.log(callerCtx, response, err, time.Since(start))
	rt.wait = rt.request.backoff(response, rt.attempt)
	rt.refused = nil
	rt.accepted = err == nil && response.StatusCode/100 == 2
	rt.mayHaveSucceeded = rt.mayHaveSucceeded || attemptMayHaveSucceeded(response, err)

	if err != nil {
		release()
		return nil, err
	}

	rt.client.responded.Store(true)

	response.Body = &attemptBody{ReadCloser: response.Body, release: release}

	if response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusConflict {
		rt.refused = rt.peekError(response)
	}

	if report, ok := callerCtx.Value(failureKey{}).(func(error)); ok && response.StatusCode >= http.StatusBadRequest {
		report(rt.peekError(response))
	}

	if response.StatusCode == http.StatusTooManyRequests && !rt.refused.isFinalRefusal() && !rt.request.separateLimit {
		limiter.pause(min(rt.wait, MaxRetryAfter))
	}

	// The error of net/http would quote the address, and with it whatever the server put there.
	if _, err := response.Location(); response.StatusCode/100 == 3 && err != nil &&
		!errors.Is(err, http.ErrNoLocation) {
		_ = response.Body.Close()
		return nil, &redirectError{"the server redirects to an invalid URL"}
	}

	return response, nil
}

func (rt *retryTransport) log(ctx context.Context, response *http.Response, err error, duration time.Duration) {
	fields := map[string]any{
		"method":      rt.request.method,
		"path":        rt.request.path,
		"attempt":     rt.attempt,
		"duration_ms": duration.Milliseconds(),
	}

	if err != nil {
		fields["error"] = rt.client.redact.text(err.Error())
		rt.client.log(ctx, "Fireworks API request failed", fields)

		return
	}

	fields["status"] = response.StatusCode
	rt.client.log(ctx, "Fireworks API response received", fields)
}

// peekError reads the body of an error response, and puts it back: go-retryablehttp decides about a retry before it is
// read.
func (rt *retryTransport) peekError(response *http.Response) *Error {
	original := response.Body
	body, _ := io.ReadAll(io.LimitReader(original, maxErrorBody))

	response.Body = struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(body), original}

	return rt.client.newError(rt.request, response, body)
}

// attemptBody releases the slot of its attempt when it is closed.
type attemptBody struct {
	io.ReadCloser
	release func()
}

func (b *attemptBody) Close() error {
	defer b.release()
	return b.ReadCloser.Close()
}

// checkRetry is the CheckRetry of go-retryablehttp. It starts no wait that does not end before the caller's deadline,
// so that the caller gets the response of the server instead of its own deadline, and none that is longer than
// MaxRetryAfter.
func (rt *retryTransport) checkRetry(ctx context.Context, response *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}

	if !rt.shouldRetry(response, err) || rt.wait > MaxRetryAfter {
		return false, nil
	}

	deadline, ok := ctx.Deadline()

	return !ok || time.Until(deadline) > rt.wait, nil
}

func (rt *retryTransport) shouldRetry(response *http.Response, err error) bool {
	switch {
	case err != nil && !is[*Error](err) && isNotListening(err) && !rt.client.responded.Load():
		return rt.request.retries.allowsError(err) && rt.attempt < unreachableAttempts
	case err != nil && !is[*Error](err):
		return rt.request.retries.allowsError(err)
	case response == nil || rt.refused != nil && rt.refused.isFinalRefusal():
		return false
	case rt.refused != nil && rt.refused.isRetryableConflict():
		return rt.request.retries != retryNever
	}

	return rt.request.retries.allowsStatus(response.StatusCode)
}

// backoff is the Backoff of go-retryablehttp.
func (rt *retryTransport) backoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration {
	return rt.wait
}

// errorHandler is the ErrorHandler of go-retryablehttp: it turns the response to the last attempt into an error.
func (rt *retryTransport) errorHandler(response *http.Response, err error, _ int) (*http.Response, error) {
	if response == nil {
		return nil, err
	}

	defer func() { _ = response.Body.Close() }()

	if err == nil {
		err = rt.client.errorFromResponse(rt.request, response)
	}

	return nil, err
}

// limiter bounds the requests in flight, and pauses all of them when the server responds with 429.
type limiter struct {
	slots *semaphore.Weighted

	mu          sync.Mutex
	pausedUntil time.Time
}

// maxPaused is how long a request waits in all because the server limits the rate of others. While every response is a
// 429, each one prolongs the pause, so that the requests would use up their retries one after the other.
const maxPaused = 2 * time.Minute

// acquire waits for the end of a pause and for a free slot.
func (l *limiter) acquire(ctx context.Context, rt *retryTransport) error {
	if rt.request.separateLimit {
		return l.slots.Acquire(ctx, 1)
	}

	for {
		wait := l.remainingPause()
		if wait <= 0 || rt.paused >= maxPaused {
			if err := l.slots.Acquire(ctx, 1); err != nil {
				return err
			}

			// A pause may have started while this request waited for its slot.
			if l.remainingPause() <= 0 || rt.paused >= maxPaused {
				return nil
			}

			l.release()

			continue
		}

		// Requests that waited together do not all resume in the same instant.
		wait += rand.N(wait/5 + time.Millisecond) //nolint:gosec // jitter needs no cryptographic randomness
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
			return &Error{
				StatusCode: http.StatusTooManyRequests,
				Method:     rt.request.method,
				Path:       rt.request.path,
				Message:    "(the API limits the rate of requests for longer than this request may take)",
				RetryAfter: &wait,
			}
		}

		if err := (SystemClock{}).Sleep(ctx, wait); err != nil {
			return err
		}

		rt.paused += wait
	}
}

func (l *limiter) remainingPause() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()

	return time.Until(l.pausedUntil)
}

func (l *limiter) release() { l.slots.Release(1) }

func (l *limiter) pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()

	if until := time.Now().Add(d); until.After(l.pausedUntil) {
		l.pausedUntil = until
	}
}

// redirectError is a redirect that was not followed.
type redirectError struct{ reason string }

func (e *redirectError) Error() string { return e.reason }

// maxRedirects is how many redirects within the same host are followed.
const maxRedirects = 5

// checkRedirect refuses redirects to another scheme, host or port, which must not get the API key, and redirects that
// change the method.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0]

	switch {
	case next.URL.Scheme != first.URL.Scheme || next.URL.Host != first.URL.Host:
		return &redirectError{fmt.Sprintf("the server redirects to %s://%s; "+
			"the redirect was not followed because the API key is sent only to the host of base_url", next.URL.Scheme,
			next.URL.Host)}
	case next.Method != first.Method:
		return &redirectError{fmt.Sprintf("the server sent a redirect that changes the method from %s to %s",
			first.Method, next.Method)}
	case len(via) > maxRedirects:
		return &redirectError{fmt.Sprintf("the server redirected more than %d times", maxRedirects)}
	}

	return nil
}
