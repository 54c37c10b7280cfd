// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// Error is an error response from the API, or from a proxy in front of it.
type Error struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Code is the gRPC code in the body, 0 if there is none.
	Code int
	// Message is the message of the API and the reason in its details, redacted and of bounded length.
	Message string
	// Method and Path are those of the request, without the query.
	Method, Path string
	// RequestID is the ID that the server gave to the request, if any.
	RequestID string
	// RetryAfter is the usable Retry-After of the response, nil if there is none. It may be longer than MaxRetryAfter.
	RetryAfter *time.Duration

	body errorBody
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s %s: %s: %s", e.Method, e.Path, e.Status(), e.Message)
}

// Status returns the HTTP status, the name of the gRPC code and the demanded wait, such as
// "429 Too Many Requests (RESOURCE_EXHAUSTED), to be retried after 60s".
func (e *Error) Status() string {
	status := strings.TrimSpace(strconv.Itoa(e.StatusCode) + " " + http.StatusText(e.StatusCode))
	if name := codeName(e.Code); name != "" {
		status += " (" + name + ")"
	}

	if e.RetryAfter != nil && *e.RetryAfter > 0 {
		status += ", to be retried after " + DurationText(e.RetryAfter.Round(time.Second))
	}

	return status
}

// ConnectionError is a request without a complete response.
type ConnectionError struct {
	Method, Path string
	// Reason describes the cause, redacted.
	Reason string
	err    error
	// unreachable is set if nothing listens at the URL, as far as the client knows: see IsUnreachable.
	unreachable bool
}

func (e *ConnectionError) Error() string { return fmt.Sprintf("%s %s: %s", e.Method, e.Path, e.Reason) }

// Unwrap returns the error of the network.
func (e *ConnectionError) Unwrap() error { return e.err }

// DecodeError is a success response that cannot be used: not JSON, of an unexpected form, too large, or containing the
// API key.
type DecodeError struct {
	Method, Path string
	Reason       string

	// refused is set if retrying cannot help.
	refused bool
}

func (e *DecodeError) Error() string { return fmt.Sprintf("%s %s: %s", e.Method, e.Path, e.Reason) }

// interruptedError is a request whose context ended.
type interruptedError struct {
	method, path string
	err          error
	// sent is set if the server may have done what was requested, and accepted if its success response had started.
	sent, accepted bool
}

func (e *interruptedError) Error() string { return fmt.Sprintf("%s %s: %s", e.method, e.path, e.err) }

func (e *interruptedError) Unwrap() error { return e.err }

// The gRPC codes that decide about what to do.
const (
	codeNotFound           = 5
	codeAlreadyExists      = 6
	codeResourceExhausted  = 8
	codeFailedPrecondition = 9
	codeAborted            = 10
	codeUnavailable        = 14
)

var codeNames = [...]string{
	"", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
	"PERMISSION_DENIED",
	"RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
	"DATA_LOSS", "UNAUTHENTICATED",
}

func codeName(code int) string {
	if code < 0 || code >= len(codeNames) {
		return ""
	}

	return codeNames[code]
}

// StatusOf returns the HTTP status of an error response, or 0 if err is not an error response.
func StatusOf(err error) int {
	if apiError, ok := errors.AsType[*Error](err); ok {
		return apiError.StatusCode
	}

	return 0
}

// IsNotFound reports whether the API responded that the resource does not exist. A 404 without an error body of the
// API, or for a path that the API does not know, says nothing about the resource.
func IsNotFound(err error) bool {
	apiError, ok := errors.AsType[*Error](err)

	return ok && apiError.isFromAPI404() && !apiError.body.routeUnknown
}

// IsRouteNotFound reports whether the API responded that it does not know the path of the request, as with a wrong base
// URL.
func IsRouteNotFound(err error) bool {
	apiError, ok := errors.AsType[*Error](err)

	return ok && apiError.isFromAPI404() && apiError.body.routeUnknown
}

// IsProxyResponse reports whether an error response is not the API's but that of a proxy in front of it: an HTML page,
// or a 404 without an error body of the API.
func IsProxyResponse(err error) bool {
	apiError, ok := errors.AsType[*Error](err)

	return ok && apiError.isFromProxy()
}

func (e *Error) isFromAPI404() bool {
	return e.StatusCode == http.StatusNotFound && (e.Code == codeNotFound || e.Code == 0 && e.body.kind == bodyAPI)
}

// isFromAPI reports whether the body is an error: JSON with a code, a message or an error member.
func (e *Error) isFromAPI() bool {
	return e.Code != 0 || e.body.kind == bodyJSON || e.body.kind == bodyAPI
}

func (e *Error) isFromProxy() bool {
	return e.body.kind == bodyHTML || e.StatusCode == http.StatusNotFound && !e.isFromAPI404()
}

// IsConflict reports whether the API responded that the name is already in use.
func IsConflict(err error) bool {
	apiError, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}

	if apiError.body.reason == reasonAlreadyExists || apiError.Code == codeAlreadyExists {
		return true
	}

	body := apiError.body
	uncoded := apiError.Code == 0 && body.reason == "" && apiError.isFromAPI()

	return apiError.StatusCode == http.StatusConflict && uncoded
}

// IsFailedPrecondition reports whether the API refused because of the state of the resource, such as deleting a
// deployed model.
func IsFailedPrecondition(err error) bool {
	apiError, ok := errors.AsType[*Error](err)

	return ok && apiError.Code == codeFailedPrecondition &&
		(apiError.body.reason == "" || apiError.body.reason == codeName(codeFailedPrecondition))
}

// IsPermissionDenied reports whether the API key is not permitted to do what was requested. A 403 because of a quota,
// or from a proxy, says nothing about the key.
func IsPermissionDenied(err error) bool {
	apiError, ok := errors.AsType[*Error](err)

	return ok && apiError.StatusCode == http.StatusForbidden && !apiError.isFromProxy() &&
		!apiError.isQuotaRefusal() && !apiError.isCapacityRefusal()
}

// wrapTransportError turns an error of net/http into one of the errors of this package. An error of ctx is wrapped.
// rt contains the outcome of the attempts.
func (c *Client) wrapTransportError(ctx context.Context, r request, err error, rt *retryTransport) error {
	if apiError, ok := errors.AsType[*Error](err); ok {
		return apiError
	}

	if decodeError, ok := errors.AsType[*DecodeError](err); ok {
		return decodeError
	}

	if ctx.Err() != nil {
		return &interruptedError{
			method: r.method, path: r.path, err: context.Cause(ctx), sent: rt.mayHaveSucceeded, accepted: rt.accepted,
		}
	}
	// The text of url.Error shows the whole URL.
	if urlError, ok := errors.AsType[*url.Error](err); ok {
		err = urlError.Err
	}

	reason := err.Error()
	switch {
	// The timeout of an attempt must not be taken for the deadline of the caller.
	case errors.Is(err, context.DeadlineExceeded) && requestNotSent(err):
		err = &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}
	case errors.Is(err, context.DeadlineExceeded):
		reason = "no complete response within " + DurationText(r.timeout)
		err = os.ErrDeadlineExceeded
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		reason = "the connection was closed before the response was complete"
	}

	unreachable := isNotListening(err) && !c.responded.Load()

	return &ConnectionError{Method: r.method, Path: r.path, Reason: c.redact.text(reason), err: err,
		unreachable: unreachable}
}
