package fireworks

import (
	"context"
	"encoding/json"
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

// Error is an error response from the API.
type Error struct {
	// StatusCode is the HTTP status.
	StatusCode int
	// Code is the gRPC code in the body, 0 if there is none.
	Code int
	// Message is the message of the API, redacted and of bounded length.
	Message string
	// Method and Path are those of the request, without the query.
	Method, Path string
	// RequestID is the ID that the server gave to the request, if any.
	RequestID string
	// RetryAfter is the usable Retry-After of the response, nil if there is none.
	RetryAfter *time.Duration
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s %s: %s: %s", e.Method, e.Path, e.Status(), e.Message)
}

// Status returns the HTTP status and the name of the gRPC code, such as "404 Not Found (NOT_FOUND)".
func (e *Error) Status() string {
	status := strings.TrimSpace(strconv.Itoa(e.StatusCode) + " " + http.StatusText(e.StatusCode))
	if name := codeName(e.Code); name != "" {
		status += " (" + name + ")"
	}

	return status
}

// ConnectionError is a request without a complete response.
type ConnectionError struct {
	Method, Path string
	// Reason describes the cause, redacted.
	Reason string
	err    error
}

func (e *ConnectionError) Error() string { return fmt.Sprintf("%s %s: %s", e.Method, e.Path, e.Reason) }

// Unwrap returns the error of the network.
func (e *ConnectionError) Unwrap() error { return e.err }

// DecodeError is a success response that cannot be used: not JSON, of an unexpected form, too large, or containing the API key.
type DecodeError struct {
	Method, Path string
	Reason       string

	// refused is set if retrying cannot help.
	refused bool
}

func (e *DecodeError) Error() string { return fmt.Sprintf("%s %s: %s", e.Method, e.Path, e.Reason) }

// The gRPC codes that decide about what to do.
const (
	codeResourceExhausted  = 8
	codeFailedPrecondition = 9
)

var codeNames = [...]string{
	"", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
	"RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
	"DATA_LOSS", "UNAUTHENTICATED",
}

// grpcStatus is a gRPC error as JSON.
type grpcStatus struct {
	Code    jsonCode `json:"code"`
	Message string   `json:"message"`
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

// IsNotFound reports whether the API responded that the resource does not exist.
func IsNotFound(err error) bool { return StatusOf(err) == http.StatusNotFound }

// IsConflict reports whether the API responded that the name is already in use.
func IsConflict(err error) bool { return StatusOf(err) == http.StatusConflict }

// IsFailedPrecondition reports whether the API refused because of the state of the resource, such as deleting a deployed model.
func IsFailedPrecondition(err error) bool {
	apiError, ok := errors.AsType[*Error](err)
	return ok && apiError.Code == codeFailedPrecondition
}

// wrapTransportError turns an error of net/http into one of the errors of this package. An error of ctx is wrapped.
func (c *Client) wrapTransportError(ctx context.Context, r request, err error) error {
	if apiError, ok := errors.AsType[*Error](err); ok {
		return apiError
	}

	if decodeError, ok := errors.AsType[*DecodeError](err); ok {
		return decodeError
	}

	if ctx.Err() != nil {
		return fmt.Errorf("%s %s: %w", r.method, r.path, context.Cause(ctx))
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

	return &ConnectionError{Method: r.method, Path: r.path, Reason: c.redact.text(reason), err: err}
}

// maxErrorBody is how much of the body of an error response is read.
const maxErrorBody = 64 << 10

func (c *Client) errorFromResponse(r request, response *http.Response) *Error {
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBody))

	return c.newError(r, response, body)
}

func (c *Client) newError(r request, response *http.Response, body []byte) *Error {
	apiError := parseErrorBody(body)
	if looksLikeHTML(response, body) && !json.Valid(body) {
		apiError = Error{Message: "(the response is an HTML page, possibly from a proxy in front of the API)"}
	}

	if apiError.Message == "" {
		apiError.Message = "(no message)"
	}

	apiError.StatusCode = response.StatusCode
	apiError.Message = c.redact.text(apiError.Message)
	apiError.Method, apiError.Path = r.method, r.path
	apiError.RequestID = c.redact.text(response.Header.Get("X-Request-Id"))

	if wait := retryAfter(response.Header, time.Now()); wait > 0 {
		apiError.RetryAfter = &wait
	}

	return &apiError
}

// parseErrorBody understands {"code":5,"message":"…"}, {"error":{"code":"…","message":"…"}} and {"error":"…"};
// anything else is the message itself.
func parseErrorBody(body []byte) Error {
	var outer struct {
		grpcStatus
		Error json.RawMessage `json:"error"`
	}

	text := strings.TrimSpace(string(body))
	if json.Unmarshal(body, &outer) != nil {
		return Error{Message: text}
	}

	if len(outer.Error) > 0 {
		var (
			inner   grpcStatus
			message string
		)
		switch {
		case json.Unmarshal(outer.Error, &message) == nil && message != "":
			return Error{Code: int(outer.Code), Message: message}
		case json.Unmarshal(outer.Error, &inner) == nil && (inner.Message != "" || inner.Code != 0):
			return Error{Code: int(inner.Code), Message: inner.Message}
		}
	}

	if outer.Code == 0 && outer.Message == "" && text != "{}" && text != "null" {
		return Error{Message: text}
	}

	return Error{Code: int(outer.Code), Message: outer.Message}
}
