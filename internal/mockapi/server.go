// Package mockapi is an in-memory Fireworks control plane: an http.Handler with state, a request log and faults.
// It is what the acceptance tests and the mockapi command talk to.
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

// Options configures a Server. The zero value serves the built-in fixtures to every key, at once.
type Options struct {
	// APIKey is the only key that is let in; "" lets in every key that is not empty.
	APIKey string
	// PromotionTime is how long a promotion takes; 0 is done at the first look.
	PromotionTime time.Duration
	// DeploymentTime is how long creating or updating a deployment takes; deleting one, or loading a model onto one, takes a third.
	DeploymentTime time.Duration
	// Latency is the least time from a request's arrival to its answer.
	Latency time.Duration
	// BigJobCheckpoints is how many rows the job big-run has; 0 leaves what the fixtures say.
	BigJobCheckpoints int
	// Fixtures is the first state; nil is BuiltinFixtures.
	Fixtures *Fixtures
	// Now is the clock of everything the server dates or lets ripen; nil is time.Now.
	Now func() time.Time
	// Log receives one JSON line per request; nil is none.
	Log io.Writer
	// ForgetRequests keeps no request log: it would grow for as long as the server runs.
	ForgetRequests bool
	// Faults are in force from the start.
	Faults []Fault
	// Seed makes the faults' probabilities repeatable.
	Seed int64
}

// Server is a control plane in memory. It is safe for concurrent use.
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
	runs             map[string]*run
	models           map[string]*modelRecord
	vanishing        []*modelRecord
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
	answerWithModel  bool
	deletionTime     time.Duration
	serving          serving
}

// New builds a server from its options. It fails when the fixtures or the faults make no sense.
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

// newServer builds a server that has no state yet.
func newServer(o Options) *Server {
	s := &Server{
		apiKey:        o.APIKey,
		latency:       o.Latency,
		now:           o.Now,
		log:           requestLog{out: o.Log, forget: o.ForgetRequests},
		runs:          map[string]*run{},
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

// OnRequest sets a hook that is called with every request before it is answered, while no lock is held.
// The request is in the log by then, and its body has been read, but can be read again. A nil hook removes it.
func (s *Server) OnRequest(f func(*http.Request)) {
	if f == nil {
		s.hook.Store(nil)
		return
	}

	s.hook.Store(&f)
}

// SetLegacyWire makes the server spell its answers as older servers did: rlorTrainerJobCheckpoints,
// training_session_checkpoints, next_page_token, numeric trainerMode, int64 as numbers, and an operation's
// status_message under metadata.value.
func (s *Server) SetLegacyWire(on bool) { s.legacy.Store(on) }

// lock takes the state, brings it up to the present, and returns what releases it.
func (s *Server) lock() (unlock func()) {
	s.mu.Lock()
	s.settle()

	return s.mu.Unlock
}

// settle does what has come due since the last look: nothing in this server runs by itself.
func (s *Server) settle() {
	now := s.now()
	s.settlePromotions(now)
	s.settleDeletions(now)
	s.advanceServing(now)
}
