// SPDX-License-Identifier: MPL-2.0

//go:build unix

package providertest

import (
	"bufio"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// PlanOutcome is what users and scripts see of a plan.
type PlanOutcome struct {
	ExitCode int
	// Actions are the planned actions, such as "fireworks_deployment.chat: replace", sorted; none if the plan failed,
	// because nothing can be applied then.
	Actions []string
	// Summaries are those of the diagnostics, such as "error: Model already exists", sorted.
	Summaries []string
}

// SamePlanEveryRun plans repeatedly with the real CLI and its provider processes, on a platform with each of the
// latencies (0, 20 and 60 ms by default), and returns the outcome, which must be the same in every run: a plan must not
// depend on the order in which responses arrive. prepare returns a workspace on a new platform, with the state and the
// configuration of the plan.
func SamePlanEveryRun(
	t *testing.T,
	runs int,
	prepare func(t *testing.T, providerDirectory string, latency time.Duration) *Workspace,
	latencies ...time.Duration,
) (outcome PlanOutcome) {
	t.Helper()
	SkipUnlessAcc(t)

	if len(latencies) == 0 {
		latencies = []time.Duration{0, 20 * time.Millisecond, 60 * time.Millisecond}
	}

	providerDirectory := BuildProvider(t)
	workspaces := make([]*Workspace, len(latencies))

	for i, latency := range latencies {
		workspaces[i] = prepare(t, providerDirectory, latency)
	}

	for run := range runs {
		i := run % len(latencies)

		got := workspaces[i].planOutcome()
		if run == 0 {
			outcome = got
		}

		if !Equal(got, outcome) {
			t.Fatalf("plan %d, with a latency of %s:\n%+v\nbefore:\n%+v", run+1, latencies[i], got, outcome)
		}
	}

	return outcome
}

// PlanOutcome plans.
func (w *Workspace) planOutcome() PlanOutcome {
	w.T.Helper()

	exitCode, output := w.Start("plan", "-json", "-input=false", "-detailed-exitcode").Wait()
	outcome := PlanOutcome{ExitCode: exitCode}

	for lines := bufio.NewScanner(strings.NewReader(output)); lines.Scan(); {
		var line struct {
			Type       string
			Diagnostic CLIDiagnostic
			Change     struct {
				Action   string
				Resource struct{ Addr string }
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			w.T.Fatalf("%v in\n%s", err, output)
		}

		switch line.Type {
		case "planned_change":
			outcome.Actions = append(outcome.Actions, line.Change.Resource.Addr+": "+line.Change.Action)
		case "diagnostic":
			if line.Diagnostic.Summary != "Provider development overrides are in effect" {
				outcome.Summaries = append(outcome.Summaries, line.Diagnostic.Severity+": "+line.Diagnostic.Summary)
			}
		}
	}

	if exitCode == 1 {
		outcome.Actions = nil
	}

	slices.Sort(outcome.Actions)
	slices.Sort(outcome.Summaries)

	return outcome
}
