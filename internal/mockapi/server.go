// Package mockapi is an in-memory Fireworks control plane: an http.Handler with state, a request log and faults.
// The acceptance tests and the mockapi command use it.
package mockapi

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
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
	// DeploymentTime is how long creating or updating a deployment takes; deleting one, or loading a model onto one, takes a third.
	DeploymentTime time.Duration
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
	// Faults are the initial faults.
	Faults []Fault
	// Seed is the random seed for the probabilities of faults.
	Seed int64
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
	deletionTime     time.Duration
	serving          serving
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
}
