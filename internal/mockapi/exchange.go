package mockapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const maxRequestBody = 1 << 20

// call is one request and what the server knows about it.
type call struct {
	request *http.Request
	id      string
	arrived time.Time
	path    string // still escaped
	params  []string
	query   url.Values
	body    []byte
	fault   *Fault
}

// response is the response to a call before a fault is applied.
type response struct {
	status      int
	body        []byte
	contentType string // "" is JSON
}

// ServeHTTP handles one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{
		request: r,
		id:      fmt.Sprintf("mock-%06d", s.serial.Add(1)),
		arrived: time.Now(),
		path:    r.URL.EscapedPath(),
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBody))
	r.Body, c.body = io.NopCloser(bytes.NewReader(body)), body

	entry := s.log.add(r, body, s.now())
	if hook := s.hook.Load(); hook != nil {
		(*hook)(r)
	}

	c.fault = s.faults.match(r.Method, c.path)

	out := &recordingWriter{ResponseWriter: w}
	defer func() { s.log.finish(entry, out, c, time.Since(c.arrived)) }()

	out.Header().Set("X-Request-Id", c.id)

	if err != nil {
		s.send(out, s.render(nil, bodyError(err)))
		return
	}

	s.serve(r.Context(), out, c)
}

func bodyError(err error) error {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &apiError{status: http.StatusRequestEntityTooLarge, code: codeInvalidArgument,
			message: fmt.Sprintf("the request body is larger than %d bytes", tooLarge.Limit)}
	}

	return invalid("the request body could not be read")
}

// handle executes a call and returns its response after the latency has passed.
func (s *Server) handle(ctx context.Context, c *call) response {
	result, err := s.dispatch(c)
	if err != nil && strings.HasPrefix(c.path, inferencePrefix) {
		err = asInferenceError(err)
	}

	resp := s.render(result, err)
	s.awaitLatency(ctx, c)

	return resp
}

// awaitLatency waits until the latency has passed since the call arrived.
func (s *Server) awaitLatency(ctx context.Context, c *call) {
	_ = pause(ctx, s.latency-time.Since(c.arrived))
}

func (s *Server) dispatch(c *call) (any, error) {
	if err := s.authenticate(c.request.Header); err != nil {
		return nil, err
	}

	handle, params := findRoute(c.request.Method, c.path)
	if handle == nil {
		return nil, notFound("no such method: %s %s", c.request.Method, c.path)
	}

	query, err := url.ParseQuery(c.request.URL.RawQuery)
	if err != nil {
		return nil, invalid("malformed query: %v", err)
	}

	c.params, c.query = params, query

	return handle(s, c)
}

func (s *Server) render(result any, err error) response {
	status := http.StatusOK

	if err != nil {
		failure := asAPIError(err)
		status, result = failure.status, failure.wire()
	}

	if events, ok := result.(eventStream); ok {
		return response{status: status, body: events, contentType: "text/event-stream"}
	}

	body, err := json.Marshal(result)
	if err != nil {
		return response{
			status: http.StatusInternalServerError,
			body:   []byte(`{"code":13,"message":"the response cannot be encoded as JSON","details":[]}`),
		}
	}

	if s.legacy.Load() {
		body = legacyWire(body)
	}

	return response{status: status, body: body}
}

func (s *Server) send(w http.ResponseWriter, resp response) {
	w.Header().Set("Content-Type", cmp.Or(resp.contentType, "application/json"))
	w.Header().Set("Content-Length", strconv.Itoa(len(resp.body)))
	w.WriteHeader(resp.status)
	// The client may have disconnected.
	_, _ = w.Write(resp.body)
}

// pause waits for d or until ctx is done, and then returns its error.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}

	timer := time.NewTimer(d)
	defer timer.Stop()

	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
