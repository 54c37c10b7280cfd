// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const (
	soakWorkspaces = 4
	soakResources  = 6
	soakShortRound = 4
	// soakMaxHeap is what the live heap may reach: several responses of 16 MiB may be in memory at a time.
	soakMaxHeap = 768 << 20
	// soakHeapLeft is what may be left of it at the end.
	soakHeapLeft = 64 << 20
)

// TestSoak creates, reads, changes, deletes, imports and interrupts many resources of all kinds at a time while a tenth
// of all requests fail, and checks afterwards that nothing was lost, doubled or left behind. SOAK_DURATION makes it
// long, SOAK_SEED repeats a run.
func TestSoak(t *testing.T) {
	t.Parallel()

	duration := os.Getenv("SOAK_DURATION")
	if duration == "" {
		for _, seed := range []uint64{1, 2} {
			t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
				t.Parallel()
				newSoak(t, seed).run(func(round int) bool { return round < soakShortRound })
			})
		}

		return
	}

	limit, err := time.ParseDuration(duration)
	if err != nil {
		t.Fatalf("SOAK_DURATION: %v", err)
	}

	seed := rand.Uint64N(1_000_000) //nolint:gosec // the seed need not be unpredictable
	if text := os.Getenv("SOAK_SEED"); text != "" {
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("SOAK_SEED: %v", err)
		}
	}

	t.Logf("seed %d: repeat with SOAK_SEED=%d", seed, seed)

	end := time.Now().Add(limit)
	s := newSoak(t, seed)
	s.alone = true
	s.run(func(int) bool { return time.Now().Before(end) && !t.Failed() })
}

// soak is one run: workspaces that share a platform, each with resources that share its processes.
type soak struct {
	t        *testing.T
	seed     uint64
	platform *providertest.Platform
	server   *httptest.Server
	oracle   *providertest.PlanOracle
	faults   []mockapi.Fault
	// alone means that no other test uses memory.
	alone bool

	// creating guards the fields of serve.
	creating sync.Mutex
	random   *rand.Rand
	// calm ends the time of failing creations.
	calm bool

	mu sync.Mutex
	// vanished counts the promotions and loads, by the model, that failed and left nothing.
	vanished map[string]int
	// abandoned are the objects that a destroy left on the platform, as the deletion policy says.
	abandoned map[string]bool
	counts    map[string]int
	peak      uint64
}

func newSoak(t *testing.T, seed uint64) *soak {
	t.Helper()

	return &soak{
		t: t, seed: seed, faults: soakFaults(), counts: map[string]int{},
		vanished: map[string]int{}, abandoned: map[string]bool{}, oracle: &providertest.PlanOracle{Shared: true},
		random: rand.New(rand.NewPCG(seed, 0)), //nolint:gosec // Repeatable chance is the point.
	}
}

// soakFaults are the faults that strike at random. None of them is a server that lies about what exists: no provider
// can see through that.
func soakFaults() []mockapi.Fault {
	status := func(status int, probability float64, headers map[string]string) mockapi.Fault {
		return mockapi.Fault{Kind: mockapi.FaultStatus, Status: status, Headers: headers, Probability: probability}
	}

	faults := []mockapi.Fault{
		{
			Kind: mockapi.FaultStatus, Status: http.StatusTooManyRequests,
			Headers: map[string]string{"Retry-After": "0"},
			// Without a usable Retry-After, the code 8 of the default body would mean that a quota is exceeded.
			Body: `{"code":14,"message":"too many requests"}`, Probability: .004,
		},
		status(http.StatusTooManyRequests, .001, map[string]string{"Retry-After": "1"}),
		status(http.StatusInternalServerError, .006, nil), status(http.StatusServiceUnavailable, .006, nil),
		status(http.StatusRequestTimeout, .003, nil), status(http.StatusUnauthorized, .002, nil),
		status(http.StatusForbidden, .002, nil),
		{Kind: mockapi.FaultStatus, Method: http.MethodPost, Status: http.StatusConflict, Probability: .01},
		{Kind: mockapi.FaultStatus, Method: http.MethodPost, Status: http.StatusBadRequest, Probability: .01},
		{Kind: mockapi.FaultStatusAfter, Probability: .008},
		{Kind: mockapi.FaultStatusAfter, Method: http.MethodPost, Status: http.StatusGatewayTimeout, Probability: .05},
		{Kind: mockapi.FaultResetAfter, Method: http.MethodPost, Probability: .08},
		{Kind: mockapi.FaultSlowHeaders, Delay: 700 * time.Millisecond, Probability: .003},
		{Kind: mockapi.FaultSlowBody, Delay: 700 * time.Millisecond, Probability: .003},
		{Kind: mockapi.FaultHugeBody, Bytes: 32 << 20, Probability: .0005},
		{Kind: mockapi.FaultRedirect, Location: "http://192.0.2.1/elsewhere", Probability: .002},
	}
	for _, kind := range []mockapi.FaultKind{
		mockapi.FaultResetBefore, mockapi.FaultResetAfter, mockapi.FaultTruncated, mockapi.FaultGarbage,
		mockapi.FaultHTML,
		mockapi.FaultEndlessPages, mockapi.FaultRepeatedToken, mockapi.FaultRepeatedRows, mockapi.FaultEmptyPage,
		mockapi.FaultWrongLength, mockapi.FaultPanic,
	} {
		faults = append(faults, mockapi.Fault{Kind: kind, Probability: .006})
	}

	return faults
}

// run is the whole soak; it goes on while the rounds of a workspace may.
func (s *soak) run(goOn func(round int) bool) {
	label := fmt.Sprintf("%s/%d", s.t.Name(), s.seed)

	var before runtime.MemStats

	runtime.GC()
	runtime.ReadMemStats(&before)
	pprof.Do(s.t.Context(), pprof.Labels("soak", label), func(ctx context.Context) {
		s.startPlatform()
		defer s.server.Close()

		var (
			workspaces []*soakWorkspace
			group      sync.WaitGroup
		)

		for i := range soakWorkspaces {
			w := s.newWorkspace(i)
			workspaces = append(workspaces, w)

			group.Go(func() {
				for round := 0; goOn(round); round++ {
					w.round(ctx)
				}
			})
		}

		group.Wait()
		s.platform.SetFaults()
		// A deletion that was accepted, and whose wait was interrupted, takes its time.
		// Requests to deployments are older than an hour then.
		s.platform.Clock.Advance(2 * time.Hour)
		s.creating.Lock()
		s.calm = true
		s.setOutcomes()
		s.creating.Unlock()
		s.platform.FinishRouters()
		s.removeAbandoned()

		for _, w := range workspaces {
			group.Go(func() { w.settle(ctx) })
		}

		group.Wait()
		s.checkEverythingIsKnown(workspaces)

		for _, w := range workspaces {
			group.Go(func() { w.destroyAll(ctx) })
		}

		group.Wait()
		s.checkNothingIsLeft()

		if err := s.oracle.Compare(); err != nil {
			s.t.Error(err)
		}
	})
	s.checkGoroutines(label)
	s.checkMemory(before.HeapAlloc)
	s.report()
}

func (s *soak) startPlatform() {
	clock := &providertest.VirtualClock{Current: time.Now()}

	seed := int64(s.seed) //nolint:gosec // A seed may wrap.

	api, err := mockapi.New(mockapi.Options{APIKey: providertest.TestAPIKey, Now: clock.Now, Faults: s.faults,
		Seed: seed, EmitUnpopulated: s.seed%2 == 0})
	if err != nil {
		s.t.Fatal(err)
	}

	api.SetDeletionTime(2 * time.Second)
	api.SetQuota("accounts/demo/quotas/global--b200-count", 100_000)
	api.SetQuota("accounts/demo/quotas/global--h100-count", 100_000)
	api.SetQuota("accounts/demo/quotas/deployed-model-count", 100_000)

	s.server = httptest.NewUnstartedServer(s.oracle.Record(http.HandlerFunc(s.serve)))
	s.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.server.Start()
	s.platform = &providertest.Platform{Server: api, URL: s.server.URL, Clock: clock,
		PlanCheckTimeout: providerdata.PlanCheckTimeout}
}

// pacedClock is a virtual clock whose waits take a moment, so that whoever polls does not keep a processor busy.
type pacedClock struct{ *providertest.VirtualClock }

// Sleep passes the time and takes a millisecond.
func (c pacedClock) Sleep(ctx context.Context, d time.Duration) error {
	if err := (fireworks.SystemClock{}).Sleep(ctx, time.Millisecond); err != nil {
		return err
	}

	return c.VirtualClock.Sleep(ctx, d)
}

// serve lets creations take various times and end in various ways. One creation is accepted at a time, so that its end
// is known to be its own.
func (s *soak) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		s.platform.ServeHTTP(w, r)
		return
	}

	s.creating.Lock()
	defer s.creating.Unlock()

	vanishes := s.setOutcomes()
	if strings.Contains(r.URL.Path, "/trainingSessions/") {
		s.platform.SetPromotionTime(0) // The response of a session waits for the promotion in real time.
	}

	var request struct {
		Promoted string `json:"output_model"`
		Loaded   string `json:"model"`
	}

	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &request)
	}

	if err != nil {
		s.t.Errorf("the body of a request: %v", err)
	}

	model := request.Promoted + request.Loaded
	r.Body = io.NopCloser(bytes.NewReader(body))
	before := s.started(model)
	// After a reset, and in a handler that panics, the rest has to be done all the same.
	defer func() {
		if s.started(model) > before && vanishes {
			s.mu.Lock()
			defer s.mu.Unlock()

			s.vanished[model]++
		}
	}()

	s.platform.ServeHTTP(w, r)
}

// started counts the promotions and the loads of a model.
func (s *soak) started(model string) int {
	return s.platform.PromotionsOf(model) + s.platform.DeployedModelsCreated(model)
}

// setOutcomes lets chance decide how the next creations and updates end, and reports whether a model vanishes again.
func (s *soak) setOutcomes() (vanishes bool) {
	router := mockapi.RouterSucceeds
	promotion, deployment, load, update := mockapi.PromotionSucceeds, mockapi.DeploymentSucceeds, mockapi.DeployedModelSucceeds,
		mockapi.DeploymentSucceeds
	seconds := 0

	if !s.calm {
		seconds = s.random.IntN(8)

		switch chance := s.random.Float64(); {
		case chance < .03:
			promotion, deployment, load = mockapi.PromotionFailsWithoutModel, mockapi.DeploymentFails, mockapi.DeployedModelDisappears
			vanishes, router = true, mockapi.RouterReportsError
		case chance < .05:
			promotion, deployment, load = mockapi.PromotionFailsLeavingModel, mockapi.DeploymentFails, mockapi.DeployedModelFails
		case chance < .07:
			promotion, update, load = mockapi.PromotionLeavesBrokenModel, mockapi.DeploymentFails, mockapi.DeployedModelUnloads
		case chance < .12:
			promotion, update = mockapi.PromotionSucceedsWithoutResponse, mockapi.DeploymentKeepsError
		}
	}

	s.platform.SetPromotionOutcome(promotion)
	s.platform.SetPromotionTime(time.Duration(seconds) * time.Second)
	s.platform.SetDeploymentOutcome(deployment)
	s.platform.SetUpdateOutcome(update)
	s.platform.SetDeploymentTime(time.Duration(seconds) * time.Second)
	s.platform.SetDeployedModelOutcome(load)
	s.platform.SetRouterTime(time.Duration(seconds) * time.Second)
	s.platform.SetRouterOutcome(router)

	return vanishes
}

// creationsOf counts the creations of a resource without those that failed and left nothing: after these another one is
// right.
func (s *soak) creationsOf(r *soakResource) int {
	s.creating.Lock()
	defer s.creating.Unlock()

	s.mu.Lock()
	defer s.mu.Unlock()

	model := fmt.Sprint(r.config["model"])
	if id, isPromotion := r.config["output_model_id"]; isPromotion {
		model = providertest.DemoModels + fmt.Sprint(id)
	}

	return r.kind.creations(s.platform.Server, r.config) - s.vanished[model]
}

// abandon notes an object that a destroy left on the platform.
func (s *soak) abandon(name string) {
	s.count("objects abandoned")

	s.mu.Lock()
	defer s.mu.Unlock()

	s.abandoned[name] = true
}

func (s *soak) count(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.counts[what]++
}

// sampleMemory also empties the mock's log of requests, which would grow for ever.
func (s *soak) sampleMemory() {
	s.platform.ResetRequests()

	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	s.mu.Lock()
	defer s.mu.Unlock()

	s.peak = max(s.peak, now.HeapAlloc)
}

// soakProcess is one process of the provider, whose connections end with it.
type soakProcess struct {
	*providertest.ProtocolServer
	client *fireworks.Client
}

func (s *soak) startProcess(arguments providertest.Values) *soakProcess {
	process := &soakProcess{}

	settings := s.platform.Settings()
	settings.Clock = pacedClock{s.platform.Clock}

	process.ProtocolServer = providertest.NewClosableServer(s.t, settings,
		func(client *fireworks.Client) { process.client = client })
	if diags := process.Configure(s.t.Context(),
		providertest.With(providertest.Values{"base_url": s.platform.URL, "api_key": providertest.TestAPIKey},
			arguments)); len(diags) > 0 {
		s.t.Errorf("configuring the provider: %s", diags)
	}

	return process
}
