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

const (
	firstBackoff  = 500 * time.Millisecond
	maxBackoff    = 30 * time.Second
	maxRetryAfter = 2 * time.Minute
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

func isRetryableStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}

	return false
}

// backoff returns how long to wait after the given attempt, counted from 1: the Retry-After of the response if it has one,
// else half a second doubled per attempt, with jitter. The response may be nil.
func backoff(response *http.Response, attempt int) time.Duration {
	if response != nil {
		if wait := retryAfter(response.Header, time.Now()); wait > 0 {
			return wait
		}
	}

	wait := min(maxBackoff, firstBackoff<<min(max(attempt-1, 0), 10))

	return wait/2 + rand.N(wait/2) //nolint:gosec // jitter needs no cryptographic randomness
}

// retryAfter returns the Retry-After of a response, given in seconds or as a date, up to maxRetryAfter; 0 means that there is none.
// A zero or past Retry-After is ignored: honoring it would use up all attempts at once.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))

	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(max(0, seconds), int64(maxRetryAfter/time.Second))) * time.Second
	}

	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}

	return min(max(0, date.Sub(now)), maxRetryAfter)
}

// IsTransient reports whether the same request may succeed later: after a retryable status that is not a quota refusal, without
// a connection, or after a response that cannot be decoded.
func IsTransient(err error) bool {
	if apiError, ok := errors.AsType[*Error](err); ok {
		return isRetryableStatus(apiError.StatusCode) && !IsQuotaExceeded(err)
	}

	if decodeError, ok := errors.AsType[*DecodeError](err); ok {
		return !decodeError.refused
	}

	connectionError, ok := errors.AsType[*ConnectionError](err)

	return ok && !isPermanent(connectionError.err)
}

// IsQuotaExceeded reports whether the API refused to create or change something because of a quota, so that waiting does not help. A
// read with the same code, or a response with Retry-After, is a rate limit.
func IsQuotaExceeded(err error) bool {
	apiError, ok := errors.AsType[*Error](err)
	if !ok || apiError.Code != codeResourceExhausted || apiError.RetryAfter != nil {
		return false
	}

	writes := apiError.Method == http.MethodPost || apiError.Method == http.MethodPatch

	return writes && (apiError.StatusCode == http.StatusTooManyRequests || apiError.StatusCode == http.StatusForbidden)
}

// IsResponseLost reports whether the server may have done what was requested although err was returned.
func IsResponseLost(err error) bool {
	switch status := StatusOf(err); {
	case status == http.StatusTooManyRequests:
		return false
	case status != 0:
		return isRetryableStatus(status)
	}

	if connectionError, ok := errors.AsType[*ConnectionError](err); ok {
		return !isPermanent(connectionError.err) && !requestNotSent(connectionError.err)
	}

	return is[*DecodeError](err)
}

// isPermanent reports whether retrying cannot help.
func isPermanent(err error) bool {
	lookup, ok := errors.AsType[*net.DNSError](err)

	return is[*redirectError](err) || IsCertificateError(err) || is[tls.RecordHeaderError](err) ||
		errors.Is(err, http.ErrSchemeMismatch) || ok && lookup.IsNotFound
}

// IsCertificateError reports whether the certificate of the server was not accepted.
func IsCertificateError(err error) bool {
	return is[*tls.CertificateVerificationError](err) || is[x509.UnknownAuthorityError](err) || is[x509.HostnameError](err)
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
