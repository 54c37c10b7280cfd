package fireworks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"
)

func TestError_Bodies(t *testing.T) {
	t.Parallel()

	const noMessage, html = "(no message)", "(the response is an HTML page, possibly from a proxy in front of the API)"

	tests := map[string]struct {
		body, contentType string
		code              int
		message           string
	}{
		"gRPC":                 {`{"code":5,"message":"not found","details":[{"a":1}]}`, "", 5, "not found"},
		"gRPC, code as a name": {`{"code":"NOT_FOUND","message":"not found"}`, "", 5, "not found"},
		"gRPC, unknown code":   {`{"code":404,"message":"not found"}`, "", 0, "not found"},
		"object":               {`{"error":{"code":"NOT_FOUND","message":"not found"}}`, "", 5, "not found"},
		"object, odd code":     {`{"error":{"code":"invalid_api_key","message":"bad key","type":"x"}}`, "", 0, "bad key"},
		"object, code only":    {`{"error":{"code":7}}`, "", 7, noMessage},
		"text":                 {`{"error":"not found"}`, "", 0, "not found"},
		"text and code":        {`{"error":"Bad Request","code":3,"message":"worse"}`, "", 3, "Bad Request"},
		"empty error":          {`{"error":"","message":"m"}`, "", 0, "m"},
		"null error":           {`{"error":null,"message":"m"}`, "", 0, "m"},
		"another form":         {`{"detail":"Not authenticated"}`, "", 0, `{"detail":"Not authenticated"}`},
		"no message":           {`{}`, "", 0, noMessage},
		"null":                 {`null`, "", 0, noMessage},
		"code alone":           {`{"code":5}`, "", 5, noMessage},
		"message, a number":    {`{"message":5}`, "", 0, `{"message":5}`},
		"array":                {`["x"]`, "", 0, `["x"]`},
		"plain":                {"  upstream connect error\n", "text/plain", 0, "upstream connect error"},
		"empty":                {"", "", 0, noMessage},
		"white space":          {" \n", "", 0, noMessage},
		"HTML":                 {"<!DOCTYPE html><html>…", "text/html; charset=utf-8", 0, html},
		"HTML without a type":  {"\n <html>", "text/plain", 0, html},
		"HTML in type only":    {"Bad gateway", "text/html", 0, html},
		"JSON called HTML":     {`{"code":5,"message":"not found"}`, "text/html", 5, "not found"},
		"not UTF-8":            {"a\xffb", "", 0, "a\uFFFDb"},
		"a line break of DOS":  {"a\r\nb", "", 0, "a \nb"},
		"control characters":   {`{"message":"a\u001b[31mb\tc\nd\u0000"}`, "", 0, "a\uFFFD[31mb\tc\nd\uFFFD"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			header := map[string]string{"X-Request-Id": "r-1"}
			if test.contentType != "" {
				header["Content-Type"] = test.contentType
			}

			_, err := serve(t, respondWith(cannedResponse{status: 404, body: test.body, header: header})).GetModel(t.Context(), testModel)
			want := &Error{
				StatusCode: 404,
				Code:       test.code,
				Message:    test.message,
				Method:     "GET",
				Path:       "/v1/accounts/acme/models/tuned",
				RequestID:  "r-1",
			}
			wantNoDiff(t, "error", want, wantAPIError(t, err))
		})
	}
}

func TestError_LongBody(t *testing.T) {
	t.Parallel()

	for name, body := range map[string]string{
		"JSON":      `{"message":"` + strings.Repeat("ä", 10_000) + `"}`,
		"plain":     strings.Repeat("ä", 10_000),
		"very long": `{"message":"` + strings.Repeat("ä", 5<<20) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := serve(t, respondWith(cannedResponse{status: 400, body: body})).GetModel(t.Context(), testModel)

			message := wantAPIError(t, err).Message
			checkEqual(t, "too long", len(message) > maxText+20, false)
			checkEqual(t, "valid UTF-8", utf8.ValidString(message), true)
			checkEqual(t, "marked as cut", strings.HasSuffix(message, "… (cut)"), true)
		})
	}
}

func TestError_HostileRequestID(t *testing.T) {
	t.Parallel()

	for name, id := range map[string]string{
		"not UTF-8":        strings.Repeat("\x80", 3*maxText),
		"the key":          "id-" + testKey,
		"ends in half":     strings.Repeat("x", maxText-1) + "ä" + strings.Repeat("\xff", 100),
		"is not one value": "a, b",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := serve(t, respondWith(failing(400, "X-Request-Id", id))).GetModel(t.Context(), testModel)

			got := wantAPIError(t, err).RequestID
			checkEqual(t, "too long", len(got) > maxText+20, false)
			checkEqual(t, "valid UTF-8", utf8.ValidString(got), true)
			checkEqual(t, "contains the key", strings.Contains(got, testKey), false)
		})
	}
}

func TestError_Text(t *testing.T) {
	t.Parallel()

	for want, err := range map[string]error{
		"GET /v1/x: 404 Not Found (NOT_FOUND): no model": &Error{StatusCode: 404, Code: 5, Message: "no model", Method: "GET", Path: "/v1/x"},
		"GET /v1/x: 502 Bad Gateway: oops":               &Error{StatusCode: 502, Message: "oops", Method: "GET", Path: "/v1/x"},
		"GET /v1/x: 599: odd":                            &Error{StatusCode: 599, Code: 77, Message: "odd", Method: "GET", Path: "/v1/x"},
		"POST /v1/y: no response":                        &ConnectionError{Method: "POST", Path: "/v1/y", Reason: "no response"},
		"GET /v1/z: not JSON":                            &DecodeError{Method: "GET", Path: "/v1/z", Reason: "not JSON"},
	} {
		if err.Error() != want {
			t.Errorf("text %q, want %q", err, want)
		}
	}
}

func connection(err error) error {
	return fmt.Errorf("wrapped: %w", &ConnectionError{Method: "POST", Path: "/", Reason: "r", err: err})
}

func dialError(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }

func TestError_TransientAndResponseLost(t *testing.T) {
	t.Parallel()

	status := func(code int) error { return fmt.Errorf("wrapped: %w", &Error{StatusCode: code}) }
	reset := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}

	tests := map[string]struct {
		err             error
		transient, lost bool
	}{
		"nil":          {nil, false, false},
		"another":      {errors.New("x"), false, false},
		"canceled":     {context.Canceled, false, false},
		"deadline":     {context.DeadlineExceeded, false, false},
		"invalid ID":   {&InvalidModelIDError{}, false, false},
		"no account":   {&AccountError{}, false, false},
		"no version":   {ErrNoValidatedVersion, false, false},
		"400":          {status(400), false, false},
		"401":          {status(401), false, false},
		"403":          {status(403), false, false},
		"404":          {status(404), false, false},
		"408":          {status(408), true, true},
		"409":          {status(409), false, false},
		"418":          {status(418), false, false},
		"429":          {status(429), true, false},
		"500":          {status(500), true, true},
		"501":          {status(501), false, false},
		"502":          {status(502), true, true},
		"503":          {status(503), true, true},
		"504":          {status(504), true, true},
		"505":          {status(505), false, false},
		"302":          {status(302), false, false},
		"decoding":     {fmt.Errorf("wrapped: %w", &DecodeError{}), true, true},
		"EOF":          {connection(io.EOF), true, true},
		"broken off":   {connection(io.ErrUnexpectedEOF), true, true},
		"reset":        {connection(reset), true, true},
		"timeout":      {connection(context.DeadlineExceeded), true, true},
		"refused":      {connection(dialError(syscall.ECONNREFUSED)), true, false},
		"unreachable":  {connection(dialError(syscall.EHOSTUNREACH)), true, false},
		"proxy":        {connection(&net.OpError{Op: "proxyconnect", Net: "tcp", Err: errors.New("x")}), true, false},
		"DNS trouble":  {connection(dialError(&net.DNSError{Err: "server misbehaving", IsTemporary: true})), true, false},
		"no such host": {connection(dialError(&net.DNSError{Err: "no such host", IsNotFound: true})), false, false},
		"authority":    {connection(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), false, false},
		"bare x509":    {connection(x509.UnknownAuthorityError{}), false, false},
		"host name":    {connection(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}), false, false},
		"scheme":       {connection(http.ErrSchemeMismatch), false, false},
		"TLS record":   {connection(tls.RecordHeaderError{}), false, false},
		"redirect":     {connection(&redirectError{"no"}), false, false},
		"url.Error":    {connection(&url.Error{Err: &redirectError{"no"}}), false, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if got := IsTransient(test.err); got != test.transient {
				t.Errorf("transient: %t, want %t", got, test.transient)
			}

			if got := MayHaveSucceeded(test.err); got != test.lost {
				t.Errorf("response lost: %t, want %t", got, test.lost)
			}
		})
	}
}

func TestError_StatusPredicates(t *testing.T) {
	t.Parallel()

	wrapped := fmt.Errorf("reading: %w", &Error{StatusCode: 404, Code: 9})
	checkEqual(t, "not found", IsNotFound(wrapped), true)
	checkEqual(t, "conflict", IsConflict(wrapped), false)
	checkEqual(t, "status", StatusOf(wrapped), 404)
	checkEqual(t, "failed precondition", IsFailedPrecondition(wrapped), true)

	err := errors.New("404 not found")
	checkEqual(t, "not found", IsNotFound(err), false)
	checkEqual(t, "conflict", IsConflict(err), false)
	checkEqual(t, "status", StatusOf(err), 0)
	checkEqual(t, "failed precondition", IsFailedPrecondition(err), false)

	if !IsConflict(&Error{StatusCode: 409}) {
		t.Error("a 409 is not a conflict")
	}
}

func TestError_RetryAfter(t *testing.T) {
	t.Parallel()

	wait := 7 * time.Second
	for header, want := range map[string]*time.Duration{"": nil, "7": &wait, "soon": nil} {
		_, err := serve(t, respondWith(failing(503, "Retry-After", header))).GetModel(t.Context(), testModel)
		wantNoDiff(t, "Retry-After "+header, want, wantAPIError(t, err).RetryAfter)
	}
}
