package fireworks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// retryRule says after which failures a request may be sent again.
type retryRule int

const (
	// retryTransient repeats after every failure that may pass: the request changes nothing when it is done twice.
	retryTransient retryRule = iota
	// retryIfNotSent repeats only when the server surely did nothing: no connection, or 429.
	retryIfNotSent
	// retryNever leaves it to the caller to ask again.
	retryNever
)

const (
	firstBackoff  = 500 * time.Millisecond
	maxBackoff    = 30 * time.Second
	maxRetryAfter = 2 * time.Minute
)

func isRetryableStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}

	return false
}

// attempts carries one request through its attempts: it is the transport, the retry policy and the back-off of that request.
type attempts struct {
	client  *Client
	request request
	count   int
	wait    time.Duration
}

// RoundTrip makes one attempt, which has its own deadline from here to the last byte of the body.
func (a *attempts) RoundTrip(httpRequest *http.Request) (*http.Response, error) {
	a.count++

	outer := httpRequest.Context()
	if err := a.client.gate.enter(outer, a.request); err != nil {
		return nil, err
	}

	ctx, cancel := context.WithTimeout(outer, a.request.timeout)
	leave := sync.OnceFunc(func() { cancel(); a.client.gate.leave() })
	start := time.Now()
	response, err := a.client.gate.next.RoundTrip(httpRequest.WithContext(ctx))
	fields := map[string]any{
		"method":      a.request.method,
		"path":        a.request.path,
		"attempt":     a.count,
		"duration_ms": time.Since(start).Milliseconds(),
	}

	if err != nil {
		leave()

		fields["error"] = a.client.redact.text(err.Error())
		a.client.log(outer, "Request to the Fireworks API failed", fields)

		return nil, err
	}

	fields["status"] = response.StatusCode
	a.client.log(outer, "Request to the Fireworks API answered", fields)

	if response.StatusCode == http.StatusTooManyRequests {
		a.client.gate.pause(a.backoffFor(response))
	}

	response.Body = &attemptBody{ReadCloser: response.Body, leave: leave}
	// net/http would quote the address, as far as it goes, and with it whatever the server put there.
	if _, err := response.Location(); response.StatusCode/100 == 3 && err != nil && !errors.Is(err, http.ErrNoLocation) {
		_ = response.Body.Close()
		return nil, &redirectError{"the server redirects to an address that is no URL"}
	}

	return response, nil
}

// attemptBody ends its attempt when it is closed.
type attemptBody struct {
	io.ReadCloser
	leave func()
}

func (b *attemptBody) Close() error {
	defer b.leave()
	return b.ReadCloser.Close()
}

// checkRetry is the CheckRetry of go-retryablehttp. A wait that the caller's deadline does not leave room for is not begun,
// so that the caller sees the server's answer instead of its own deadline.
func (a *attempts) checkRetry(ctx context.Context, response *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}

	if !a.shouldRetry(response, err) {
		return false, nil
	}

	a.wait = a.backoffFor(response)
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= a.wait {
		return false, nil
	}

	return true, nil
}

func (a *attempts) shouldRetry(response *http.Response, err error) bool {
	var (
		decodeError *DecodeError
		apiError    *Error
	)
	switch {
	case a.request.retries == retryNever, errors.As(err, &decodeError), isPermanent(err):
		return false
	case errors.As(err, &apiError) && response == nil:
		return false
	case err != nil && apiError == nil:
		return a.request.retries == retryTransient || requestNotSent(err)
	case response == nil:
		return false
	}

	return response.StatusCode == http.StatusTooManyRequests ||
		a.request.retries == retryTransient && isRetryableStatus(response.StatusCode)
}

// backoffFor is the server's Retry-After when it asked for a wait, else half a second doubled per attempt, with jitter.
// A zero or a date gone by is no wish: all attempts would be over before a server in trouble, or with a slow clock, recovers.
func (a *attempts) backoffFor(response *http.Response) time.Duration {
	if response != nil {
		if wait, ok := parseRetryAfter(response.Header.Get("Retry-After"), time.Now()); ok && wait > 0 {
			return wait
		}
	}

	wait := min(maxBackoff, firstBackoff<<min(max(a.count-1, 0), 10))

	return wait/2 + rand.N(wait/2) //nolint:gosec // jitter is no secret
}

func (a *attempts) backoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return a.wait }

// errorHandler is called by go-retryablehttp when no attempt is left; it reads the last answer into an error.
func (a *attempts) errorHandler(response *http.Response, err error, _ int) (*http.Response, error) {
	if response == nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()

	if err == nil {
		err = a.client.errorFromResponse(a.request, response)
	}

	return nil, err
}

// parseRetryAfter understands both forms of Retry-After, seconds and a date. Waits are bounded; a date in the past is no wait.
func parseRetryAfter(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	if value == "" {
		return 0, false
	}

	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		if seconds < 0 {
			return 0, false
		}

		return time.Duration(min(seconds, int64(maxRetryAfter/time.Second))) * time.Second, true
	}

	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}

	return min(max(0, date.Sub(now)), maxRetryAfter), true
}

// gate bounds the requests in flight and makes all of them wait when the server says that there are too many.
type gate struct {
	next  *http.Transport
	slots *semaphore.Weighted

	mu          sync.Mutex
	pausedUntil time.Time
}

// enter waits for the end of a pause and for a free slot.
func (g *gate) enter(ctx context.Context, r request) error {
	for {
		wait := g.pauseLeft()
		if wait <= 0 {
			if err := g.slots.Acquire(ctx, 1); err != nil {
				return err
			}
			// A pause may have begun while this request queued for its slot.
			if g.pauseLeft() <= 0 {
				return nil
			}

			g.leave()

			continue
		}
		// Those who waited together do not all come back in the same instant.
		wait += rand.N(wait/5 + time.Millisecond) //nolint:gosec // jitter is no secret
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
			return &Error{StatusCode: http.StatusTooManyRequests, Method: r.method, Path: r.path,
				Message: fmt.Sprintf("(the API asked to wait for another %s, longer than this request may take)", wait.Round(time.Second))}
		}

		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

func (g *gate) pauseLeft() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()

	return time.Until(g.pausedUntil)
}

func (g *gate) leave() { g.slots.Release(1) }

func (g *gate) pause(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()

	if until := time.Now().Add(d); until.After(g.pausedUntil) {
		g.pausedUntil = until
	}
}

// sleep waits for d or for the end of ctx, whose error it then returns.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()

	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// redirectError is a redirect that was not followed.
type redirectError struct{ reason string }

func (e *redirectError) Error() string { return e.reason }

// maxRedirects is how many redirects within the same host are followed.
const maxRedirects = 5

// checkRedirect keeps the key and the request on the scheme, host and port that the user named, and the request what it is.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	if next.URL.Scheme != first.Scheme || next.URL.Host != first.Host {
		return &redirectError{
			fmt.Sprintf(
				"the server redirects to %s://%s, which is refused because the API key is for the host of base_url only",
				next.URL.Scheme,
				next.URL.Host,
			),
		}
	}

	if next.Method != via[0].Method {
		return &redirectError{
			fmt.Sprintf(
				"the server redirects in a way that turns the %s into a %s, which would look done without being done",
				via[0].Method,
				next.Method,
			),
		}
	}

	if len(via) > maxRedirects {
		return &redirectError{fmt.Sprintf("the server redirected more than %d times", maxRedirects)}
	}

	return nil
}
