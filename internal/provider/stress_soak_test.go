package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const (
	soakWorkspaces = 6
	soakResources  = 4
	soakShortRound = 4
	// soakMaxHeap is what the live heap may reach: several answers of 16 MiB may be under way at a time.
	soakMaxHeap = 768 << 20
	// soakHeapLeft is what may be left of it at the end.
	soakHeapLeft = 64 << 20
)

// TestSoak promotes, reads, changes, deletes, imports and interrupts many models at a time while a tenth of all requests fail,
// and checks afterwards that nothing was lost, doubled or left behind. SOAK_DURATION makes it long, SOAK_SEED repeats a run.
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

	seed := rand.Uint64N(1_000_000) //nolint:gosec // a seed to repeat is no secret
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
	platform *platform
	server   *httptest.Server
	faults   []mockapi.Fault
	// alone tells that no other test uses memory.
	alone bool

	// promoting guards the fields of serve.
	promoting sync.Mutex
	random    *rand.Rand
	// kind ends the time of failing promotions.
	kind bool

	mu       sync.Mutex
	vanished map[string]int
	counts   map[string]int
	acted    map[string]int
	peak     uint64
}

func newSoak(t *testing.T, seed uint64) *soak {
	t.Helper()

	return &soak{
		t: t, seed: seed, faults: soakFaults(), counts: map[string]int{}, acted: map[string]int{}, vanished: map[string]int{},
		random: rand.New(rand.NewPCG(seed, 0)), //nolint:gosec // Repeatable chance is the point.
	}
}

// soakFaults are the faults that strike at random. None of them is a server that lies about what exists: no provider can see through that.
func soakFaults() []mockapi.Fault {
	status := func(status int, probability float64, headers map[string]string) mockapi.Fault {
		return mockapi.Fault{Kind: mockapi.FaultStatus, Status: status, Headers: headers, Probability: probability}
	}

	faults := []mockapi.Fault{
		{
			Kind: mockapi.FaultStatus, Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "0"},
			// Without a usable Retry-After, the code 8 of the default body would mean that a quota is exceeded.
			Body: `{"code":14,"message":"too many requests"}`, Probability: .004,
		},
		status(http.StatusTooManyRequests, .001, map[string]string{"Retry-After": "1"}),
		status(http.StatusInternalServerError, .006, nil), status(http.StatusServiceUnavailable, .006, nil),
		status(http.StatusRequestTimeout, .003, nil), status(http.StatusUnauthorized, .002, nil), status(http.StatusForbidden, .002, nil),
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
		mockapi.FaultResetBefore, mockapi.FaultResetAfter, mockapi.FaultTruncated, mockapi.FaultGarbage, mockapi.FaultHTML,
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
		s.keepFaultCounts()
		s.platform.SetFaults()
		// A deletion that was accepted, and whose wait was interrupted, takes its time.
		s.platform.clock.advance(time.Minute)
		s.promoting.Lock()
		s.kind = true
		s.promoting.Unlock()

		for _, w := range workspaces {
			group.Go(func() { w.settle(ctx) })
		}

		group.Wait()
		s.checkEverythingIsKnown(workspaces)
	})
	s.checkGoroutines(label)
	s.checkMemory(before.HeapAlloc)
	s.report()
}

func (s *soak) startPlatform() {
	clock := &virtualClock{now: time.Now()}

	api, err := mockapi.New(
		mockapi.Options{APIKey: testAPIKey, Now: clock.Now, Faults: s.faults, Seed: int64(s.seed)},
	)
	if err != nil {
		s.t.Fatal(err)
	}

	api.SetDeletionTime(2 * time.Second)

	s.server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.server.Start()
	s.platform = &platform{Server: api, URL: s.server.URL, clock: clock, planCheckTimeout: planCheckTimeout}
}

// pacedClock is a virtual clock whose waits take a moment, so that whoever polls does not keep a processor busy.
type pacedClock struct{ *virtualClock }

// Sleep passes the time and takes a millisecond.
func (c pacedClock) Sleep(ctx context.Context, d time.Duration) error {
	if err := (fireworks.SystemClock{}).Sleep(ctx, time.Millisecond); err != nil {
		return err
	}

	return c.virtualClock.Sleep(ctx, d)
}

// serve lets promotions take various times and end in various ways. One promotion is accepted at a time, so that its end is known to be its own.
func (s *soak) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		s.platform.ServeHTTP(w, r)
		return
	}

	s.promoting.Lock()
	defer s.promoting.Unlock()

	chance, seconds := s.random.Float64(), s.random.IntN(8)
	outcome := mockapi.PromotionSucceeds

	switch {
	case s.kind:
	case chance < .03:
		outcome = mockapi.PromotionFailsWithoutModel
	case chance < .05:
		outcome = mockapi.PromotionFailsLeavingModel
	case chance < .07:
		outcome = mockapi.PromotionLeavesBrokenModel
	case chance < .12:
		outcome = mockapi.PromotionSucceedsWithoutResponse
	}

	if s.kind || strings.Contains(r.URL.Path, "/trainingSessions/") {
		seconds = 0 // The answer to those of sessions waits for the end, by the clock of the machine.
	}

	s.platform.SetPromotionOutcome(outcome)
	s.platform.SetPromotionTime(time.Duration(seconds) * time.Second)

	var asked struct {
		Model string `json:"output_model"`
	}

	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &asked)
	}

	if err != nil {
		s.t.Errorf("the body of a promotion: %v", err)
	}

	r.Body = io.NopCloser(bytes.NewReader(body))
	before := s.platform.PromotionsOf(asked.Model)
	// After a reset, and in a handler that panics, the rest has to be done all the same.
	defer func() {
		if s.platform.PromotionsOf(asked.Model) > before && outcome == mockapi.PromotionFailsWithoutModel {
			s.mu.Lock()
			defer s.mu.Unlock()

			s.vanished[asked.Model]++
		}
	}()

	s.platform.ServeHTTP(w, r)
}

// promotionsOf counts the promotions of a model without those that failed and left nothing: after these another one is right.
func (s *soak) promotionsOf(model string) int {
	s.promoting.Lock()
	defer s.promoting.Unlock()

	s.mu.Lock()
	defer s.mu.Unlock()

	return s.platform.PromotionsOf(model) - s.vanished[model]
}

func (s *soak) count(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.counts[what]++
}

func (s *soak) keepFaultCounts() {
	for i, n := range s.platform.FaultCounts() {
		fault := s.faults[i]

		name := string(fault.Kind)
		if fault.Status != 0 {
			name += " " + strconv.Itoa(fault.Status)
		}

		s.acted[name] += n
	}
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
	*protocolServer
	client *fireworks.Client
}

// soakProvider lets a process be ended.
type soakProvider struct {
	*fireworksProvider
	process *soakProcess
}

// Configure remembers the client.
func (p soakProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	p.fireworksProvider.Configure(ctx, req, resp)

	if data, ok := resp.ResourceData.(*providerData); ok {
		p.process.client = data.client
	}
}

func (s *soak) startProcess(arguments values) *soakProcess {
	process := &soakProcess{}

	inner, ok := s.platform.provider().(*fireworksProvider)
	if !ok {
		s.t.Fatal("the provider is of another type")
	}

	inner.clock = pacedClock{s.platform.clock}

	process.protocolServer = newProtocolServer(s.t, soakProvider{inner, process})
	if diags := process.Configure(s.t.Context(), with(values{"base_url": s.platform.URL, "api_key": testAPIKey}, arguments)); len(diags) > 0 {
		s.t.Errorf("configuring the provider: %s", diags)
	}

	return process
}

// soakWorkspace is one root module: in each round its resources are planned by one process and applied by another, all at a time.
type soakWorkspace struct {
	*soak
	resources []*soakResource
}

func (s *soak) newWorkspace(number int) *soakWorkspace {
	w := &soakWorkspace{soak: s}
	for i := range soakResources {
		w.resources = append(w.resources, &soakResource{
			soak: s, place: fmt.Sprintf("w%d-r%d", number, i),
			random: rand.New(rand.NewPCG(s.seed, uint64(100*number+i+1))), //nolint:gosec // Repeatable chance is the point.
		})
	}

	return w
}

func (w *soakWorkspace) round(ctx context.Context) {
	w.together(values{"max_retries": 3, "request_timeout": "500ms"}, func(r *soakResource, models lifecycle) { r.step(ctx, models) })
	w.sampleMemory()
}

// together lets all resources do something at a time, in the same two processes.
func (w *soakWorkspace) together(arguments values, do func(*soakResource, lifecycle)) {
	planner, applier := w.startProcess(arguments), w.startProcess(arguments)
	defer planner.client.Close()
	defer applier.client.Close()

	var group sync.WaitGroup
	for _, r := range w.resources {
		group.Go(func() {
			processes := []*protocolServer{planner.protocolServer, applier.protocolServer}

			do(r, lifecycle{typeName: promotedModelType, start: func() *protocolServer {
				next := processes[0]
				processes = append(processes[1:], next)

				return next
			}})
		})
	}

	group.Wait()
}

// settleRuns is how many runs a resource may need, without faults, until there is nothing left to do.
const settleRuns = 6

// settle lets every resource arrive at its configuration.
func (w *soakWorkspace) settle(ctx context.Context) {
	for range settleRuns {
		w.together(nil, func(r *soakResource, models lifecycle) {
			if r.config == nil || r.settled {
				return
			}
			// Longer than under faults: now every promotion ends.
			r.config["timeouts"] = values{"create": "20s"}
			// A model that is not usable is replaced only when the user says so, as the error tells.
			unusable := slices.ContainsFunc(r.last.Diagnostics, func(d diagnostic) bool { return d.Summary == summaryModelUnusable })
			got := r.run(ctx, "settle", models, r.config, runOptions{Replace: unusable})
			r.settled = got.Action == actionNone && len(got.Diagnostics) == 0
			r.last = got
		})
	}

	for _, r := range w.resources {
		if r.config != nil && !r.settled {
			w.t.Errorf("%s did not arrive at its configuration; the last run was %s:\n%s", r.place, r.last.Action, r.last.Diagnostics)
		}
	}
}

// soakResource is one resource in a configuration and a state.
type soakResource struct {
	*soak
	place  string
	random *rand.Rand

	serial  int
	config  values
	current instance
	// reported tells that a run said that there may be a model which the state does not hold.
	reported bool
	settled  bool
	last     run
}

func (r *soakResource) name() string { return demoModels + fmt.Sprint(r.config["output_model_id"]) }

// step does one thing to the resource that a user or a pipeline may do.
func (r *soakResource) step(ctx context.Context, models lifecycle) {
	chance := r.random.Float64()
	switch {
	case r.config == nil:
		r.serial++
		r.config = modelConfig(fmt.Sprintf("soak-%d-%s-%d", r.seed, r.place, r.serial))
		r.config["checkpoint_name"] = r.oneOf(fullCheckpoint, loraCheckpoint, sessionCheckpoint)
		r.config["timeouts"] = values{"create": "5s"}
		r.relabel()
		r.interruptible(ctx, "create", models, r.config, runOptions{CreateBeforeDestroy: chance < .1})
	case r.current.State == nil:
		r.interruptible(ctx, "create again", models, r.config, runOptions{})
	case r.current.Tainted && chance < .5:
		r.current.Tainted = false
		r.interruptible(ctx, "untaint", models, r.config, runOptions{})
	case chance < .25:
		r.relabel()
		r.interruptible(ctx, "update", models, r.config, runOptions{NoRefresh: chance < .03})
	case chance < .40:
		r.interruptible(ctx, "destroy", models, nil, runOptions{})

		if r.current.State == nil {
			r.config = nil
		}
	case chance < .50:
		r.config["checkpoint_name"] = r.oneOf(fullCheckpoint, loraCheckpoint, sessionCheckpoint)
		r.interruptible(ctx, "replace", models, r.config, runOptions{Replace: chance < .43})
	case chance < .60:
		r.current, r.reported = instance{}, true
		r.importModel(ctx, models)
	case chance < .70:
		r.readData(ctx, models)
	case chance < .80:
		r.interruptible(ctx, "plan", models, r.config, runOptions{PlanOnly: true})
	default:
		r.interruptible(ctx, "run again", models, r.config, runOptions{})
	}
}

func (r *soakResource) oneOf(texts ...string) string { return texts[r.random.IntN(len(texts))] }

func (r *soakResource) relabel() {
	for _, name := range []string{"display_name", "description"} {
		switch r.random.IntN(4) {
		case 0:
			delete(r.config, name)
		case 1:
			r.config[name] = ""
		default:
			r.config[name] = fmt.Sprintf("%s %d", name, r.random.IntN(1000))
		}
	}

	r.config["public"] = r.random.IntN(2) == 0
}

// interruptible is run, and sometimes an interrupt comes in between.
func (r *soakResource) interruptible(ctx context.Context, what string, models lifecycle, config values, options runOptions) {
	if r.random.IntN(12) == 0 {
		var cancel context.CancelFunc

		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		defer time.AfterFunc(time.Duration(r.random.IntN(120))*time.Millisecond, cancel).Stop()

		r.count("interrupts")
	}

	r.run(ctx, what, models, config, options)
}

// run is one run of Terraform, and what must be true after any run.
func (r *soakResource) run(ctx context.Context, what string, models lifecycle, config values, options runOptions) run {
	name := r.name()
	before := r.promotionsOf(name)
	got := models.Run(ctx, &r.current, config, options)
	r.count(what)

	if len(got.Diagnostics.Errors()) > 0 {
		r.count("runs with an error")
	}

	if promoted := r.promotionsOf(name) - before; promoted > 1 {
		r.t.Errorf("%s, %s: %d promotions of %s in one run", r.place, what, promoted, name)
	} else if promoted == 1 && (got.Action == actionUpdate || got.Action == actionNone || got.Action == actionDelete) {
		r.t.Errorf("%s, %s: a promotion of %s in a run whose action is %q:\n%s", r.place, what, name, got.Action, got.Diagnostics)
	}

	r.checkClear(what, got)

	exists := false
	for _, d := range got.Diagnostics.Errors() {
		exists = exists || d.Summary == summaryModelExists
		if slices.Contains(reportsOfAModel, d.Summary) {
			r.reported = true
		}
	}

	switch _, there := r.platform.Model(name); {
	case r.current.State != nil:
		r.reported = false
	case there && !r.reported:
		r.t.Errorf(
			"%s, %s: %s exists, the state does not know it, and no run said so; the last one said:\n%s",
			r.place,
			what,
			name,
			got.Diagnostics,
		)
	case there && exists && config != nil:
		r.importModel(ctx, models)
	}

	return got
}

// reportsOfAModel are the errors that tell of a model which may exist and is not in the state.
var reportsOfAModel = []string{summaryModelExists, summaryPromotionOutcomeLost, summaryInterruptedBefore, summaryTimedOutBefore}

// checkClear checks that every diagnostic is one for people.
func (r *soakResource) checkClear(what string, got run) {
	for _, d := range got.Diagnostics {
		r.count(d.Severity + " " + d.Summary)

		if problem := unclear(d); problem != "" {
			r.t.Errorf("%s, %s: %s: %s", r.place, what, problem, d)
		}
	}
}

// unclear tells what makes a diagnostic unfit for people.
func unclear(d diagnostic) string {
	switch {
	case d.Summary == "" || strings.TrimSpace(d.Detail) == "":
		return "without words"
	case len(d.Detail) > 8<<10:
		return "too long"
	case strings.Contains(d.Detail, testAPIKey):
		return "shows the key"
	}

	for _, word := range []string{"%!", "context canceled", "context deadline exceeded", "runtime error", "0xc0"} {
		if strings.Contains(d.Detail, word) {
			return "speaks Go (" + word + ")"
		}
	}

	return ""
}

// importModel takes the model over, as an import block does: an import, a refresh, and from then on plain runs.
func (r *soakResource) importModel(ctx context.Context, models lifecycle) {
	r.count("import")

	process := models.start()

	id := r.name()
	if r.random.IntN(2) == 0 {
		id = fmt.Sprint(r.config["output_model_id"])
	}

	imported := process.Import(ctx, promotedModelType, id, nil)
	if len(imported.Diagnostics.Errors()) == 0 {
		imported = process.Read(ctx, promotedModelType, imported.stored)
	}

	r.checkClear("import", run{Diagnostics: imported.Diagnostics})

	if len(imported.Diagnostics.Errors()) > 0 || imported.State == nil {
		return
	}

	r.current, r.reported = instance{stored: imported.stored}, false
}

// readData reads a data source, whose answer has to be whole or an error.
func (r *soakResource) readData(ctx context.Context, models lifecycle) {
	process := models.start()

	if r.random.IntN(2) == 0 {
		r.count("read of a training shape")

		_, found := readData(ctx, process, "fireworks_training_shape", values{"shape_id": "accounts/fireworks/trainingShapes/qwen3-8b-128k"})
		r.checkClear("read", run{Diagnostics: found})

		return
	}

	r.count("read of checkpoints")
	data, found := readData(ctx, process, "fireworks_checkpoints", values{"job_id": "big-run", "page_size": 20 + r.random.IntN(50)})
	r.checkClear("read", run{Diagnostics: found})

	if rows, _ := data["checkpoints"].([]any); len(found.Errors()) == 0 && len(rows) != 250 {
		r.t.Errorf("%s: %d checkpoints read without an error, want 250", r.place, len(rows))
	}
}

// readData reads a data source.
func readData(ctx context.Context, s *protocolServer, typeName string, config values) (values, diagnostics) {
	s.t.Helper()
	schemas, err := s.server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	s.must("GetProviderSchema", err)

	typ := schemas.DataSourceSchemas[typeName].ValueType()
	answer, err := s.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: s.dynamic(typ, config)})
	s.must("ReadDataSource", err)

	return s.plain(typ, answer.State), decodeDiagnostics(answer.Diagnostics)
}

// checkEverythingIsKnown refreshes every resource without faults and compares states and platform, both ways.
func (s *soak) checkEverythingIsKnown(workspaces []*soakWorkspace) {
	known := map[string]string{}

	for _, w := range workspaces {
		w.together(nil, func(r *soakResource, models lifecycle) {
			if r.current.State == nil {
				return
			}

			read := models.start().Read(s.t.Context(), promotedModelType, r.current.stored)

			model, ok := s.platform.Model(r.name())
			if !ok || read.State == nil || len(read.Diagnostics) > 0 {
				s.t.Errorf("%s: %s is lost: on the platform %t, in the state %t\n%s", r.place, r.name(), ok, read.State != nil, read.Diagnostics)
				return
			}

			for _, difference := range differencesFromTruth(read.State, model) {
				s.t.Errorf("%s: %s", r.place, difference)
			}

			s.count("models compared with the platform")
		})

		for _, r := range w.resources {
			if r.current.State != nil {
				known[r.name()] = r.place
			}
		}
	}

	for _, model := range s.platform.createdModels() {
		if known[model.Name] == "" {
			s.t.Errorf("%s is on the platform and in no state", model.Name)
		}
	}
}

// differencesFromTruth compares a state with what the platform has.
func differencesFromTruth(state values, model mockapi.Model) []string {
	text := func(s string) any {
		if s == "" {
			return nil
		}

		return s
	}

	truth := values{
		"id": model.Name, "name": model.Name, "account_id": "demo", "state": text(model.State), "kind": text(model.Kind), "public": model.Public,
		"display_name": text(model.DisplayName), "description": text(model.Description),
		"create_time": text(model.CreateTime), "update_time": text(model.UpdateTime), "context_length": nil, "peft_details": nil,
	}
	if model.ContextLength != 0 {
		truth["context_length"] = int64(model.ContextLength)
	}

	if details := model.PeftDetails; details != nil {
		modules := []any{}
		for _, module := range details.TargetModules {
			modules = append(modules, module)
		}

		peft := values{
			"base_model":      text(details.BaseModel),
			"base_model_type": text(details.BaseModelType),
			"r":               int64(details.R),
			"target_modules":  nil,
		}
		if len(modules) > 0 {
			peft["target_modules"] = modules
		}

		truth["peft_details"] = peft
	}

	var differences []string

	for _, name := range slices.Sorted(maps.Keys(truth)) {
		// A label that the configuration clears is "" in the state, and nothing on the platform.
		if got := state[name]; !equal(got, truth[name]) && (got != "" || truth[name] != nil) {
			differences = append(
				differences,
				fmt.Sprintf("%s of %s is %#v in the state and %#v on the platform", name, model.Name, got, truth[name]),
			)
		}
	}

	return differences
}

// checkGoroutines finds goroutines that the soak began and that are still there: they carry its label.
func (s *soak) checkGoroutines(label string) {
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()

	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()

	for {
		left := goroutinesLabelled(label)
		if len(left) == 0 {
			return
		}

		select {
		case <-again.C:
		case <-deadline.C:
			s.t.Errorf("%d groups of goroutines are left:\n%s", len(left), strings.Join(left, "\n\n"))
			return
		}
	}
}

func goroutinesLabelled(label string) []string {
	var profile strings.Builder

	_ = pprof.Lookup("goroutine").WriteTo(&profile, 1)

	return slices.DeleteFunc(strings.Split(profile.String(), "\n\n"), func(group string) bool {
		return !strings.Contains(group, fmt.Sprintf("%q:%q", "soak", label))
	})
}

func (s *soak) checkMemory(before uint64) {
	if !s.alone {
		return
	}

	runtime.GC()

	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	s.t.Logf("heap: %d MiB at the most, %d MiB before, %d MiB after", s.peak>>20, before>>20, after.HeapAlloc>>20)

	if s.peak > soakMaxHeap || after.HeapAlloc > before+soakHeapLeft {
		s.t.Error("that is more than it may be")
	}
}

func (s *soak) report() {
	var text strings.Builder
	fmt.Fprintf(&text, "seed %d: %d promotions", s.seed, s.platform.Promotions())

	for title, counts := range map[string]map[string]int{"what was done, and what was said": s.counts, "faults that struck": s.acted} {
		total := 0

		fmt.Fprintf(&text, "\n\n%s:", title)

		for _, name := range slices.Sorted(maps.Keys(counts)) {
			fmt.Fprintf(&text, "\n%8d  %s", counts[name], name)
			total += counts[name]
		}

		fmt.Fprintf(&text, "\n%8d  in all", total)
	}

	s.t.Log(text.String())
}
