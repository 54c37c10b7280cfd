// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// retryRule is which failures allow a request to be sent again.
type retryRule int

const (
	// retryTransient retries after every transient failure, because sending the request twice changes nothing.
	retryTransient retryRule = iota
	// retryIfNotSent retries only if the server certainly did nothing: no connection, or 429.
	retryIfNotSent
	// retryNever leaves retrying to the caller.
	retryNever
)

// MaxRetryAfter is the longest Retry-After that the client waits for.
const MaxRetryAfter = 2 * time.Minute

// UndecodableGracePeriod is how long a wait continues although the responses are not those of the API, as while a proxy
// or a gateway restarts.
const UndecodableGracePeriod = time.Minute

const (
	firstBackoff = 500 * time.Millisecond
	// The backoff of reads grows faster, so that the default number of retries lasts about five minutes.
	readBackoffFactor, readMaxBackoff   = 3, 75 * time.Second
	writeBackoffFactor, writeMaxBackoff = 2, 30 * time.Second

	// unreachableAttempts is the number of attempts while nothing was ever received from the server and nothing
	// listens.
	unreachableAttempts = 3
	// maxUndecodablePolls is the number of consecutive polls whose response cannot be decoded, however long they take.
	maxUndecodablePolls = 5
	// statusClientClosedRequest is the status of proxies for a request that they gave up.
	statusClientClosedRequest = 499
)

// allowsStatus reports whether a request may be sent again after a response with the status.
func (rule retryRule) allowsStatus(status int) bool {
	switch rule {
	case retryTransient:
		return isRetryableStatus(status)
	case retryIfNotSent:
		return status == http.StatusTooManyRequests
	case retryNever:
	}

	return false
}

// allowsError reports whether a request may be sent again after an error of the connection.
func (rule retryRule) allowsError(err error) bool {
	if rule == retryNever || isPermanent(err) || is[*DecodeError](err) {
		return false
	}

	return rule == retryTransient || requestNotSent(err)
}

// isRetryableStatus reports whether the status of a response says nothing final about a request that changes nothing,
// or the same when it is sent again.
func isRetryableStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, statusClientClosedRequest:
		return true
	}

	return status >= http.StatusInternalServerError
}

// isRetryableConflict reports whether the API refused only for now, because of something concurrent: nothing was done.
func (e *Error) isRetryableConflict() bool {
	return e.StatusCode == http.StatusConflict && (e.Code == codeAborted || e.Code == codeUnavailable)
}

// backoff returns how long to wait after the given attempt, counted from 1: the Retry-After of the response if it has
// one, else half a second multiplied per attempt, with jitter. The response may be nil.
func (r request) backoff(response *http.Response, attempt int) time.Duration {
	if response != nil {
		if wait := retryAfter(response.Header, time.Now()); wait > 0 {
			return wait
		}
	}

	factor, longest := writeBackoffFactor, writeMaxBackoff
	if r.method == http.MethodGet {
		factor, longest = readBackoffFactor, readMaxBackoff
	}

	wait := firstBackoff
	for i := 1; i < attempt && wait < longest; i++ {
		wait *= time.Duration(factor)
	}

	wait = min(wait, longest)

	return wait - rand.N(wait/4) //nolint:gosec // jitter needs no cryptographic randomness
}

// maxDemandedWait bounds a Retry-After, so that times can be calculated with it.
const maxDemandedWait = 365 * 24 * time.Hour

// retryAfter returns the Retry-After of a response, given in seconds or as a date, up to maxDemandedWait; 0 means that
// there is none. A zero or past Retry-After is ignored: honoring it would use up all attempts at once.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))

	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(max(0, seconds), int64(maxDemandedWait/time.Second))) * time.Second
	}

	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}

	return min(max(0, date.Sub(now)), maxDemandedWait)
}

// IsTransient reports whether the same request may succeed later: after a retryable status that is not a refusal
// because of a quota, after a 404 of a proxy, after a conflict that says so, without a connection, or after a response
// that cannot be decoded.
func IsTransient(err error) bool {
	if apiError, ok := errors.AsType[*Error](err); ok {
		return apiError.isRetryableConflict() || apiError.isFromProxy() && apiError.StatusCode == http.StatusNotFound ||
			isRetryableStatus(apiError.StatusCode) && !apiError.isFinalRefusal()
	}

	if decodeError, ok := errors.AsType[*DecodeError](err); ok {
		return !decodeError.refused
	}

	connectionError, ok := errors.AsType[*ConnectionError](err)

	return ok && !connectionError.unreachable && !isPermanent(connectionError.err)
}

// IsQuotaExceeded reports whether the API refused to create or change something because of a quota or the tier of the
// account, so that waiting does not help. A read with the same code, or a response with Retry-After, is a rate limit.
func IsQuotaExceeded(err error) bool {
	apiError, ok := errors.AsType[*Error](err)

	return ok && apiError.isQuotaRefusal()
}

// IsInsufficientCapacity reports whether the API refused to create or change something because the platform has no free
// hardware.
func IsInsufficientCapacity(err error) bool {
	apiError, ok := errors.AsType[*Error](err)

	return ok && apiError.isCapacityRefusal()
}

// isFinalRefusal reports whether the API refused to create or change something because of what the account or the
// platform lacks.
func (e *Error) isFinalRefusal() bool { return e.isQuotaRefusal() || e.isCapacityRefusal() }

func (e *Error) isQuotaRefusal() bool {
	exhausted := e.RetryAfter == nil &&
		(e.Code == codeResourceExhausted || e.body.reason == codeName(codeResourceExhausted))

	return e.isRefusedWrite() &&
		(exhausted && !e.isCapacityRefusal() || e.body.reason == reasonQuotaExceeded ||
			e.body.reason == reasonTierRequired)
}

func (e *Error) isCapacityRefusal() bool {
	return e.isRefusedWrite() && e.body.reason == reasonInsufficientCapacity
}

func (e *Error) isRefusedWrite() bool {
	writes := e.Method == http.MethodPost || e.Method == http.MethodPatch

	return writes && (e.StatusCode == http.StatusTooManyRequests || e.StatusCode == http.StatusForbidden)
}

// MayHaveSucceeded reports whether the server may have done what a request was to change, although err was returned:
// unless the API refused the request, or it was not sent, only the resource itself shows what happened.
func MayHaveSucceeded(err error) bool {
	if apiError, ok := errors.AsType[*Error](err); ok {
		return !apiError.isRefusal()
	}

	if interrupted, ok := errors.AsType[*interruptedError](err); ok {
		return interrupted.sent
	}

	if connectionError, ok := errors.AsType[*ConnectionError](err); ok {
		return attemptMayHaveSucceeded(nil, connectionError.err)
	}

	return is[*DecodeError](err)
}

// IsCutOff reports whether the end of its context stopped a request before the server accepted it, as far as the client
// knows.
func IsCutOff(err error) bool {
	interrupted, ok := errors.AsType[*interruptedError](err)

	return ok && !interrupted.accepted
}

// isRefusal reports whether the response says that nothing was done. A response that is not the API's, such as that of
// a proxy, may stand in place of one that the API sent after it did the work. A 429 is sent before.
func (e *Error) isRefusal() bool {
	switch e.StatusCode {
	case http.StatusRequestTimeout, statusClientClosedRequest:
		return false
	case http.StatusTooManyRequests:
		return true
	case http.StatusNotFound:
		return !e.isFromProxy()
	}

	return e.StatusCode/100 == 4 && e.isFromAPI()
}

// attemptMayHaveSucceeded reports whether the server may have done what was requested in an attempt with the given
// result.
func attemptMayHaveSucceeded(response *http.Response, err error) bool {
	if err != nil {
		return is[*redirectError](err) || !isPermanent(err) && !requestNotSent(err)
	}

	return !(&Error{StatusCode: response.StatusCode, body: errorBody{kind: bodyAPI}}).isRefusal()
}

// IsUnreachable reports whether nothing listens at the base URL or its host is unknown, and this client never received
// a response.
func IsUnreachable(err error) bool {
	connectionError, ok := errors.AsType[*ConnectionError](err)

	return ok && connectionError.unreachable
}

// windowsConnectionRefused is WSAECONNREFUSED, for which syscall.ECONNREFUSED does not stand.
const windowsConnectionRefused = syscall.Errno(10061)

// isNotListening reports whether the connection was refused or the host is unknown.
func isNotListening(err error) bool {
	lookup, ok := errors.AsType[*net.DNSError](err)

	return ok && lookup.IsNotFound || errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, windowsConnectionRefused)
}

// isPermanent reports whether retrying cannot help.
func isPermanent(err error) bool {
	return is[*redirectError](err) || IsCertificateError(err) || is[tls.RecordHeaderError](err) ||
		errors.Is(err, http.ErrSchemeMismatch)
}

// IsCertificateError reports whether the certificate of the server was not accepted.
func IsCertificateError(err error) bool {
	return is[*tls.CertificateVerificationError](err) || is[x509.UnknownAuthorityError](err) ||
		is[x509.HostnameError](err)
}

// requestNotSent reports whether a failure happened before a byte of the request could reach the server.
func requestNotSent(err error) bool {
	if dial, ok := errors.AsType[*net.OpError](err); ok && (dial.Op == "dial" || dial.Op == "proxyconnect") {
		return true
	}

	return is[*net.DNSError](err)
}

// is reports whether err is or wraps an error of the type E.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
