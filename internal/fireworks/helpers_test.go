package fireworks

import (
	"context"
	"encoding/json"
	"errors"
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
)

const (
	testKey     = "fw_test_0123456789abcdef"
	testAgent   = "terraform-provider-fireworks/test (Terraform 1.0)"
	testHeader  = "X-Gateway-Token"
	testHeadVal = "gateway secret + 100%"
)

// seenRequest is one request as a server saw it.
type seenRequest struct {
	Method, Path string
	Query        url.Values
	Header       http.Header
	Body         string
}

// reply is one scripted answer.
type reply struct {
	status int
	body   string
	header map[string]string
}

func ok(body string) reply { return reply{status: http.StatusOK, body: body} }

func failing(status int, header ...string) reply {
	r := reply{status: status, body: `{"code":14,"message":"not now"}`, header: map[string]string{}}
	for i := 0; i+1 < len(header); i += 2 {
		r.header[header[i]] = header[i+1]
	}

	return r
}

// script answers requests in turn, the last answer for ever, and remembers what was asked.
type script struct {
	mu      sync.Mutex
	replies []reply
	seen    []seenRequest
	times   []time.Time
}

func answers(replies ...reply) *script { return &script{replies: replies} }

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)

	s.mu.Lock()
	s.seen = append(s.seen, seenRequest{r.Method, r.URL.EscapedPath(), r.URL.Query(), r.Header.Clone(), string(body)})
	s.times = append(s.times, time.Now())
	answer := s.replies[min(len(s.seen), len(s.replies))-1]
	s.mu.Unlock()

	for name, value := range answer.header {
		w.Header().Set(name, value)
	}

	w.WriteHeader(answer.status)
	_, _ = io.WriteString(w, answer.body)
}

func (s *script) requests() []seenRequest {
	s.mu.Lock()
	defer s.mu.Unlock()

	return append([]seenRequest(nil), s.seen...)
}

func (s *script) count() int { return len(s.requests()) }

// pauses returns the times between one request and the next.
func (s *script) pauses() []time.Duration {
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

	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(client.Close)

	return client
}

// serve starts a real server on the loopback interface and returns a client of it that repeats nothing.
func serve(t testing.TB, handler http.Handler, edits ...func(*Config)) *Client {
	t.Helper()
	return newTestClient(t, startServer(t, handler).URL, edits...)
}

func startServer(t testing.TB, handler http.Handler) *httptest.Server {
	t.Helper()

	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = quiet
	server.Start()
	t.Cleanup(server.Close)

	return server
}

// quiet swallows what net/http says of connections that the tests break.
var quiet = log.New(io.Discard, "", 0)

func withRetries(n int) func(*Config) { return func(c *Config) { c.MaxRetries = n } }

func withTimeout(d time.Duration) func(*Config) { return func(c *Config) { c.RequestTimeout = d } }

// pipeNetwork is a network in memory, for tests in a synctest bubble, where waits take no time.
type pipeNetwork struct {
	conns  chan net.Conn
	closed chan struct{}
	dials  atomic.Int64
	// refuse, when set, may fail a dial, which it is told the number of.
	refuse func(dial int64) error
}

// serveInBubble is serve for use within synctest.Test.
func serveInBubble(t testing.TB, handler http.Handler, edits ...func(*Config)) (*Client, *pipeNetwork) {
	t.Helper()

	network := &pipeNetwork{conns: make(chan net.Conn), closed: make(chan struct{})}

	server := &http.Server{Handler: handler, ErrorLog: quiet, ReadHeaderTimeout: time.Hour}
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

// errRefused is what a dial to a closed port gives.
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

// hijack breaks an answer off: it sends raw bytes on the connection and closes it.
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

	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Timestamp{})); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
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

var (
	testJob           = JobName{AccountID: "acme", JobID: "sft"}
	testSession       = SessionName{AccountID: "acme", SessionID: "serverless"}
	testModel         = ModelName{AccountID: "acme", ModelID: "tuned"}
	testOperation     = OperationName{AccountID: "acme", OperationID: "op-1"}
	testShape         = TrainingShapeName{AccountID: "fireworks", ShapeID: "qwen3-8b-128k"}
	testShapeVersion  = TrainingShapeName{AccountID: "fireworks", ShapeID: "qwen3-8b-128k", VersionID: "v7"}
	testJobCheckpoint = CheckpointName{AccountID: "acme", JobID: "sft", CheckpointID: "step-50-0a1b2c3d"}
	testSessionCkpt   = CheckpointName{AccountID: "acme", SessionID: "serverless", CheckpointID: "run-9f-step-50-0a1b2c3d"}
	testPromotion     = PromotionRequest{
		Checkpoint:    testJobCheckpoint,
		OutputModelID: "tuned",
		BaseModel:     "accounts/fireworks/models/qwen3-8b",
	}
)

// apiCall is one method of the client, for tests that hold for all of them.
type apiCall struct {
	name string
	// reply is the least answer that the method takes.
	reply string
	// repeats tells whether the method repeats its request after a transient failure.
	repeats bool
	do      func(context.Context, *Client) error
}

func apiCalls() []apiCall {
	model := `{"name":"accounts/acme/models/tuned"}`
	version := `{"name":"accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/v7"}`

	return []apiCall{
		{"AccountID", `{"accounts":[{"name":"accounts/acme"}]}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.AccountID(ctx)
			return err
		}},
		{"ListCheckpoints of a job", `{}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.ListCheckpoints(ctx, testJob, 0)
			return err
		}},
		{"ListCheckpoints of a session", `{}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.ListCheckpoints(ctx, testSession, 0)
			return err
		}},
		{"Promote a job's checkpoint", `{"model":` + model + `}`, false, func(ctx context.Context, c *Client) error {
			_, err := c.Promote(ctx, testPromotion)
			return err
		}},
		{"Promote a session's checkpoint", `{"model":` + model + `}`, false, func(ctx context.Context, c *Client) error {
			r := testPromotion
			r.Checkpoint = testSessionCkpt
			_, err := c.Promote(ctx, r)

			return err
		}},
		{"GetOperation", `{"name":"accounts/acme/operations/op-1"}`, false, func(ctx context.Context, c *Client) error {
			_, err := c.GetOperation(ctx, testOperation)
			return err
		}},
		{"GetModel", model, true, func(ctx context.Context, c *Client) error {
			_, err := c.GetModel(ctx, testModel)
			return err
		}},
		{"GetModelOnce", model, false, func(ctx context.Context, c *Client) error {
			_, err := c.GetModelOnce(ctx, testModel)
			return err
		}},
		{"UpdateModel", model, true, func(ctx context.Context, c *Client) error {
			_, err := c.UpdateModel(ctx, testModel, ModelUpdate{Public: new(bool)})
			return err
		}},
		{"DeleteModel", `{}`, true, func(ctx context.Context, c *Client) error {
			return c.DeleteModel(ctx, testModel)
		}},
		{"ListModels", `{}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.ListModels(ctx, "acme")
			return err
		}},
		{"ResolveTrainingShape, latest", `{"trainingShapeVersions":[` + version + `]}`, true, func(ctx context.Context, c *Client) error {
			_, err := c.ResolveTrainingShape(ctx, testShape)
			return err
		}},
		{"ResolveTrainingShape, exact", version, true, func(ctx context.Context, c *Client) error {
			_, err := c.ResolveTrainingShape(ctx, testShapeVersion)
			return err
		}},
	}
}
