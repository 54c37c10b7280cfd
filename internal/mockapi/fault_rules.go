package mockapi

import (
	"math/rand/v2"
	"slices"
	"sync"
)

// faultRules is the faults in force and what they have done so far.
type faultRules struct {
	mu     sync.Mutex
	rules  []*faultRule
	random *rand.Rand
}

type faultRule struct {
	Fault
	seen  int
	acted int
}

// SetFaults replaces the faults, with all counters at zero. It panics on a fault that makes no sense.
func (s *Server) SetFaults(f ...Fault) {
	if err := checkFaults(f); err != nil {
		panic("mockapi: " + err.Error())
	}

	s.faults.set(f)
}

// FaultCounts returns how often each fault has acted, in the order in which they were set.
func (s *Server) FaultCounts() []int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()

	acted := make([]int, len(s.faults.rules))
	for i, r := range s.faults.rules {
		acted[i] = r.acted
	}

	return acted
}

func (f *faultRules) set(faults []Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()

	f.rules = nil
	for _, fault := range slices.Clone(faults) {
		f.rules = append(f.rules, &faultRule{Fault: fault})
	}
}

// pick returns the fault that acts on a request, or nil. Every rule that fits counts the request.
func (f *faultRules) pick(method, escapedPath string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()

	var chosen *Fault

	for _, rule := range f.rules {
		if !matchRequest(rule.Method, rule.Path, method, escapedPath) {
			continue
		}

		rule.seen++
		if chosen == nil && f.due(rule) {
			rule.acted++
			chosen = &rule.Fault
		}
	}

	return chosen
}

func (f *faultRules) due(rule *faultRule) bool {
	switch {
	case rule.Match > 0 && rule.seen != rule.Match:
		return false
	case rule.Times > 0 && rule.acted >= rule.Times:
		return false
	case rule.Probability > 0 && f.random.Float64() >= rule.Probability:
		return false
	}

	return true
}
