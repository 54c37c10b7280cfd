// SPDX-License-Identifier: MPL-2.0

//go:build unix

package providertest

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"syscall"
	"testing"
)

// Two workspaces are two directories, each with its own state, in which the real CLI creates the same object of one
// platform. The requests of each arrive at a separate gate, where a test holds one until the other workspace has come
// to a moment.

// moment is when a request is held, before the platform sees it.
type moment string

const (
	// AtCreation is when the request that creates the object arrives.
	AtCreation moment = "creation"
	// AfterCreation is when the next request after it arrives, such as the lookup after a lost response.
	AfterCreation moment = "after creation"
)

// Loss is what happens to the response to the first request that creates the object.
type Loss struct {
	// Status is sent in place of the response; 0 is that of the platform.
	Status int
	// Reset closes the connection in place of a response.
	Reset bool
	// Executed is whether the platform receives the request.
	Executed bool
}

// gate passes the requests of one workspace on to the platform.
type gate struct {
	platform http.Handler
	creation func(*http.Request) bool
	lost     Loss

	mu    sync.Mutex
	holds map[moment]*held
	// attempts counts the requests that create the object.
	attempts int
	// created is set once the platform has accepted one of them.
	created bool
}

// held is a request that is held at a moment.
type held struct {
	reached, released chan struct{}
	release           func()
}

// hold holds the next request at the moment. The end of the test releases it.
func (g *gate) hold(t *testing.T, m moment) *held {
	t.Helper()

	h := &held{reached: make(chan struct{}), released: make(chan struct{})}
	h.release = sync.OnceFunc(func() { close(h.released) })
	t.Cleanup(h.release)

	g.mu.Lock()
	defer g.mu.Unlock()

	g.holds[m] = h

	return h
}

func (g *gate) stop(m moment) {
	g.mu.Lock()
	h := g.holds[m]
	delete(g.holds, m)
	g.mu.Unlock()

	if h != nil {
		close(h.reached)
		<-h.released
	}
}

// ServeHTTP handles one request.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !g.creation(r) {
		if g.count(0) > 0 {
			g.stop(AfterCreation)
		}

		g.platform.ServeHTTP(w, r)

		return
	}

	first := g.count(1) == 1
	g.stop(AtCreation)

	lost := first && g.lost != Loss{}
	response := httptest.NewRecorder()

	if !lost || g.lost.Executed {
		g.platform.ServeHTTP(response, r)
		g.accepted(response.Code)
	}

	switch {
	case lost && g.lost.Reset:
		panic(http.ErrAbortHandler)
	case lost:
		w.WriteHeader(g.lost.Status)
	default:
		w.Header().Set("Content-Type", response.Header().Get("Content-Type"))
		w.WriteHeader(response.Code)
		_, _ = w.Write(response.Body.Bytes())
	}
}

// count adds to the attempts, and returns their number.
func (g *gate) count(more int) int {
	g.mu.Lock()
	defer g.mu.Unlock()

	g.attempts += more

	return g.attempts
}

func (g *gate) accepted(status int) {
	g.mu.Lock()
	defer g.mu.Unlock()

	g.created = g.created || status == http.StatusOK
}

// contender is a workspace behind a gate.
type contender struct {
	*Workspace
	*gate
	name string
	// ExitCode and output are those of its apply.
	exitCode int
	output   string
}

// Contend returns a workspace with the configuration, whose creation is a POST to a path that matches the pattern.
func (p *Platform) Contend(t *testing.T, name, providerDirectory, configuration, creationPath string) *contender {
	t.Helper()

	c := &contender{name: name, gate: &gate{platform: p.Server, holds: map[moment]*held{}}}
	c.creation = func(r *http.Request) bool {
		return r.Method == http.MethodPost && matches(creationPath, r.URL.EscapedPath()) &&
			r.URL.Query().Get("validateOnly") != "true"
	}

	server := httptest.NewServer(c.gate)
	t.Cleanup(server.Close)

	behind := *p
	behind.URL = server.URL
	c.Workspace = behind.NewWorkspace(t, providerDirectory, configuration)

	return c
}

// applyUntilHeld starts an apply and returns when it is held.
func (c *contender) applyUntilHeld(h *held) *Process {
	c.T.Helper()

	apply := c.Start(ApplyCommand...)
	select {
	case <-h.reached:
	case <-apply.expired:
		_, output := apply.Wait()
		c.T.Fatalf("%s did not get that far:\n%s", c.name, output)
	}

	return apply
}

// finish waits for the end of an apply.
func (c *contender) finish(apply *Process) { c.exitCode, c.output = apply.Wait() }

// owned returns the IDs of the objects in the state file, with deposed ones.
func (c *contender) owned() (ids []string) {
	c.T.Helper()

	for _, instance := range c.stored() {
		id, _ := instance.Attributes["id"].(string)
		ids = append(ids, id)
	}

	return ids
}

// Race is an interleaving of the applies of two workspaces.
type Race struct {
	// At is when the first workspace is held while the second one runs to its end.
	At moment
	// Planned is set if the second workspace has already planned and looked for the object, and is about to create it.
	Planned bool
	// Lost is what happens to the creation of the first workspace.
	Lost Loss
	// Interrupted is set if the first workspace is interrupted while it is held, when the second one has ended.
	Interrupted bool
	// Differs is set if the second workspace creates an object with the same ID and other arguments.
	Differs bool
}

// Run runs the race to its end.
func (r Race) Run(t *testing.T, first, second *contender) {
	t.Helper()

	first.lost = r.Lost

	var later *Process

	start := func() *Process { return second.Start(ApplyCommand...) }

	if r.Planned {
		h := second.hold(t, AtCreation)
		later = second.applyUntilHeld(h)
		start = func() *Process { h.release(); return later }
	}

	h := first.hold(t, r.At)
	apply := first.applyUntilHeld(h)

	second.finish(start())

	// An interrupted apply ends although its request is held.
	if r.Interrupted {
		apply.Signal(syscall.SIGINT)
	} else {
		h.release()
	}

	first.finish(apply)
}

// AssertOneOwner asserts that a workspace has the object in its state only if it created it, that a workspace without
// it has reported an error with one of the summaries, and that its destroy leaves the object alone.
func AssertOneOwner(t *testing.T, objects func() []string, summaries []string, contenders ...*contender) {
	t.Helper()

	owners := 0
	before := objects()

	for _, c := range contenders {
		if len(c.owned()) > 0 {
			owners++

			if !c.created {
				t.Errorf("%s has %v in its state, and did not create it", c.name, c.owned())
			}

			continue
		}

		reported := func(summary string) bool { return containsWrapped(c.output, "Error: "+summary) }
		if c.exitCode == 0 || !slices.ContainsFunc(summaries, reported) {
			t.Errorf("%s ended with %d and without one of the errors %q:\n%s", c.name, c.exitCode, summaries, c.output)
		}

		c.ExpectExit(0, "destroy", "-no-color", "-input=false", "-auto-approve")
	}

	if owners > 1 {
		t.Errorf("%d workspaces have the object in their state", owners)
	}

	if after := objects(); len(before) != 1 || !slices.Equal(before, after) {
		t.Errorf("the objects are %v, and %v after destroy where they are not in the state", before, after)
	}
}
