package mockapi

import (
	"math/rand/v2"
	"slices"
	"sync"
)

// faultRules is the active faults with their counters.
type faultRules struct {
	mu     sync.Mutex
	rules  []*faultRule
	random *rand.Rand
}

type faultRule struct {
	Fault
	matched int
	applied int
}

// SetFaults replaces the faults and resets their counters. It panics on an invalid fault.
func (s *Server) SetFaults(f ...Fault) {
	if err := checkFaults(f); err != nil {
		panic("mockapi: " + err.Error())
	}

	s.faults.set(f)
}

// FaultCounts returns how often each fault was applied, in the order in which they were set.
func (s *Server) FaultCounts() []int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()

	applied := make([]int, len(s.faults.rules))
	for i, r := range s.faults.rules {
		applied[i] = r.applied
	}

	return applied
}

func (f *faultRules) set(faults []Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()

	f.rules = nil
	for _, fault := range slices.Clone(faults) {
		f.rules = append(f.rules, &faultRule{Fault: fault})
	}
}

// match returns the fault to apply to a request, or nil. Every rule that matches counts the request.
func (f *faultRules) match(method, escapedPath string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()

	var chosen *Fault

	for _, rule := range f.rules {
		if !matchRequest(rule.Method, rule.Path, method, escapedPath) {
			continue
		}

		rule.matched++
		if chosen == nil && f.applies(rule) {
			rule.applied++
			chosen = &rule.Fault
		}
	}

	return chosen
}

func (f *faultRules) applies(rule *faultRule) bool {
	switch {
	case rule.Match > 0 && rule.matched != rule.Match:
		return false
	case rule.Times > 0 && rule.applied >= rule.Times:
		return false
	case rule.Probability > 0 && f.random.Float64() >= rule.Probability:
		return false
	}

	return true
}
