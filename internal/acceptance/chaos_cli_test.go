// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
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

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const (
	// chaosStories is the number of stories of a plain test run; their seeds are always the same.
	chaosStories = 10
	// chaosWorkers is how many stories run at a time: they wait most of the time.
	chaosWorkers = 4
	// chaosSettleRuns is how many applies without disturbances a story may need until there is nothing left to do.
	chaosSettleRuns = 5
)

// TestAccChaos tells random stories of day two with the real CLI and the built provider as processes: a configuration
// is applied, edited, renamed, tainted, changed elsewhere and destroyed, while requests fail and processes are
// interrupted and killed. Every apply writes only what its plan showed. In the end the configuration converges, the
// state knows everything that runs, and terraform destroy leaves nothing.
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
	planFile  string
	// fixtures are the names of what exists before the story.
	fixtures []string
	// excused is set when an object may exist that is not in the state: Terraform was killed, or an error said so.
	excused bool
	// trace is what happened, printed if the story fails.
	trace strings.Builder
}

func newChaosStory(t *testing.T, seed uint64, provider string, totals *chaosTotals) *chaosStory {
	t.Helper()

	s := &chaosStory{
		t: t, seed: seed, totals: totals, oracle: &providertest.PlanOracle{},
		random:   rand.New(rand.NewPCG(seed, 0)), //nolint:gosec // Repeatable chance is the point.
		planFile: filepath.Join(t.TempDir(), "chaos.tfplan"),
	}
	duration := func() time.Duration { return time.Duration(s.random.IntN(4)) * 300 * time.Millisecond }
	// The provider compares the times of the platform with its own.
	s.platform = providertest.NewPlatform(t, mockapi.Options{
		Now: time.Now, DeploymentTime: duration(), PromotionTime: duration(), EmitUnpopulated: s.chance(.3),
		ReadyBeforeInference: duration(),
	})
	s.platform.SetRouterTime(duration())
	s.platform.SetDeletionTime(duration())

	s.fixtures = existing(s.platform)

	s.gate = providertest.NewGate(s.platform.Server)
	server := httptest.NewServer(s.oracle.Record(s.gate))
	t.Cleanup(server.Close)

	behind := *s.platform
	behind.URL = server.URL
	s.workspace = behind.NewWorkspace(t, provider, "")
	s.chaosConfig = newChaosConfig(s.random, server.URL)

	return s
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
	s.step("create")

	for range 3 + s.random.IntN(3) {
		change, options := s.randomChange()
		s.step(change, options...)
	}

	s.settle()
	s.checkEverythingIsKnown()

	if out := s.run(false, "-destroy"); out.exitCode != 0 {
		s.fail("terraform destroy ended with %d", out.exitCode)
	}

	if diff := cmp.Diff(s.fixtures, existing(s.platform)); diff != "" {
		s.fail("what existed before the story (-) and exists after destroy (+):\n%s", diff)
	}

	s.totals.add("requests", len(s.platform.Requests()))
	s.totals.add("stories", 1)
}

// step applies a change, and lets something go wrong most of the time.
func (s *chaosStory) step(change string, options ...string) {
	s.t.Helper()
	s.note("\n=== %s %v", change, options)

	kind, _, _ := strings.Cut(change, ":")
	s.totals.add("step: "+kind, 1)

	out := s.run(s.chance(.75), options...)
	s.follow(out)
	s.finishRename()
}

// chaosOutput is what a plan and its apply reported.
type chaosOutput struct {
	exitCode    int
	changes     bool
	diagnostics []chaosDiagnostic
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

	var d providertest.Disturbance
	if disturbed && s.chance(.2) {
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

	planned.changes = planned.exitCode == 2
	if !planned.changes {
		s.undisturb(d)
		return planned
	}

	shown := []byte(s.workspace.ExpectExit(0, "show", "-json", s.planFile))
	if err := s.oracle.Show(shown); err != nil {
		s.fail("written while a plan is shown: %v", err)
	}

	if disturbed && d.Name == "" {
		kinds, err := providertest.ApplyRequests(shown)
		if err != nil {
			s.fail("%v", err)
		}

		d = providertest.RandomDisturbance(s.random, kinds)
		s.disturb(d)
	}

	applied := s.execute(d, slices.Concat([]string{"apply"}, common, []string{s.planFile})...)
	s.totals.add("applies", 1)
	s.undisturb(d)

	if err := s.oracle.Compare(); err != nil {
		s.fail("%v", err)
	}

	// The provider does not see create_before_destroy, with which an object cannot replace one that has its ID.
	createsFirst := slices.ContainsFunc(s.blocks, func(b *chaosBlock) bool { return b.createFirst })
	if applied.exitCode != 0 && !disturbed && !createsFirst && !planned.has("warning") {
		s.fail("a plan without a warning was not applied, although nothing disturbed it")
	}

	applied.diagnostics, applied.changes = append(planned.diagnostics, applied.diagnostics...), true

	return applied
}

// disturb starts a disturbance.
func (s *chaosStory) disturb(d providertest.Disturbance) {
	s.note("%s", d)
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

	s.excused = s.excused || out.exitCode == -1

	return out
}

// parse reads the lines of a command with -json.
func (s *chaosStory) parse(exitCode int, output string) chaosOutput {
	out := chaosOutput{exitCode: exitCode}

	for line := range strings.Lines(output) {
		var message struct {
			Type       string          `json:"type"`
			Diagnostic chaosDiagnostic `json:"diagnostic"`
		}
		if json.Unmarshal([]byte(line), &message) == nil && message.Type == "diagnostic" &&
			message.Diagnostic.Summary != "Provider development overrides are in effect" {
			out.diagnostics = append(out.diagnostics, message.Diagnostic)
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
