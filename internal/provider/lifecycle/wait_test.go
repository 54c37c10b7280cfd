// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// seen is what one scripted poll returns.
type seen struct {
	Observation
	err error
}

// testTexts are the words for the objects of these tests.
var testTexts = LifecycleTexts{
	ObjectKind: providerdata.DeploymentKind, Creation: "creation",
	Running: "Its GPUs cost money in the meantime; terraform destroy deletes it.",
	Failed:  "Without capacity, another placement or other hardware may help.",

	Unknown:           diagnostic.SummaryDeploymentOutcomeUnknown,
	InterruptedBefore: diagnostic.SummaryDeploymentInterruptedBefore,
	TimedOutBefore:    diagnostic.SummaryDeploymentTimedOutBefore,

	Interrupted: diagnostic.SummaryDeploymentInterrupted, TimedOut: diagnostic.SummaryDeploymentTimedOut,
	WaitInterrupted: diagnostic.SummaryDeploymentWaitInterrupted,
	WaitTimedOut:    diagnostic.SummaryDeploymentWaitTimedOut,

	CreationFailed: diagnostic.SummaryDeploymentFailed, Unusable: diagnostic.SummaryDeploymentFailed,
	Gone:      diagnostic.SummaryDeploymentGone,
	LostTrack: diagnostic.SummaryLostTrackOfDeployment,

	NotDeleted: diagnostic.SummaryDeploymentNotDeleted, DeletionTimedOut: diagnostic.SummaryDeploymentDeletionTimedOut,
}

func state(name string) seen { return seen{Observation: Observation{State: name}} }

func failing(name, code string) seen {
	return seen{Observation: Observation{State: name,
		Status: fireworks.Status{StatusCode: fireworks.Enum(code), StatusMessage: "why"}}}
}

var (
	missing = seen{err: &fireworks.Error{StatusCode: 404, Code: 5, Message: "deployment not found"}}
	ready   = state("READY")
	pending = state("CREATING")
)

// scriptedWait runs a wait whose polls return the given observations; the last one stays. interruptAt is the poll
// during which the run is interrupted, 0 for none.
func scriptedWait(
	t *testing.T, states objectStates, interruptAt int, polls ...seen,
) (*Observation, *WaitError, time.Duration) {
	t.Helper()

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()

	clock := newScriptedClock()
	started := clock.now
	data := &providerdata.Data{Clock: clock, PollInterval: fireworks.DefaultPollInterval()}

	// A wait that would go on for ever ends after two hours.
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)

	n := 0

	last, failure := WaitForState(ctx, NewWaiter(data, Subject{LifecycleTexts: &testTexts, Name: "d"}),
		StateWait[Observation]{
			Get: func(context.Context) (Observation, error) {
				poll := polls[min(n, len(polls)-1)]
				n++

				if n == interruptAt {
					cancel()
					return Observation{}, context.Canceled
				}

				if clock.now.Sub(started) > 2*time.Hour {
					stop(&timeoutError{Argument: "timeouts.create", Limit: 2 * time.Hour})
				}

				return poll.Observation, poll.err
			},
			Observe: func(o Observation) Observation { return o },
			States:  states,
		})

	return last, failure, clock.now.Sub(started)
}

func TestWaitForState(t *testing.T) {
	t.Parallel()

	const success waitEnd = -1

	for name, test := range map[string]struct {
		states      objectStates
		polls       []seen
		interruptAt int
		want        waitEnd
		// atLeast and atMost bound the time that the wait takes.
		atLeast, atMost time.Duration
	}{
		"ready": {polls: []seen{pending, ready}, want: success},
		"states that are not known": {polls: []seen{state("PROVISIONING"), state(""), state("STATE_UNSPECIFIED"),
			ready}, want: success},
		"failed": {polls: []seen{pending, state("FAILED")}, want: EndFailed,
			atMost: time.Minute},
		"deleting": {polls: []seen{pending, state("DELETING")}, want: EndGone,
			atMost: time.Minute},
		"never ready": {polls: []seen{pending}, want: EndTimedOut, atLeast: 2 * time.Hour},
		"never in a known state": {polls: []seen{state("PROVISIONING")}, want: EndTimedOut,
			atLeast: 2 * time.Hour},
		"missing for a while": {polls: []seen{missing, missing, missing, ready}, want: success},
		"missing for good": {polls: []seen{pending, missing}, want: EndGone, atLeast: StateGracePeriod,
			atMost: 2 * StateGracePeriod},
		"a 404 of a proxy": {polls: []seen{pending, {err: status(404)}}, want: EndTimedOut,
			atLeast: 2 * time.Hour},
		"statuses of an edge proxy": {polls: []seen{{err: status(520)}, {err: status(499)}, ready}, want: success},
		"a revoked key": {polls: []seen{pending, {err: status(401)}}, want: endLostTrack,
			atMost: time.Minute},
		"never decodable": {polls: []seen{{err: &fireworks.DecodeError{}}}, want: endLostTrack,
			atMost: 10 * time.Minute},
		"no capacity for a while": {polls: []seen{failing("CREATING", "RESOURCE_EXHAUSTED"), pending, ready},
			want: success},
		"no capacity": {polls: []seen{failing("CREATING", "RESOURCE_EXHAUSTED")}, want: EndFailed,
			atLeast: capacityGracePeriod, atMost: 2 * capacityGracePeriod},
		"another status while creating": {polls: []seen{failing("CREATING", "INTERNAL")}, want: EndTimedOut},
		"a model whose status is a failure": {states: ModelStates, polls: []seen{failing("UPLOADING", "INTERNAL")},
			want:    EndFailed,
			atLeast: StateGracePeriod, atMost: 2 * StateGracePeriod},
		"interrupted":            {polls: []seen{pending}, interruptAt: 2, want: EndInterrupted},
		"ready when interrupted": {polls: []seen{pending, pending, ready}, interruptAt: 2, want: success},
		"failed when interrupted": {polls: []seen{pending, pending, state("FAILED")}, interruptAt: 2,
			want: EndFailed},
		"not readable when interrupted": {polls: []seen{pending, pending, {err: status(401)}}, interruptAt: 2,
			want: EndInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			states := test.states
			if states.usable == "" {
				states = DeploymentStates
			}

			last, failure, took := scriptedWait(t, states, test.interruptAt, test.polls...)

			got := success
			if failure != nil {
				got = failure.End
			}

			if got != test.want || took < test.atLeast || test.atMost > 0 && took > test.atMost {
				t.Errorf("end %d after %s, want %d: %v", got, took, test.want, failure)
			}

			if isGone := last == nil; isGone != (test.want == EndGone && test.polls[len(test.polls)-1].err != nil) &&
				test.want == EndGone {
				t.Errorf("last seen: %v", last)
			}
		})
	}
}

// TestWaitForState_LastLook judges the look after the timeout like any poll.
func TestWaitForState_LastLook(t *testing.T) {
	t.Parallel()

	for want, polls := range map[waitEnd][]seen{-1: {pending, ready}, EndFailed: {pending, state("FAILED")},
		EndTimedOut: {pending}} {
		ctx, cancel := context.WithCancelCause(t.Context())
		clock := newScriptedClock()
		data := &providerdata.Data{Clock: clock, PollInterval: fireworks.DefaultPollInterval()}
		n := 0

		_, failure := WaitForState(ctx, NewWaiter(data, Subject{LifecycleTexts: &testTexts, Name: "d"}),
			StateWait[Observation]{
				Get: func(ctx context.Context) (Observation, error) {
					poll := polls[min(n, len(polls)-1)]
					n++

					cancel(&timeoutError{Argument: "timeouts.create", Limit: time.Minute})

					return poll.Observation, nil
				},
				Observe: func(o Observation) Observation { return o },
				States:  DeploymentStates,
			})

		got := waitEnd(-1)
		if failure != nil {
			got = failure.End
		}

		if got != want || n != 2 {
			t.Errorf("end %d after %d looks, want %d after 2", got, n, want)
		}
	}
}

func TestWaitError_Report(t *testing.T) {
	t.Parallel()

	timeout := &timeoutError{Argument: "timeouts.create", Limit: time.Hour}
	last := failing("CREATING", "RESOURCE_EXHAUSTED").Observation

	for name, test := range map[string]struct {
		failure WaitError
		during  phase
		warning bool
		summary string
		gone    bool
		mention []string
	}{
		"interrupted create": {WaitError{End: EndInterrupted, cause: context.Canceled, Last: last}, PhaseCreate, true,
			diagnostic.SummaryDeploymentInterrupted, false,
			[]string{"continues on the platform", `RESOURCE_EXHAUSTED, "why"`, "next apply resumes waiting"}},
		"interrupted resume": {WaitError{End: EndInterrupted, cause: context.Canceled, Last: last}, PhaseResume, false,
			diagnostic.SummaryDeploymentWaitInterrupted, false,
			[]string{"The creation continues", "next apply resumes waiting"}},
		"interrupted update": {WaitError{End: EndInterrupted, cause: context.Canceled, Last: last}, PhaseUpdate, false,
			diagnostic.SummaryDeploymentWaitInterrupted, false, []string{"The update continues"}},
		"interrupted delete": {WaitError{End: EndInterrupted, cause: context.Canceled}, PhaseDelete, false,
			diagnostic.SummaryDeploymentNotDeleted, false, []string{deleteAgainHint}},
		"create timed out": {WaitError{End: EndTimedOut, cause: timeout, Last: last}, PhaseCreate, false,
			diagnostic.SummaryDeploymentTimedOut, false,
			[]string{`RESOURCE_EXHAUSTED, "why"`, "terraform untaint fireworks_deployment.NAME",
				"increase timeouts.create"}},
		"create timed out with an error": {WaitError{End: EndTimedOut, cause: timeout,
			Last: failing("CREATING", "INTERNAL").Observation}, PhaseCreate, false,
			diagnostic.SummaryDeploymentTimedOut, false,
			[]string{`The platform reports an error, so the creation may have failed (state CREATING, INTERNAL, "why").`}},
		"resume timed out": {WaitError{End: EndTimedOut, cause: timeout}, PhaseResume, false,
			diagnostic.SummaryDeploymentWaitTimedOut, false, []string{"increase timeouts.create"}},
		"delete timed out": {WaitError{End: EndTimedOut, cause: timeout}, PhaseDelete, false,
			diagnostic.SummaryDeploymentDeletionTimedOut, false, nil},
		"create failed": {WaitError{End: EndFailed, Last: last}, PhaseCreate, false,
			diagnostic.SummaryDeploymentFailed, false,
			[]string{"why (RESOURCE_EXHAUSTED)", "the next apply replaces it"}},
		"resume failed": {WaitError{End: EndFailed, Last: last}, PhaseResume, false,
			diagnostic.SummaryDeploymentFailed, false, []string{"terraform apply -replace=fireworks_deployment.NAME"}},
		"resume failed, a creation": {WaitError{End: EndFailed, Last: last, Replaced: true}, PhaseResume, false,
			diagnostic.SummaryDeploymentFailed, false,
			[]string{"The creation of deployment d failed", "and the next apply replaces it."}},
		"create gone": {WaitError{End: EndGone}, PhaseCreate, false, diagnostic.SummaryDeploymentFailed, true,
			[]string{"Apply again"}},
		"update gone": {WaitError{End: EndGone}, PhaseUpdate, false, diagnostic.SummaryDeploymentGone, true,
			[]string{"was deleted while"}},
		"another's": {WaitError{End: EndGone, cause: &fireworks.OperationFailure{Code: 6, Message: "taken"},
			Foreign: true}, PhaseCreate, false,
			diagnostic.SummaryDeploymentFailed, true, []string{"something else created it", "import {", "taken"}},
		"create lost track": {WaitError{End: endLostTrack, cause: status(401)}, PhaseCreate, false,
			diagnostic.SummaryLostTrackOfDeployment, false, []string{"401 Unauthorized", "terraform untaint"}},
		"resume lost track": {WaitError{End: endLostTrack, cause: status(401)}, PhaseResume, false,
			diagnostic.SummaryLostTrackOfDeployment, false, []string{"next apply resumes waiting"}},
		"delete lost track": {WaitError{End: endLostTrack, cause: errors.New("odd")}, PhaseDelete, false,
			diagnostic.SummaryDeploymentNotDeleted, false, []string{"was not confirmed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var diags diag.Diagnostics

			gone := test.failure.Report(&diags, Subject{LifecycleTexts: &testTexts, Name: "d"}, test.during)

			if gone != test.gone || len(diags) != 1 {
				t.Fatalf("gone %t, diagnostics %v", gone, diags)
			}

			if diags[0].Summary() != test.summary || (diags[0].Severity() == diag.SeverityWarning) != test.warning {
				t.Errorf("%s: %s", diags[0].Severity(), diags[0].Summary())
			}

			for _, mention := range test.mention {
				if !strings.Contains(diags[0].Detail(), mention) {
					t.Errorf("the detail lacks %q:\n%s", mention, diags[0].Detail())
				}
			}
		})
	}
}
