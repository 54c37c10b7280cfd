// SPDX-License-Identifier: MPL-2.0

// Package mockapi is an in-memory Fireworks control plane: an http.Handler with state, a request log and faults.
// The acceptance tests and the mockapi command use it.
package mockapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options configures a Server. The zero value serves the built-in fixtures to every key, without delays.
type Options struct {
	// APIKey is the only accepted key; "" accepts every key that is not empty.
	APIKey string
	// PromotionTime is how long a promotion takes; with 0 it is finished at the first poll.
	PromotionTime time.Duration
	// DeploymentTime is how long creating or updating a deployment takes; deleting one, or loading a model onto one,
	// takes a third.
	DeploymentTime time.Duration
	// ReadyBeforeInference is how long a new deployment does not respond after it became READY: see
	// SetReadyBeforeInference.
	ReadyBeforeInference time.Duration
	// Latency is the minimum time from the arrival of a request to its response.
	Latency time.Duration
	// BigJobCheckpoints is the number of checkpoints of the job big-run; 0 is the number in the fixtures.
	BigJobCheckpoints int
	// Fixtures is the initial state; nil is BuiltinFixtures.
	Fixtures *Fixtures
	// Now is the clock of the server; nil is time.Now.
	Now func() time.Time
	// Log receives one JSON line per request; nil disables logging.
	Log io.Writer
	// ForgetRequests disables the request log of Requests and Count, which grows without limit.
	ForgetRequests bool
	// Unobserved, if set, chooses requests that are neither logged nor counted nor faulted, such as those of another
	// user.
	Unobserved func(*http.Request) bool
	// Faults are the initial faults.
	Faults []Fault
	// Seed is the random seed for the probabilities of faults.
	Seed int64
	// EmitUnpopulated makes responses contain every field that is not set, with its default value, as the platform does
	// for some objects: "", 0, false, [], {}, null or an enum's _UNSPECIFIED.
	EmitUnpopulated bool
	// ListLag is how long lists still show what was deleted, and do not yet show what was created.
	ListLag time.Duration
}

// Server is an in-memory control plane. It is safe for concurrent use.
type Server struct {
	apiKey  string
	latency time.Duration
	now     func() time.Time
	log     requestLog
	serial  atomic.Int64
	hook    atomic.Pointer[func(*http.Request)]
	legacy  atomic.Bool
	faults  faultRules
	holds   holds

	// unobserved is Options.Unobserved.
	unobserved      func(*http.Request) bool
	emitUnpopulated bool

	mu               sync.Mutex
	accounts         []string
	trainingRuns     map[string]*trainingRun
	models           map[string]*modelRecord
	deleting         []*modelRecord
	shapes           map[string]*shape
	forbidden        map[string]bool
	orphans          map[string]bool
	operations       map[string]*promotion
	running          []*promotion
	promotions       int
	promotionsOf     map[string]int
	promotionTime    time.Duration
	promotionOutcome PromotionOutcome
	asyncUnknown     bool
	respondWithModel bool
	namelessModels   bool
	deletionTime     time.Duration
	members          map[string]map[string]any // by the name of the object
	outcomes         []*Outcome
	late             lateRows
	serving          serving
	routing          routing
}

// New returns a server. It fails if the fixtures or the faults are invalid.
func New(o Options) (*Server, error) {
	if err := checkFaults(o.Faults); err != nil {
		return nil, err
	}

	s := newServer(o)

	fixtures := o.Fixtures
	if fixtures == nil {
		builtin := BuiltinFixtures()
		fixtures = &builtin
	}

	if err := s.load(*fixtures, o.BigJobCheckpoints); err != nil {
		return nil, fmt.Errorf("fixtures: %w", err)
	}

	return s, nil
}

// newServer returns a server without state.
func newServer(o Options) *Server {
	s := &Server{
		apiKey:        o.APIKey,
		latency:       o.Latency,
		now:           o.Now,
		unobserved:    o.Unobserved,
		log:           requestLog{out: o.Log, forget: o.ForgetRequests},
		trainingRuns:  map[string]*trainingRun{},
		models:        map[string]*modelRecord{},
		shapes:        map[string]*shape{},
		forbidden:     map[string]bool{},
		orphans:       map[string]bool{},
		operations:    map[string]*promotion{},
		promotionsOf:  map[string]int{},
		promotionTime: o.PromotionTime,
		serving:       newServing(o),
		routing:       newRouting(o),
		members:       map[string]map[string]any{},
		late:          lateRows{lag: o.ListLag},

		emitUnpopulated: o.EmitUnpopulated,
		//nolint:gosec // Repeatable chance is the point.
		faults: faultRules{random: rand.New(rand.NewPCG(uint64(o.Seed), 0))},
	}
	s.faults.set(o.Faults)

	if s.now == nil {
		s.now = time.Now
	}

	return s
}

// OnRequest sets a hook that is called with every request before it is handled, without holding a lock.
// The request is already in the log, and its body can be read. A nil hook removes the hook.
func (s *Server) OnRequest(f func(*http.Request)) {
	if f == nil {
		s.hook.Store(nil)
		return
	}

	s.hook.Store(&f)
}

// SetLegacyWire sets whether responses have the format of older servers: rlorTrainerJobCheckpoints,
// training_session_checkpoints, next_page_token, numeric trainerMode, int64 as numbers, and an operation's
// status_message under metadata.value.
func (s *Server) SetLegacyWire(on bool) { s.legacy.Store(on) }

// lock locks the state, advances it to the current time, and returns the function that unlocks it.
func (s *Server) lock() (unlock func()) {
	s.mu.Lock()
	s.advance()

	return s.mu.Unlock
}

// advance applies the changes that are due. The server has no background goroutines.
func (s *Server) advance() {
	now := s.now()
	s.advancePromotions(now)
	s.advanceDeletions(now)
	s.advanceServing(now)
	s.advanceRouters(now)
}

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

	if s.unobserved != nil && s.unobserved(r) {
		s.serve(r.Context(), &recordingWriter{ResponseWriter: w}, c)
		return
	}

	entry := s.log.add(r, body, s.now())
	if hook := s.hook.Load(); hook != nil {
		(*hook)(r)
	}

	s.holds.await(c, BeforeRequest)

	c.fault = s.faults.match(r)

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

	resp := s.render(s.wire(c, result), err)
	s.holds.await(c, BeforeResponse)
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
		return nil, errNoRoute()
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
