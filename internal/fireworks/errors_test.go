// SPDX-License-Identifier: MPL-2.0

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
	"slices"
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
		"object, odd code": {`{"error":{"code":"invalid_api_key","message":"bad key","type":"x"}}`, "", 0,
			"bad key (reason: invalid_api_key)"},
		"object, code only":   {`{"error":{"code":7}}`, "", 7, noMessage},
		"text":                {`{"error":"not found"}`, "", 0, "not found"},
		"text and code":       {`{"error":"Bad Request","code":3,"message":"worse"}`, "", 3, "Bad Request"},
		"empty error":         {`{"error":"","message":"m"}`, "", 0, "m"},
		"null error":          {`{"error":null,"message":"m"}`, "", 0, "m"},
		"another form":        {`{"detail":"Not authenticated"}`, "", 0, `{"detail":"Not authenticated"}`},
		"no message":          {`{}`, "", 0, noMessage},
		"null":                {`null`, "", 0, noMessage},
		"code alone":          {`{"code":5}`, "", 5, noMessage},
		"message, a number":   {`{"message":5}`, "", 0, `{"message":5}`},
		"array":               {`["x"]`, "", 0, `["x"]`},
		"plain":               {"  upstream connect error\n", "text/plain", 0, "upstream connect error"},
		"empty":               {"", "", 0, noMessage},
		"white space":         {" \n", "", 0, noMessage},
		"HTML":                {"<!DOCTYPE html><html>…", "text/html; charset=utf-8", 0, html},
		"HTML without a type": {"\n <html>", "text/plain", 0, html},
		"HTML in type only":   {"Bad gateway", "text/html", 0, html},
		"JSON called HTML":    {`{"code":5,"message":"not found"}`, "text/html", 5, "not found"},
		"not UTF-8":           {"a\xffb", "", 0, "a\uFFFDb"},
		"a line break of DOS": {"a\r\nb", "", 0, "a \nb"},
		"control characters":  {`{"message":"a\u001b[31mb\tc\nd\u0000"}`, "", 0, "a\uFFFD[31mb\tc\nd\uFFFD"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			header := map[string]string{"X-Request-Id": "r-1"}
			if test.contentType != "" {
				header["Content-Type"] = test.contentType
			}

			_, err := serve(t, respondWith(cannedResponse{status: 400, body: test.body,
				header: header})).GetModel(t.Context(), testModel)
			want := &Error{
				StatusCode: 400,
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
		"GET /v1/x: 404 Not Found (NOT_FOUND): no model": &Error{StatusCode: 404, Code: 5, Message: "no model",
			Method: "GET", Path: "/v1/x"},
		"GET /v1/x: 502 Bad Gateway: oops": &Error{StatusCode: 502, Message: "oops", Method: "GET",
			Path: "/v1/x"},
		"GET /v1/x: 599: odd": &Error{StatusCode: 599, Code: 77, Message: "odd",
			Method: "GET", Path: "/v1/x"},
		"POST /v1/y: no response": &ConnectionError{Method: "POST", Path: "/v1/y",
			Reason: "no response"},
		"GET /v1/z: not JSON": &DecodeError{Method: "GET", Path: "/v1/z",
			Reason: "not JSON"},
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
		"400":          {&Error{StatusCode: 400, Code: 3}, false, false},
		"405":          {&Error{StatusCode: 405, Code: 3}, false, false},
		"412":          {&Error{StatusCode: 412, Code: 3}, false, false},
		"401":          {&Error{StatusCode: 401, Code: 3}, false, false},
		"403":          {&Error{StatusCode: 403, Code: 3}, false, false},
		"404":          {&Error{StatusCode: 404, Code: 5}, false, false},
		"400, proxy":   {status(400), false, true},
		"404, proxy":   {status(404), true, true},
		"408":          {status(408), true, true},
		"409":          {&Error{StatusCode: 409, Code: 6}, false, false},
		"409, proxy":   {status(409), false, true},
		"409, aborted": {&Error{StatusCode: 409, Code: 10}, true, false},
		"409, busy":    {&Error{StatusCode: 409, Code: 14}, true, false},
		"499":          {status(499), true, true},
		"418":          {&Error{StatusCode: 418, Code: 3}, false, false},
		"429":          {status(429), true, false},
		"500":          {status(500), true, true},
		"501":          {status(501), true, true},
		"502":          {status(502), true, true},
		"503":          {status(503), true, true},
		"504":          {status(504), true, true},
		"505":          {status(505), true, true},
		"520":          {status(520), true, true},
		"530":          {status(530), true, true},
		"302":          {status(302), false, true},
		"not sent":     {&interruptedError{err: context.Canceled}, false, false},
		"interrupted":  {&interruptedError{err: context.Canceled, sent: true}, false, true},
		"unreachable":  {&ConnectionError{err: errRefused, unreachable: true}, false, false},
		"decoding":     {fmt.Errorf("wrapped: %w", &DecodeError{}), true, true},
		"EOF":          {connection(io.EOF), true, true},
		"broken off":   {connection(io.ErrUnexpectedEOF), true, true},
		"reset":        {connection(reset), true, true},
		"timeout":      {connection(context.DeadlineExceeded), true, true},
		"refused":      {connection(dialError(syscall.ECONNREFUSED)), true, false},
		"no route":     {connection(dialError(syscall.EHOSTUNREACH)), true, false},
		"proxy":        {connection(&net.OpError{Op: "proxyconnect", Net: "tcp", Err: errors.New("x")}), true, false},
		"DNS trouble": {connection(dialError(&net.DNSError{Err: "server misbehaving", IsTemporary: true})), true,
			false},
		"no such host": {connection(dialError(&net.DNSError{Err: "no such host", IsNotFound: true})), true, false},
		"authority": {connection(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), false,
			false},
		"bare x509":  {connection(x509.UnknownAuthorityError{}), false, false},
		"host name":  {connection(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}), false, false},
		"scheme":     {connection(http.ErrSchemeMismatch), false, false},
		"TLS record": {connection(tls.RecordHeaderError{}), false, false},
		"redirect":   {connection(&redirectError{"no"}), false, true},
		"url.Error":  {connection(&url.Error{Err: &redirectError{"no"}}), false, true},
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

// errorPredicates are the names of the predicates that are true for an error.
func errorPredicates(err error) string {
	var names []string

	for name, holds := range map[string]func(error) bool{
		"not found": IsNotFound, "route": IsRouteNotFound, "proxy": IsProxyResponse, "conflict": IsConflict,
		"precondition": IsFailedPrecondition, "denied": IsPermissionDenied, "quota": IsQuotaExceeded,
		"capacity": IsInsufficientCapacity, "unreachable": IsUnreachable, "transient": IsTransient,
		"maybe": MayHaveSucceeded,
	} {
		if holds(err) {
			names = append(names, name)
		}
	}

	slices.Sort(names)

	return strings.Join(names, ", ")
}

func TestError_Predicates(t *testing.T) {
	t.Parallel()

	const (
		html  = `<html>no</html>`
		quota = `{"code":7,"message":"no","details":[{"@type":"type.googleapis.com/google.rpc.Help"},{"@type":` +
			`"type.googleapis.com/google.rpc.ErrorInfo","reason":"QUOTA_EXCEEDED","metadata":{"quota_required":"8","quota_available":"0"}}]}`
		tier     = `{"code":7,"message":"no","details":[{"reason":"TIER_REQUIRED"}]}`
		capacity = `{"error":{"code":"INSUFFICIENT_CAPACITY","message":"no"}}`
	)

	tests := map[string]struct {
		status int
		body   string
		want   string
	}{
		"404, code":           {404, `{"code":5,"message":"model \"m\" not found"}`, "not found"},
		"404, code by name":   {404, `{"error":{"code":"NOT_FOUND","message":"no model"}}`, "not found"},
		"404, error text":     {404, `{"error":"no model"}`, "not found"},
		"404, another error":  {404, `{"error":{"code":"model_not_found","message":"no model"}}`, "not found"},
		"404, gateway":        {404, `{"code":5,"message":"Not Found","details":[]}`, "route"},
		"404, gateway, error": {404, `{"error":"not found"}`, "route"},
		"404, text":           {404, `default backend - 404`, "maybe, proxy, transient"},
		"404, HTML":           {404, html, "maybe, proxy, transient"},
		"404, nothing":        {404, ``, "maybe, proxy, transient"},
		"404, another JSON":   {404, `{"detail":"Not Found"}`, "maybe, proxy, transient"},
		"404, message alone":  {404, `{"message":"model not found"}`, "maybe, proxy, transient"},
		"404, empty error":    {404, `{"error":{}}`, "maybe, proxy, transient"},
		"404, another code":   {404, `{"code":14,"message":"not now"}`, "maybe, proxy, transient"},
		"409, code":           {409, `{"code":6,"message":"no"}`, "conflict"},
		"409, reason": {409, `{"code":9,"message":"no","details":[{"reason":"ALREADY_EXISTS"}]}`,
			"conflict"},
		"409, no code":            {409, `{"error":"no"}`, "conflict"},
		"409, message alone":      {409, `{"message":"no"}`, "conflict"},
		"409, status as a code":   {409, `{"error":{"code":409,"message":"no"}}`, "conflict"},
		"409, aborted":            {409, `{"code":10,"message":"try again"}`, "transient"},
		"409, unavailable":        {409, `{"error":{"code":"UNAVAILABLE","message":"no"}}`, "transient"},
		"409, precondition":       {409, `{"code":9,"message":"no"}`, "precondition"},
		"409, another reason":     {409, `{"error":{"code":"BUSY","message":"no"}}`, ""},
		"409, HTML":               {409, html, "maybe, proxy"},
		"409, text":               {409, `no`, "maybe"},
		"400, code 6":             {400, `{"code":6,"message":"no"}`, "conflict"},
		"400, precondition":       {400, `{"code":9,"message":"in use"}`, "precondition"},
		"400, another reason":     {400, `{"code":9,"message":"no","details":[{"reason":"BILLING_DISABLED"}]}`, ""},
		"403":                     {403, `{"code":7,"message":"no"}`, "denied"},
		"403, quota":              {403, quota, "quota"},
		"403, tier":               {403, tier, "quota"},
		"403, HTML":               {403, html, "maybe, proxy"},
		"403, text":               {403, `Forbidden`, "denied, maybe"},
		"401, HTML":               {401, html, "maybe, proxy"},
		"401, text":               {401, `Unauthorized`, "maybe"},
		"400, text":               {400, `Bad Request`, "maybe"},
		"400, empty JSON":         {400, `{}`, "maybe"},
		"400, null":               {400, `null`, "maybe"},
		"400, another JSON":       {400, `{"status":"error"}`, "maybe"},
		"400, message alone":      {400, `{"message":"no"}`, ""},
		"400, error alone":        {400, `{"error":{}}`, ""},
		"400, code alone":         {400, `{"code":3}`, ""},
		"413, HTML":               {413, html, "maybe, proxy"},
		"418, nothing":            {418, ``, "maybe"},
		"409, empty JSON":         {409, `{}`, "maybe"},
		"429":                     {429, `{"code":14,"message":"no"}`, "transient"},
		"429, quota":              {429, `{"code":8,"message":"no"}`, "quota"},
		"429, quota by reason":    {429, `{"error":{"code":"RESOURCE_EXHAUSTED"}}`, "quota"},
		"429, capacity":           {429, capacity, "capacity"},
		"429, HTML":               {429, html, "proxy, transient"},
		"401":                     {401, `{"code":16,"message":"no"}`, ""},
		"499":                     {499, ``, "maybe, transient"},
		"520":                     {520, html, "maybe, proxy, transient"},
		"a code that is an odd":   {404, `{"code":5.5,"message":"m not found"}`, "maybe, proxy, transient"},
		"details of another kind": {400, `{"code":9,"message":"no","details":{"reason":"X"}}`, "precondition"},
		"details with a number":   {400, `{"code":9,"message":"no","details":[7,{"reason":7}]}`, "precondition"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := respondWith(cannedResponse{status: test.status, body: test.body})
			_, err := serve(t, server).UpdateModel(t.Context(), testModel, Fields{"public": true})
			checkEqual(t, "status", StatusOf(err), test.status)
			checkEqual(t, "predicates", errorPredicates(fmt.Errorf("wrapped: %w", err)), test.want)
		})
	}

	for _, err := range []error{nil, errors.New("404 not found"), ErrNoValidatedVersion, context.Canceled} {
		checkEqual(t, fmt.Sprintf("predicates of %v", err), errorPredicates(err), "")
	}
}

func TestError_Texts(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		status int
		body   string
		want   string
	}{
		"reason with metadata": {
			403,
			`{"code":7,"message":"quota","details":[{"reason":"QUOTA_EXCEEDED","metadata":{"quota_required":"8","quota_available":"0"}}]}`,
			"quota (reason: QUOTA_EXCEEDED, quota_available: 0, quota_required: 8)",
		},
		"reason in the code": {429, `{"error":{"code":"INSUFFICIENT_CAPACITY","message":"no GPU"}}`,
			"no GPU (reason: INSUFFICIENT_CAPACITY)"},
		"secret in a reason": {400, `{"message":"m","details":[{"reason":"` + testKey + `"}]}`,
			"m (reason: (redacted))"},
		"unknown path": {404, `{"code":5,"message":"Not Found"}`,
			"Not Found (the API does not know the path of the request: check base_url)"},
		"404 of a proxy": {404, `no backend`, "no backend (the response is not from the API, possibly from a " +
			"proxy in front of it)"},
		"404 page of a proxy": {404, `<html>`, "(the response is an HTML page, possibly from a proxy in front of " +
			"the API)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := serve(t, respondWith(cannedResponse{status: test.status, body: test.body})).GetModel(t.Context(),
				testModel)
			checkEqual(t, "message", wantAPIError(t, err).Message, test.want)
		})
	}
}

func TestError_RequestID(t *testing.T) {
	t.Parallel()

	for want, headers := range map[string][]string{
		"x": {"X-Request-Id", "x", "X-Fireworks-Request-Id", "f", "Cf-Ray", "c"},
		"f": {"X-Fireworks-Request-Id", "f", "Cf-Ray", "c"},
		"c": {"Cf-Ray", "c"},
		"":  {},
	} {
		_, err := serve(t, respondWith(failing(400, headers...))).GetModel(t.Context(), testModel)
		checkEqual(t, "request ID", wantAPIError(t, err).RequestID, want)
	}
}

func TestError_RetryAfter(t *testing.T) {
	t.Parallel()

	wait := 7 * time.Second
	for header, want := range map[string]*time.Duration{"": nil, "7": &wait, "soon": nil, "0": nil, "-1": nil} {
		_, err := serve(t, respondWith(failing(503, "Retry-After", header))).GetModel(t.Context(), testModel)
		wantNoDiff(t, "Retry-After "+header, want, wantAPIError(t, err).RetryAfter)
	}
}
