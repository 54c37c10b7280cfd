// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const (
	// chaosStories is the number of stories of a plain test run; their seeds are always the same.
	chaosStories = 4
	// chaosWorkers is how many stories run at a time: they wait most of the time.
	chaosWorkers = 4
	// chaosSettleRuns is how many applies without disturbances a story may need until there is nothing left to do, and
	// how many terraform destroy until nothing is left.
	chaosSettleRuns = 8
)

// TestAccChaos tells random stories of day two with the real CLI and the built provider as processes: a configuration
// is applied, edited, protected, renamed, tainted, changed elsewhere and destroyed, while requests, creations and
// rollouts fail, lists lag, processes are interrupted and killed, and another workspace wants the same objects. Every
// apply writes only what its plan showed, and does what deletion_policy and soft_delete say. What an error advises
// works. In the end the configuration converges, the state knows everything that runs, and terraform destroy leaves
// nothing but what it showed as abandoned.
//
// CHAOS_STORIES is the number of stories, CHAOS_DURATION replaces it by a time, and CHAOS_SEED is the seed of the first
// story, whose successors have the next ones.
func TestAccChaos(t *testing.T) {
	t.Parallel()
	providertest.SkipUnlessAcc(t)
	providertest.SkipWithOpenTofu(t, providertest.StaysDeposed)

	first, goOn := chaosPlan(t)
	provider := providertest.BuildProvider(t)
	totals := &chaosTotals{counts: map[string]int{}}
	start := time.Now()

	var (
		group sync.WaitGroup
		next  atomic.Uint64
	)

	//nolint:paralleltest // The workers run stories in parallel, more than there are processors.
	for range chaosWorkers {
		group.Go(func() {
			for told := next.Add(1) - 1; goOn(told); told = next.Add(1) - 1 {
				seed := first + told
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
					newChaosStory(t, seed, provider, totals).tell()
				})
			}
		})
	}

	group.Wait()
	t.Logf("seeds from %d, %s\n%s", first, time.Since(start).Round(time.Second), totals)
}

// chaosPlan returns the seed of the first story, and whether to tell another one after a number of them.
func chaosPlan(t *testing.T) (first uint64, goOn func(told uint64) bool) {
	t.Helper()

	number := func(name string, otherwise uint64) uint64 {
		text := os.Getenv(name)
		if text == "" {
			return otherwise
		}

		value, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}

		return value
	}
	stories := number("CHAOS_STORIES", chaosStories)
	first = number("CHAOS_SEED", 1)

	if text := os.Getenv("CHAOS_DURATION"); text != "" {
		duration, err := time.ParseDuration(text)
		if err != nil {
			t.Fatalf("CHAOS_DURATION: %v", err)
		}

		end := time.Now().Add(duration)

		return first, func(uint64) bool { return time.Now().Before(end) }
	}

	return first, func(told uint64) bool { return told < stories }
}

// chaosTotals counts what all stories did.
type chaosTotals struct {
	mu     sync.Mutex
	counts map[string]int
}

func (c *chaosTotals) add(what string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.counts[what] += n
}

func (c *chaosTotals) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()

	var text strings.Builder
	for _, what := range slices.Sorted(maps.Keys(c.counts)) {
		fmt.Fprintf(&text, "%8d  %s\n", c.counts[what], what)
	}

	return text.String()
}

// chaosStory is a workspace on a platform of its own.
type chaosStory struct {
	*chaosConfig
	t         *testing.T
	seed      uint64
	random    *rand.Rand
	platform  *providertest.Platform
	workspace *providertest.Workspace
	gate      *providertest.Gate
	oracle    *providertest.PlanOracle
	totals    *chaosTotals
	provider  string
	planFile  string
	// disturbance is that of the next step, which otherwise has a random one or none; races is whether another
	// workspace applies the same configuration meanwhile, and advised the options that the last step advises.
	disturbance providertest.Disturbance
	races       bool
	advised     []string
	// destroyOptions are those of the next destroy in the end.
	destroyOptions []string
	// rival is another workspace that applies during the step, and rivals are those that are not destroyed yet.
	rival  *chaosRival
	rivals []*chaosRival
	// listsLag is whether the lists of the platform show changes late.
	listsLag bool
	// fixtures are the names of what exists before the story.
	fixtures []string
	// left are objects that the story left on the platform, as a plan showed; orphans are objects that may be in no
	// state because Terraform was killed, or an error said so.
	left, orphans map[string]bool
	// trace is what happened, printed if the story fails.
	trace strings.Builder
}

func newChaosStory(t *testing.T, seed uint64, provider string, totals *chaosTotals) *chaosStory {
	t.Helper()

	s := &chaosStory{
		t: t, seed: seed, totals: totals, oracle: &providertest.PlanOracle{}, provider: provider,
		random:   rand.New(rand.NewPCG(seed, 0)), //nolint:gosec // Repeatable chance is the point.
		planFile: filepath.Join(t.TempDir(), "chaos.tfplan"), left: map[string]bool{}, orphans: map[string]bool{},
	}
	duration := func() time.Duration { return time.Duration(s.random.IntN(4)) * 300 * time.Millisecond }
	// The provider compares the times of the platform with its own.
	s.platform = providertest.NewPlatform(t, mockapi.Options{
		Now: time.Now, DeploymentTime: duration(), PromotionTime: duration(), EmitUnpopulated: s.chance(.3),
		ReadyBeforeInference: duration(),
	})
	s.platform.SetRouterTime(duration())
	s.platform.SetDeletionTime(duration())

	if s.chance(.5) {
		s.listsLag = true
		s.platform.SetListLag(duration(), 1+s.random.IntN(3))
		s.totals.add("lists lag", 1)
	}

	s.fixtures = existing(s.platform)

	s.gate = providertest.NewGate(s.platform.Server)
	url := ""
	s.workspace, url = s.newWorkspace(s.oracle.Record(s.gate))
	s.chaosConfig = newChaosConfig(s.random, url)

	return s
}

// newWorkspace returns an empty workspace that uses the platform through the handler, and the URL of that.
func (s *chaosStory) newWorkspace(handler http.Handler) (*providertest.Workspace, string) {
	server := httptest.NewServer(handler)
	s.t.Cleanup(server.Close)

	behind := *s.platform
	behind.URL = server.URL

	return behind.NewWorkspace(s.t, s.provider, ""), server.URL
}

func (s *chaosStory) chance(p float64) bool { return s.random.Float64() < p }

func (s *chaosStory) note(format string, arguments ...any) {
	fmt.Fprintf(&s.trace, format+"\n", arguments...)
}

// fail ends the story.
func (s *chaosStory) fail(format string, arguments ...any) {
	s.t.Helper()

	var writes strings.Builder

	for _, r := range s.platform.Requests() {
		if r.Method != "GET" && r.Query.Get("validateOnly") != "true" {
			fmt.Fprintf(&writes, "%s %s?%s %s: %d\n", r.Method, r.Path, r.RawQuery, r.Body, r.Status)
		}
	}

	s.t.Fatalf("seed %d: %s\n\nRepeat it with: make chaos CHAOS_SEED=%d CHAOS_STORIES=1\n\n%s\nrequests that write:\n%s",
		s.seed, fmt.Sprintf(format, arguments...), s.seed, s.trace.String(), writes.String())
}

// tell tells the story from the first apply to the last destroy.
func (s *chaosStory) tell() {
	s.t.Helper()

	s.races = s.chance(.12)
	s.step("create")

	for range 3 + s.random.IntN(3) {
		change, options := s.randomChange()
		s.step(change, options...)
	}

	s.settle()
	s.checkEverythingIsKnown()
	s.destroy()

	s.totals.add("requests", len(s.platform.Requests()))
	s.totals.add("stories", 1)
}

// step applies a change, and lets something go wrong most of the time.
func (s *chaosStory) step(change string, options ...string) {
	s.t.Helper()
	s.note("\n=== %s %v", change, options)

	kind, _, _ := strings.Cut(change, ":")
	s.totals.add("step: "+kind, 1)

	if s.races {
		s.startRace()
	}

	out := s.run(s.chance(.75), slices.Concat(options, s.advised)...)

	out.mayLose, out.raced = s.endRace() || out.mayLose, s.races
	s.races = false
	s.checkNothingIsLost(out)

	// A user may give up a destroy that is refused.
	if slices.Contains(options, "-destroy") && s.chance(.5) {
		clear(s.imports)
	} else {
		s.follow(out)
	}

	s.finishRename()
}

// chaosOutput is what a plan and its apply reported.
type chaosOutput struct {
	exitCode    int
	changes     bool
	diagnostics []chaosDiagnostic
	// mayLose is set if an object may exist that the state does not know: Terraform was killed, or an error says so;
	// raced if another workspace applied as well.
	mayLose, raced bool
	// destroys is set if the plan was that of a destroy.
	destroys bool
}

type chaosDiagnostic struct {
	providertest.CLIDiagnostic
	Address string `json:"address"`
}

func (o chaosOutput) has(severity string) bool {
	return slices.ContainsFunc(o.diagnostics, func(d chaosDiagnostic) bool { return d.Severity == severity })
}

// run is a plan, and an apply of what it showed, under a random disturbance.
func (s *chaosStory) run(disturbed bool, options ...string) chaosOutput {
	s.t.Helper()
	s.workspace.Write("main.tf", s.render())

	d := s.disturbance
	s.disturbance = providertest.Disturbance{}

	if disturbed && d.Name == "" && s.chance(.2) {
		d = providertest.RandomFault(s.random, providertest.PlanRequests())
		s.disturb(d)
	}

	common := []string{"-input=false", "-json", s.parallelism}
	arguments := slices.Concat([]string{"plan", "-detailed-exitcode", "-out=" + s.planFile}, common, options)
	planned := s.execute(providertest.Disturbance{}, arguments...)
	s.totals.add("plans", 1)

	if err := s.oracle.Compare(); err != nil {
		s.fail("written during a plan: %v", err)
	}

	planned.changes, planned.destroys = planned.exitCode == 2, slices.Contains(options, "-destroy")
	if !planned.changes {
		s.undisturb(d)
		return planned
	}

	shown, objects := s.showPlan()

	switch {
	case len(d.Outcomes) > 0:
		s.disturb(d)
	case disturbed && d.Name == "":
		kinds, err := providertest.ApplyRequests(shown)
		if err != nil {
			s.fail("%v", err)
		}

		d = providertest.RandomDisturbance(s.random, kinds)
		s.disturb(d)
	}

	failedBefore := s.failedRollouts()

	if s.rival != nil {
		s.rival.apply()
	}

	applied := s.execute(d, slices.Concat([]string{"apply"}, common, []string{s.planFile})...)
	s.totals.add("applies", 1)
	s.undisturb(d)

	if err := s.oracle.Compare(); err != nil {
		s.fail("%v", err)
	}

	s.checkKept(objects)

	if applied.exitCode == 0 && d.Signal == 0 {
		s.checkUsable(objects, failedBefore)
	}

	if calm := !disturbed && d.Name == "" && !s.races; applied.exitCode != 0 && calm && !planned.has("warning") {
		s.checkRefusal(applied)
	}

	applied.diagnostics, applied.changes = append(planned.diagnostics, applied.diagnostics...), true
	applied.destroys = planned.destroys

	return applied
}

// showPlan returns what the plan shows, which destroys nothing that is protected.
func (s *chaosStory) showPlan() (shown []byte, objects []providertest.ShownObject) {
	s.t.Helper()

	shown = []byte(s.workspace.ExpectExit(0, "show", "-json", s.planFile))
	if err := s.oracle.Show(shown); err != nil {
		s.fail("written while a plan is shown: %v", err)
	}

	objects, err := providertest.ShownObjects(shown)
	if err != nil {
		s.fail("%v", err)
	}

	for _, o := range objects {
		if o.Destroys && o.WasUsable && o.DeletionPolicy == lifecycle.DeletionPolicyPrevent {
			s.fail("the plan destroys %s, which is protected", o.Name)
		}
	}

	return shown, objects
}

// disturb starts a disturbance.
func (s *chaosStory) disturb(d providertest.Disturbance) {
	s.note("%s", d)
	s.totals.add("disturbed: "+d.Name, 1)
	s.platform.SetFaults(d.Faults...)
	s.platform.SetOutcomes(d.Outcomes...)
}

// undisturb ends a disturbance.
func (s *chaosStory) undisturb(d providertest.Disturbance) {
	for i, n := range s.platform.FaultCounts() {
		if i < len(d.Faults) && n > 0 {
			s.totals.add("faults: "+d.Name, n)
		}
	}

	s.platform.SetFaults()
	s.platform.SetOutcomes()
}

// execute runs a command, which the disturbance may interrupt or kill.
func (s *chaosStory) execute(d providertest.Disturbance, arguments ...string) chaosOutput {
	s.t.Helper()

	reached := s.gate.Arm(d)
	process := s.workspace.Start(arguments...)
	ended := make(chan chaosOutput)

	go func() {
		exitCode, output := process.Wait()
		ended <- s.parse(exitCode, output)
	}()

	var out chaosOutput

	select {
	case out = <-ended:
	case <-reached:
		process.Signal(d.Signal)
		s.totals.add("signals: "+d.Signal.String(), 1)

		if d.Signal == syscall.SIGINT {
			time.AfterFunc(200*time.Millisecond, s.gate.Release)
		}

		out = <-ended
	}

	s.gate.Disarm()
	s.noteOutput(arguments, out)

	if out.exitCode == -1 && d.Signal != syscall.SIGKILL {
		s.fail("terraform %s did not end", arguments[0])
	}

	return out
}

// parse reads the lines of a command with -json.
func (s *chaosStory) parse(exitCode int, output string) chaosOutput {
	out := chaosOutput{exitCode: exitCode, mayLose: exitCode == -1}

	for line := range strings.Lines(output) {
		var message struct {
			Type       string          `json:"type"`
			Diagnostic chaosDiagnostic `json:"diagnostic"`
		}
		if json.Unmarshal([]byte(line), &message) == nil && message.Type == "diagnostic" &&
			message.Diagnostic.Summary != "Provider development overrides are in effect" {
			out.diagnostics = append(out.diagnostics, message.Diagnostic)
			out.mayLose = out.mayLose || slices.Contains(chaosReports, message.Diagnostic.Summary)
		}
	}

	return out
}

// noteOutput notes how a command ended, and finds texts that no user should read.
func (s *chaosStory) noteOutput(arguments []string, out chaosOutput) {
	s.t.Helper()
	s.note("terraform %s: %d", arguments[0], out.exitCode)

	unfit := ""

	for _, d := range out.diagnostics {
		s.note("    %s: %s: %s", d.Severity, d.Address, d.Summary)

		if d.Severity == "error" {
			s.note("        %s", strings.ReplaceAll(d.Detail, "\n", "\n        "))
		}

		for _, text := range []string{"inconsistent", "bug in the provider", "panic", "runtime error", "%!",
			"did not respond", "Unexpected Identity", "context canceled"} {
			if strings.Contains(d.Summary+d.Detail, text) {
				unfit = text
			}
		}
	}

	if unfit != "" {
		s.fail("a diagnostic contains %q", unfit)
	}
}
