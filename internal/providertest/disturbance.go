// SPDX-License-Identifier: MPL-2.0

//go:build unix

package providertest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Disturbance is what goes wrong at the n-th request of a kind during an apply.
type Disturbance struct {
	// Name is what goes wrong, "" if nothing does.
	Name string
	RequestKind
	Nth int
	// Signal is sent to the CLI and the provider when the request arrives, or when it was executed.
	Signal   syscall.Signal
	Executed bool
	Faults   []mockapi.Fault
	// Outcomes are how creations end.
	Outcomes []mockapi.Outcome
}

// String describes the disturbance.
func (d Disturbance) String() string {
	if d.Name == "" {
		return "undisturbed"
	}

	return fmt.Sprintf("%s, %d times from request %d of %s %s (executed: %t)", d.Name, max(1, len(d.Faults)), d.Nth,
		d.Method, d.Path, d.Executed)
}

// RequestKind is a method and the pattern of a path; "" is any.
type RequestKind struct{ Method, Path string }

// collections are the paths of the collections of resources, and of their objects.
var collections = map[string][2]string{
	providerdata.PromotedModelType: {PromotePath, ModelPath},
	providerdata.DeploymentType:    {DeploymentsPath, DeploymentPath},
	providerdata.DeployedModelType: {DeployedModelsPath, DeployedModelPath},
	providerdata.RouterType:        {RoutersPath, RouterPath},
}

// PlanRequests are kinds of requests while a plan is made.
func PlanRequests() []RequestKind {
	kinds := []RequestKind{{"", ""}, {http.MethodGet, ""}}
	for _, typeName := range slices.Sorted(maps.Keys(collections)) {
		kinds = append(kinds, RequestKind{http.MethodGet, collections[typeName][1]})
	}

	return kinds
}

// ApplyRequests are kinds of requests while a plan in JSON is applied.
func ApplyRequests(planJSON []byte) ([]RequestKind, error) {
	plan, err := decodeNumbers[shownPlan](planJSON)
	kinds := []RequestKind{}

	for _, c := range plan.Changes {
		paths := collections[c.Type]

		for _, action := range c.Change.Actions {
			switch action {
			case "create":
				kinds = append(kinds, RequestKind{http.MethodPost, paths[0]}, RequestKind{http.MethodGet, paths[1]})
			case "update":
				kinds = append(kinds, RequestKind{http.MethodPatch, paths[1]}, RequestKind{http.MethodGet, paths[1]})
			case "delete":
				kinds = append(kinds, RequestKind{http.MethodDelete, paths[1]}, RequestKind{http.MethodGet, paths[1]})
			}
		}

		if c.Type == providerdata.PromotedModelType && c.does("create") {
			kinds = append(kinds, RequestKind{http.MethodGet, OperationPath})
		}
	}

	return append(kinds, RequestKind{}), err
}

// disturbedResponses are what proxies do.
var disturbedResponses = map[string]mockapi.Fault{
	"404 of a proxy":       {Kind: mockapi.FaultStatus, Status: http.StatusNotFound, ContentType: "text/html"},
	"403 of a proxy":       {Kind: mockapi.FaultStatus, Status: http.StatusForbidden, ContentType: "text/html"},
	"502 of a proxy":       {Kind: mockapi.FaultStatus, Status: http.StatusBadGateway, ContentType: "text/html"},
	"520 of a proxy":       {Kind: mockapi.FaultStatus, Status: 520, ContentType: "text/plain"},
	"503":                  {Kind: mockapi.FaultStatus},
	"refused":              {Kind: mockapi.FaultStatus, Status: http.StatusBadRequest},
	"too many requests":    {Kind: mockapi.FaultStatus, Status: http.StatusTooManyRequests, Headers: retryAfterOne},
	"executed, then 504":   {Kind: mockapi.FaultStatusAfter, Status: http.StatusGatewayTimeout, ContentType: "text/html"},
	"executed, then 499":   {Kind: mockapi.FaultStatusAfter, Status: 499, ContentType: "text/plain"},
	"executed, then reset": {Kind: mockapi.FaultResetAfter},
	"reset":                {Kind: mockapi.FaultResetBefore},
	"truncated":            {Kind: mockapi.FaultTruncated},
	"a page":               {Kind: mockapi.FaultHTML},
	// A creation, whose request may take minutes, waits for this one.
	"no response": {Kind: mockapi.FaultSlowHeaders, Delay: 10 * time.Second},
}

var retryAfterOne = map[string]string{"Retry-After": "1"}

// failingCreations are how the next creation of each kind may fail.
var failingCreations = map[string][]string{
	"deployments":    {"fails", "fails-serving"},
	"models":         {"fails-leaving-model", "fails-without-model", "leaves-broken-model"},
	"deployedModels": {"disappears", "unloads"},
}

// randomCreations lets the next creation of each kind fail.
func randomCreations(random *rand.Rand) (outcomes []mockapi.Outcome) {
	for _, collection := range slices.Sorted(maps.Keys(failingCreations)) {
		names := failingCreations[collection]
		outcomes = append(outcomes, mockapi.Outcome{Object: "accounts/*/" + collection + "/*",
			Outcome: names[random.IntN(len(names))]})
	}

	return outcomes
}

// FailingRollout lets the next rollout of an update of each deployment fail.
func FailingRollout(random *rand.Rand) Disturbance {
	outcomes := []string{"fails", "fails-serving", "keeps-error"}

	return Disturbance{Name: "rollout fails", Outcomes: []mockapi.Outcome{{Object: "accounts/*/deployments/*",
		Outcome: outcomes[random.IntN(len(outcomes))], Update: true}}}
}

// RandomFault returns a fault at requests of one of the kinds.
func RandomFault(random *rand.Rand, kinds []RequestKind) Disturbance {
	names := slices.Sorted(maps.Keys(disturbedResponses))
	d := Disturbance{Name: names[random.IntN(len(names))], RequestKind: kinds[random.IntN(len(kinds))],
		Nth: 1 + random.IntN(3)/2}

	for i := range 1 + random.IntN(4) {
		fault := disturbedResponses[d.Name]
		fault.Method, fault.Path, fault.Match = d.Method, d.Path, d.Nth+i
		d.Faults = append(d.Faults, fault)
	}

	return d
}

// RandomDisturbance returns a signal, a fault or a failing creation.
func RandomDisturbance(random *rand.Rand, kinds []RequestKind) Disturbance {
	d := Disturbance{RequestKind: kinds[random.IntN(len(kinds))], Nth: 1 + random.IntN(3)/2,
		Executed: random.IntN(2) == 0}

	switch random.IntN(9) {
	case 0, 1:
		d.Name, d.Signal = "interrupt", syscall.SIGINT
	case 2, 3:
		d.Name, d.Signal = "kill", syscall.SIGKILL
	case 4:
		d.Name, d.Outcomes = "creation fails", randomCreations(random)
	default:
		return RandomFault(random, kinds)
	}

	return d
}

// Gate passes requests on to a platform, and stops at one of them.
type Gate struct {
	platform http.Handler

	mu       sync.Mutex
	idle     sync.Cond
	inFlight int
	armed    Disturbance
	seen     int
	reached  chan struct{}
	released chan struct{}
}

// NewGate returns an open gate.
func NewGate(platform http.Handler) *Gate {
	g := &Gate{platform: platform}
	g.idle.L = &g.mu

	return g
}

// Arm makes the gate stop at the request of a disturbance that is a signal. The channel is closed when it arrives.
func (g *Gate) Arm(d Disturbance) (reached <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()

	g.armed, g.seen, g.reached, g.released = d, 0, make(chan struct{}), make(chan struct{})

	return g.reached
}

// Disarm opens the gate, and returns when the platform has received all requests.
func (g *Gate) Disarm() {
	g.Release()

	g.mu.Lock()
	defer g.mu.Unlock()

	g.armed = Disturbance{}

	for g.inFlight > 0 {
		g.idle.Wait()
	}
}

// Release lets the request continue at which the gate stopped.
func (g *Gate) Release() {
	g.mu.Lock()
	defer g.mu.Unlock()

	select {
	case <-g.released:
	default:
		close(g.released)
	}
}

// ServeHTTP handles one request.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	stops, d := g.enter(r)
	defer g.leave()

	if !stops {
		g.platform.ServeHTTP(w, r)
		return
	}

	response := httptest.NewRecorder()
	if d.Executed {
		g.platform.ServeHTTP(response, r)
	}

	close(g.reached)

	select {
	case <-g.released:
	case <-r.Context().Done():
	}

	switch {
	case d.Executed:
		w.Header().Set("Content-Type", response.Header().Get("Content-Type"))
		w.WriteHeader(response.Code)
		_, _ = w.Write(response.Body.Bytes())
	case d.Signal == syscall.SIGKILL:
		panic(http.ErrAbortHandler) // The request was lost with the process.
	default:
		g.platform.ServeHTTP(w, r)
	}
}

// enter counts a request, and reports whether the gate stops at it.
func (g *Gate) enter(r *http.Request) (stops bool, d Disturbance) {
	g.mu.Lock()
	defer g.mu.Unlock()

	g.inFlight++
	d = g.armed

	if d.Signal == 0 || d.Method != "" && d.Method != r.Method || r.URL.Query().Get("validateOnly") == "true" {
		return false, d
	}

	if matches, _ := path.Match(d.Path, r.URL.EscapedPath()); d.Path != "" && !matches {
		return false, d
	}

	g.seen++

	return g.seen == d.Nth, d
}

func (g *Gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()

	g.inFlight--
	g.idle.Broadcast()
}
