package provider

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// seen is what one scripted poll returns.
type seen struct {
	observation
	err error
}

// testTexts are the words for the objects of these tests.
var testTexts = lifecycleTexts{
	typeName: deploymentType, noun: "deployment", idArgument: "deployment_id", creation: "creation",
	running: "Its GPUs cost money in the meantime; terraform destroy deletes it.",
	failed:  "Without capacity, another placement or other hardware may help.",

	unknown: summaryDeploymentOutcomeUnknown, interruptedBefore: summaryDeploymentInterruptedBefore,
	timedOutBefore: summaryDeploymentTimedOutBefore,

	interrupted: summaryDeploymentInterrupted, timedOut: summaryDeploymentTimedOut,
	waitInterrupted: summaryDeploymentWaitInterrupted, waitTimedOut: summaryDeploymentWaitTimedOut,

	creationFailed: summaryDeploymentFailed, unusable: summaryDeploymentFailed, gone: summaryDeploymentGone,
	lostTrack: summaryLostTrackOfDeployment,

	notDeleted: summaryDeploymentNotDeleted, deletionTimedOut: summaryDeploymentDeletionTimedOut,
}

func state(name string) seen { return seen{observation: observation{State: name}} }

func failing(name, code string) seen {
	return seen{observation: observation{State: name, Status: fireworks.Status{StatusCode: fireworks.Enum(code), StatusMessage: "why"}}}
}

var (
	missing = seen{err: &fireworks.Error{StatusCode: 404, Code: 5, Message: "deployment not found"}}
	ready   = state("READY")
	pending = state("CREATING")
)

// scriptedWait runs a wait whose polls return the given observations; the last one stays. interruptAt is the poll
// during which the run is interrupted, 0 for none.
func scriptedWait(t *testing.T, states objectStates, interruptAt int, polls ...seen) (*observation, *waitError, time.Duration) {
	t.Helper()

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()

	clock := newScriptedClock()
	started := clock.now
	data := &providerData{clock: clock, pollInterval: fireworks.DefaultPollInterval()}

	// A wait that would go on for ever ends after two hours.
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)

	n := 0

	last, failure := waitForState(ctx, data.newWaiter(subject{lifecycleTexts: &testTexts, name: "d"}), stateWait[observation]{
		get: func(context.Context) (observation, error) {
			poll := polls[min(n, len(polls)-1)]
			n++

			if n == interruptAt {
				cancel()
				return observation{}, context.Canceled
			}

			if clock.now.Sub(started) > 2*time.Hour {
				stop(&timeoutError{Argument: "timeouts.create", Limit: 2 * time.Hour})
			}

			return poll.observation, poll.err
		},
		observe: func(o observation) observation { return o },
		states:  states,
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
		"ready":                         {polls: []seen{pending, ready}, want: success},
		"states that are not known":     {polls: []seen{state("PROVISIONING"), state(""), state("STATE_UNSPECIFIED"), ready}, want: success},
		"failed":                        {polls: []seen{pending, state("FAILED")}, want: endFailed, atMost: time.Minute},
		"deleting":                      {polls: []seen{pending, state("DELETING")}, want: endGone, atMost: time.Minute},
		"never ready":                   {polls: []seen{pending}, want: endTimedOut, atLeast: 2 * time.Hour},
		"never in a known state":        {polls: []seen{state("PROVISIONING")}, want: endTimedOut, atLeast: 2 * time.Hour},
		"missing for a while":           {polls: []seen{missing, missing, missing, ready}, want: success},
		"missing for good":              {polls: []seen{pending, missing}, want: endGone, atLeast: stateGracePeriod, atMost: 2 * stateGracePeriod},
		"a 404 of a proxy":              {polls: []seen{pending, {err: status(404)}}, want: endTimedOut, atLeast: 2 * time.Hour},
		"statuses of an edge proxy":     {polls: []seen{{err: status(520)}, {err: status(499)}, ready}, want: success},
		"a revoked key":                 {polls: []seen{pending, {err: status(401)}}, want: endLostTrack, atMost: time.Minute},
		"never decodable":               {polls: []seen{{err: &fireworks.DecodeError{}}}, want: endLostTrack, atMost: 10 * time.Minute},
		"no capacity for a while":       {polls: []seen{failing("CREATING", "RESOURCE_EXHAUSTED"), pending, ready}, want: success},
		"no capacity":                   {polls: []seen{failing("CREATING", "RESOURCE_EXHAUSTED")}, want: endFailed, atLeast: capacityGracePeriod, atMost: 2 * capacityGracePeriod},
		"another status while creating": {polls: []seen{failing("CREATING", "INTERNAL")}, want: endTimedOut},
		"a model whose status is a failure": {states: modelStates, polls: []seen{failing("UPLOADING", "INTERNAL")}, want: endFailed,
			atLeast: stateGracePeriod, atMost: 2 * stateGracePeriod},
		"interrupted":                   {polls: []seen{pending}, interruptAt: 2, want: endInterrupted},
		"ready when interrupted":        {polls: []seen{pending, pending, ready}, interruptAt: 2, want: success},
		"failed when interrupted":       {polls: []seen{pending, pending, state("FAILED")}, interruptAt: 2, want: endFailed},
		"not readable when interrupted": {polls: []seen{pending, pending, {err: status(401)}}, interruptAt: 2, want: endInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			states := test.states
			if states.usable == "" {
				states = deploymentStates
			}

			last, failure, took := scriptedWait(t, states, test.interruptAt, test.polls...)

			got := success
			if failure != nil {
				got = failure.end
			}

			if got != test.want || took < test.atLeast || test.atMost > 0 && took > test.atMost {
				t.Errorf("end %d after %s, want %d: %v", got, took, test.want, failure)
			}

			if isGone := last == nil; isGone != (test.want == endGone && test.polls[len(test.polls)-1].err != nil) && test.want == endGone {
				t.Errorf("last seen: %v", last)
			}
		})
	}
}

// TestWaitForState_LastLook judges the look after the timeout like any poll.
func TestWaitForState_LastLook(t *testing.T) {
	t.Parallel()

	for want, polls := range map[waitEnd][]seen{-1: {pending, ready}, endFailed: {pending, state("FAILED")}, endTimedOut: {pending}} {
		ctx, cancel := context.WithCancelCause(t.Context())
		clock := newScriptedClock()
		data := &providerData{clock: clock, pollInterval: fireworks.DefaultPollInterval()}
		n := 0

		_, failure := waitForState(ctx, data.newWaiter(subject{lifecycleTexts: &testTexts, name: "d"}), stateWait[observation]{
			get: func(ctx context.Context) (observation, error) {
				poll := polls[min(n, len(polls)-1)]
				n++

				cancel(&timeoutError{Argument: "timeouts.create", Limit: time.Minute})

				return poll.observation, nil
			},
			observe: func(o observation) observation { return o },
			states:  deploymentStates,
		})

		got := waitEnd(-1)
		if failure != nil {
			got = failure.end
		}

		if got != want || n != 2 {
			t.Errorf("end %d after %d looks, want %d after 2", got, n, want)
		}
	}
}

func TestWaitError_Report(t *testing.T) {
	t.Parallel()

	timeout := &timeoutError{Argument: "timeouts.create", Limit: time.Hour}
	last := failing("CREATING", "RESOURCE_EXHAUSTED").observation

	for name, test := range map[string]struct {
		failure waitError
		during  phase
		warning bool
		summary string
		gone    bool
		mention []string
	}{
		"interrupted create": {waitError{end: endInterrupted, cause: context.Canceled, last: last}, phaseCreate, true,
			summaryDeploymentInterrupted, false, []string{"continues on the platform", `RESOURCE_EXHAUSTED, "why"`, "next apply resumes waiting"}},
		"interrupted resume": {waitError{end: endInterrupted, cause: context.Canceled, last: last}, phaseResume, false,
			summaryDeploymentWaitInterrupted, false, []string{"The creation continues", "next apply resumes waiting"}},
		"interrupted update": {waitError{end: endInterrupted, cause: context.Canceled, last: last}, phaseUpdate, false,
			summaryDeploymentWaitInterrupted, false, []string{"The update continues"}},
		"interrupted delete": {waitError{end: endInterrupted, cause: context.Canceled}, phaseDelete, false,
			summaryDeploymentNotDeleted, false, []string{deleteAgainHint}},
		"create timed out": {waitError{end: endTimedOut, cause: timeout, last: last}, phaseCreate, false,
			summaryDeploymentTimedOut, false, []string{`RESOURCE_EXHAUSTED, "why"`, "terraform untaint fireworks_deployment.NAME", "increase timeouts.create"}},
		"resume timed out": {waitError{end: endTimedOut, cause: timeout}, phaseResume, false,
			summaryDeploymentWaitTimedOut, false, []string{"increase timeouts.create"}},
		"delete timed out": {waitError{end: endTimedOut, cause: timeout}, phaseDelete, false, summaryDeploymentDeletionTimedOut, false, nil},
		"create failed": {waitError{end: endFailed, last: last}, phaseCreate, false,
			summaryDeploymentFailed, false, []string{"why (RESOURCE_EXHAUSTED)", "the next apply replaces it"}},
		"resume failed": {waitError{end: endFailed, last: last}, phaseResume, false,
			summaryDeploymentFailed, false, []string{"terraform apply -replace=fireworks_deployment.NAME"}},
		"create gone": {waitError{end: endGone}, phaseCreate, false, summaryDeploymentFailed, true, []string{"Apply again"}},
		"update gone": {waitError{end: endGone}, phaseUpdate, false, summaryDeploymentGone, true, []string{"was deleted while"}},
		"another's": {waitError{end: endGone, cause: &fireworks.OperationFailure{Code: 6, Message: "taken"}, foreign: true}, phaseCreate, false,
			summaryDeploymentFailed, true, []string{"something else created it", "import {", "taken"}},
		"create lost track": {waitError{end: endLostTrack, cause: status(401)}, phaseCreate, false,
			summaryLostTrackOfDeployment, false, []string{"401 Unauthorized", "terraform untaint"}},
		"resume lost track": {waitError{end: endLostTrack, cause: status(401)}, phaseResume, false,
			summaryLostTrackOfDeployment, false, []string{"next apply resumes waiting"}},
		"delete lost track": {waitError{end: endLostTrack, cause: errors.New("odd")}, phaseDelete, false,
			summaryDeploymentNotDeleted, false, []string{"was not confirmed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var diags diag.Diagnostics

			gone := test.failure.report(&diags, subject{lifecycleTexts: &testTexts, name: "d"}, test.during)

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
