// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// Request is one request that the server received. Status is 0 until a response is sent.
type Request struct {
	Method     string
	Path       string // as on the wire: still escaped
	RawQuery   string
	Query      url.Values
	Header     http.Header
	Body       []byte
	Status     int
	Time       time.Time
	RemoteAddr string
}

// Fields returns the members of the JSON object that is the body of the request, or nil: what a write sets.
func (r Request) Fields() (fields map[string]json.RawMessage) {
	if json.Unmarshal(r.Body, &fields) != nil {
		return nil
	}

	return fields
}

// Requests returns a copy of the request log, in order of arrival.
func (s *Server) Requests() []Request { return s.log.copy() }

// ResetRequests empties the request log.
func (s *Server) ResetRequests() { s.log.reset() }

// Count returns how many requests had this method ("" is any) and an escaped path that matches the pattern, in which
// a * stands for any run of characters within a segment and a trailing ** for any rest.
func (s *Server) Count(method, pathPattern string) int {
	return s.log.count(func(r *Request) bool { return matchRequest(method, pathPattern, r.Method, r.Path) })
}

func matchRequest(method, pathPattern, requestMethod, escapedPath string) bool {
	return (method == "" || method == requestMethod) && (pathPattern == "" || matchPath(pathPattern, escapedPath))
}

type requestLog struct {
	out     io.Writer
	forget  bool
	mu      sync.Mutex
	entries []*Request
}

func (l *requestLog) add(r *http.Request, body []byte, now time.Time) *Request {
	entry := &Request{
		Method:     r.Method,
		Path:       r.URL.EscapedPath(),
		RawQuery:   r.URL.RawQuery,
		Query:      r.URL.Query(),
		Header:     r.Header.Clone(),
		Body:       body,
		Time:       now,
		RemoteAddr: r.RemoteAddr,
	}

	l.mu.Lock()
	defer l.mu.Unlock()

	if !l.forget {
		l.entries = append(l.entries, entry)
	}

	return entry
}

// logLine contains neither headers nor bodies, so that no key is logged.
type logLine struct {
	Time      time.Time `json:"time"`
	RequestID string    `json:"request_id"`
	Method    string    `json:"method"`
	Path      string    `json:"path"`
	Query     string    `json:"query,omitempty"`
	Status    int       `json:"status,omitempty"`
	Bytes     int64     `json:"bytes"`
	Millis    float64   `json:"duration_ms"`
	Fault     FaultKind `json:"fault,omitempty"`
}

func (l *requestLog) finish(entry *Request, w *recordingWriter, c *call, elapsed time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()

	entry.Status = w.status

	if l.out == nil {
		return
	}

	line := logLine{
		Time: entry.Time, RequestID: c.id, Method: entry.Method, Path: entry.Path, Query: entry.RawQuery,
		Status: w.status, Bytes: w.bytes, Millis: float64(elapsed.Microseconds()) / 1000,
	}
	if c.fault != nil {
		line.Fault = c.fault.Kind
	}
	// A failure to log must not fail the request.
	_ = json.NewEncoder(l.out).Encode(line)
}

func (l *requestLog) copy() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()

	out := make([]Request, len(l.entries))
	for i, e := range l.entries {
		out[i] = *e
		out[i].Body = slices.Clone(e.Body)
	}

	return out
}

func (l *requestLog) count(match func(*Request) bool) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()

	for _, e := range l.entries {
		if match(e) {
			n++
		}
	}

	return n
}

func (l *requestLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.entries = nil
}

// recordingWriter records the status and the size of a response.
type recordingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader sends the status.
func (w *recordingWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body.
func (w *recordingWriter) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)

	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recordingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// reset closes the connection with a TCP reset, as a network failure does.
func (w *recordingWriter) reset() {
	conn, _, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}

	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secure.NetConn()
	}

	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}

	_ = conn.Close()
}
