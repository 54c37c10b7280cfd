// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const (
	testKey     = "fw_test_0123456789abcdef"
	testAgent   = "terraform-provider-fireworks/test (Terraform 1.0)"
	testHeader  = "X-Gateway-Token"
	testHeadVal = "gateway secret + 100%"
)

// recordedRequest is one request that a scriptedServer received.
type recordedRequest struct {
	Method, Path string
	Query        url.Values
	Header       http.Header
	Body         string
}

// cannedResponse is one response of a scriptedServer.
type cannedResponse struct {
	status int
	body   string
	header map[string]string
}

func ok(body string) cannedResponse { return cannedResponse{status: http.StatusOK, body: body} }

func failing(status int, header ...string) cannedResponse {
	code, ok := map[int]int{http.StatusNotFound: codeNotFound, http.StatusConflict: codeAlreadyExists}[status]
	if !ok {
		code = codeUnavailable
	}

	r := cannedResponse{status: status, body: fmt.Sprintf(`{"code":%d,"message":"not now"}`, code),
		header: map[string]string{}}
	for i := 0; i+1 < len(header); i += 2 {
		r.header[header[i]] = header[i+1]
	}

	return r
}

// scriptedServer sends its responses in turn, the last one for all further requests, and records the requests.
type scriptedServer struct {
	mu      sync.Mutex
	replies []cannedResponse
	seen    []recordedRequest
	times   []time.Time
}

func respondWith(replies ...cannedResponse) *scriptedServer { return &scriptedServer{replies: replies} }

func (s *scriptedServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)

	query := r.URL.Query()
	if len(query) == 0 {
		query = nil
	}

	s.mu.Lock()
	s.seen = append(s.seen, recordedRequest{r.Method, r.URL.EscapedPath(), query, r.Header.Clone(), string(body)})
	s.times = append(s.times, time.Now())
	response := s.replies[min(len(s.seen), len(s.replies))-1]
	s.mu.Unlock()

	for name, value := range response.header {
		w.Header().Set(name, value)
	}

	w.WriteHeader(response.status)
	_, _ = io.WriteString(w, response.body)
}

func (s *scriptedServer) requests() []recordedRequest {
	s.mu.Lock()
	defer s.mu.Unlock()

	return append([]recordedRequest(nil), s.seen...)
}

func (s *scriptedServer) count() int { return len(s.requests()) }

// pauses returns the times between one request and the next.
func (s *scriptedServer) pauses() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()

	var pauses []time.Duration
	for i := 1; i < len(s.times); i++ {
		pauses = append(pauses, s.times[i].Sub(s.times[i-1]))
	}

	return pauses
}

func newTestClient(t testing.TB, baseURL string, edits ...func(*Config)) *Client {
	t.Helper()

	config := Config{APIKey: testKey, BaseURL: baseURL, UserAgent: testAgent}
	for _, edit := range edits {
		edit(&config)
	}

	client := New(config)
	t.Cleanup(client.Close)

	return client
}

// serve starts a real server on the loopback interface and returns a client of it that retries nothing.
func serve(t testing.TB, handler http.Handler, edits ...func(*Config)) *Client {
	t.Helper()
	return newTestClient(t, startServer(t, handler).URL, edits...)
}

func startServer(t testing.TB, handler http.Handler) *httptest.Server {
	t.Helper()

	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = discardLog
	server.Start()
	t.Cleanup(server.Close)

	return server
}

// discardLog discards the log lines of net/http about the connections that tests break.
var discardLog = log.New(io.Discard, "", 0)

func withRetries(n int) func(*Config) { return func(c *Config) { c.MaxRetries = n } }

func withTimeout(d time.Duration) func(*Config) { return func(c *Config) { c.RequestTimeout = d } }

// pipeNetwork is a network in memory, for tests in a synctest bubble, where waits take no time.
type pipeNetwork struct {
	conns  chan net.Conn
	closed chan struct{}
	dials  atomic.Int64
	// refuse, if set, is called with the number of each dial, from 1, and may fail it.
	refuse func(dial int64) error
}

// serveInBubble is serve for use within synctest.Test.
func serveInBubble(t testing.TB, handler http.Handler, edits ...func(*Config)) (*Client, *pipeNetwork) {
	t.Helper()

	network := &pipeNetwork{conns: make(chan net.Conn), closed: make(chan struct{})}

	server := &http.Server{Handler: handler, ErrorLog: discardLog, ReadHeaderTimeout: time.Hour}
	go func() { _ = server.Serve(network) }()

	client := newTestClient(t, "http://api.test", edits...)
	client.transport.DialContext = network.DialContext
	client.transport.Proxy = nil
	// After the cleanup that closes the client, because the last one added runs first.
	t.Cleanup(func() { client.Close(); _ = server.Close() })

	return client, network
}

func (n *pipeNetwork) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	dial := n.dials.Add(1)
	if n.refuse != nil {
		if err := n.refuse(dial); err != nil {
			return nil, err
		}
	}

	client, server := net.Pipe()
	select {
	case n.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-n.closed:
		return nil, errRefused
	}
}

// errRefused is the error of a dial to a closed port.
var errRefused = &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}

func (n *pipeNetwork) Accept() (net.Conn, error) {
	select {
	case conn := <-n.conns:
		return conn, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *pipeNetwork) Close() error { close(n.closed); return nil }

func (n *pipeNetwork) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

// hijack sends raw bytes on the connection of a request and closes it.
func hijack(t testing.TB, w http.ResponseWriter, raw string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Errorf("hijacking: %v", err)
		return
	}

	_, _ = io.WriteString(conn, raw)
	_ = conn.Close()
}

func wantNoDiff(t testing.TB, what string, want, got any) {
	t.Helper()

	unexported := cmp.AllowUnexported(Timestamp{}, wantRequest{})
	if diff := cmp.Diff(want, got, unexported, cmpopts.IgnoreUnexported(Error{})); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// checkEqual reports the value called what unless it is want.
func checkEqual[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()

	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// decodeJSON reads a body into maps and slices, so that bodies can be compared whatever the order of their fields.
func decodeJSON(t testing.TB, body string) any {
	t.Helper()

	if body == "" {
		return nil
	}

	var value any
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		t.Fatalf("body %q: %v", body, err)
	}

	return value
}

func timestamp(t testing.TB, text string) Timestamp {
	t.Helper()

	parsed, err := ParseTimestamp(text)
	if err != nil {
		t.Fatal(err)
	}

	return parsed
}

func wantAPIError(t testing.TB, err error) *Error {
	t.Helper()

	var apiError *Error
	if !errors.As(err, &apiError) {
		t.Fatalf("error %v (%T), want an *Error", err, err)
	}

	return apiError
}

func wantDecodeError(t testing.TB, err error, reason string) {
	t.Helper()

	var decodeError *DecodeError
	if !errors.As(err, &decodeError) || !strings.Contains(decodeError.Reason, reason) {
		t.Fatalf("error %v (%T), want a *DecodeError that says %q", err, err, reason)
	}
}

func wantConnectionError(t testing.TB, err error, reason string) {
	t.Helper()

	var connectionError *ConnectionError
	if !errors.As(err, &connectionError) || !strings.Contains(connectionError.Reason, reason) {
		t.Fatalf("error %v (%T), want a *ConnectionError that says %q", err, err, reason)
	}
}

// checkNoSlotHeld checks that every finished attempt released its slot.
func checkNoSlotHeld(t *testing.T, client *Client) {
	t.Helper()

	if !client.limiter.slots.TryAcquire(MaxRequestsInFlight) {
		t.Error("a finished request still holds its slot")
		return
	}

	client.limiter.slots.Release(MaxRequestsInFlight)
}

// drain reads a request body completely: only then does net/http notice that the client has disconnected.
func drain(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }

// hanging reads requests and never responds.
func hanging() http.Handler {
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		drain(r)
		<-r.Context().Done()
	})
}
