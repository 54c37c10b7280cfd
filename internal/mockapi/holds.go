// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"slices"
	"sync"
)

// Moment is when a request is held.
type Moment int

const (
	// BeforeRequest is when a request is in the log, and nothing was done.
	BeforeRequest Moment = iota
	// BeforeResponse is when a request was executed, and no response was sent.
	BeforeResponse
)

// Hold holds one request until it is released, or until its client disconnects.
type Hold struct {
	method, path string
	moment       Moment
	reached      chan struct{}
	release      func()
	released     chan struct{}
}

// Reached is closed when a request is being held.
func (h *Hold) Reached() <-chan struct{} { return h.reached }

// Release lets the request continue, now or when it arrives.
func (h *Hold) Release() { h.release() }

// HoldNext holds the next request with this method ("" is any) and a path that matches the pattern of Count.
func (s *Server) HoldNext(method, pathPattern string, m Moment) *Hold {
	h := &Hold{method: method, path: pathPattern, moment: m}
	h.reached, h.released = make(chan struct{}), make(chan struct{})
	h.release = sync.OnceFunc(func() { close(h.released) })
	s.holds.add(h)

	return h
}

// holds are the holds that no request has reached.
type holds struct {
	mu      sync.Mutex
	waiting []*Hold
}

func (l *holds) add(h *Hold) {
	l.mu.Lock()
	defer l.mu.Unlock()

	l.waiting = append(l.waiting, h)
}

// take removes and returns the first hold of a request at a moment, or nil.
func (l *holds) take(c *call, m Moment) *Hold {
	l.mu.Lock()
	defer l.mu.Unlock()

	at := slices.IndexFunc(l.waiting, func(h *Hold) bool {
		return h.moment == m && matchRequest(h.method, h.path, c.request.Method, c.path)
	})
	if at < 0 {
		return nil
	}

	found := l.waiting[at]
	l.waiting = slices.Delete(l.waiting, at, at+1)

	return found
}

// await holds a request if it must be held at this moment.
func (l *holds) await(c *call, m Moment) {
	h := l.take(c, m)
	if h == nil {
		return
	}

	close(h.reached)

	select {
	case <-h.released:
	case <-c.request.Context().Done():
	}
}
