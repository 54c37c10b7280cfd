package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// lifecycleTexts are the words and summaries of the diagnostics about the life cycle of one kind of object.
type lifecycleTexts struct {
	typeName string
	// noun is what the object is, such as "deployment", and idArgument the argument that chooses another one.
	noun, idArgument string
	// creation is what creates the object, such as "promotion".
	creation string
	// running is a further sentence about an object whose creation continues, failed one about what may help.
	running, failed string

	// The summaries of a creation that was not accepted, as far as is known.
	unknown, interruptedBefore, timedOutBefore string
	// The summaries of a wait during Create, and during Update.
	interrupted, timedOut, waitInterrupted, waitTimedOut string
	// The summaries of an object that failed, does not exist any more, or cannot be read.
	creationFailed, unusable, gone, lostTrack string
	// The summaries of a deletion.
	notDeleted, deletionTimedOut string
}

// subject is one object, in the diagnostics and logs about it.
type subject struct {
	*lifecycleTexts
	name string
}

// String names the object within a sentence.
func (s subject) String() string { return s.noun + " " + s.name }

func (s subject) logKey() string { return strings.ReplaceAll(s.noun, " ", "_") }

// start names the object at the start of a sentence.
func (s subject) start() string { return sentenceStart(s.String()) }

// phase is what an apply waits for.
type phase int

const (
	// phaseCreate is Create; Terraform taints the object if it returns an error.
	phaseCreate phase = iota
	// phaseResume is an Update that waits for a creation of an earlier apply.
	phaseResume
	// phaseUpdate is an Update that waits for its own changes.
	phaseUpdate
	// phaseDelete is Delete.
	phaseDelete
)

// report adds the diagnostic about the end of a wait. It is the only place that decides what an interrupt, a timeout or
// a failure means. It reports whether the object does not exist, so that Create removes it from the state; otherwise
// the state keeps it.
func (e *waitError) report(diags *diag.Diagnostics, s subject, during phase) (gone bool) {
	switch e.end {
	case endInterrupted:
		e.reportInterrupted(diags, s, during)
	case endTimedOut:
		e.reportTimedOut(diags, s, during)
	case endFailed:
		e.reportFailed(diags, s, during)
	case endGone:
		e.reportGone(diags, s, during)
	case endLostTrack:
		e.reportLostTrack(diags, s, during)
	}

	return e.end == endGone
}

func (e *waitError) reportInterrupted(diags *diag.Diagnostics, s subject, during phase) {
	summary := s.waitInterrupted
	what := "The run was interrupted before " + e.awaited(s, during)
	next := e.resumes(s, during)

	switch during {
	case phaseCreate:
		summary = s.interrupted
		diags.AddWarning(summary, joinParagraphs(strings.TrimSpace(what+" "+s.running), next))

		return
	case phaseDelete:
		summary, next = s.notDeleted, deleteAgainHint
		what = fmt.Sprintf("The run was interrupted before %s was deleted%s.%s", s, e.last.text(), e.note)
	case phaseResume, phaseUpdate:
	}

	diags.AddError(summary, joinParagraphs(what, next))
}

func (e *waitError) reportTimedOut(diags *diag.Diagnostics, s subject, during phase) {
	expired, longer := sentenceStart(e.cause.Error()), ""
	if timeout, ok := errors.AsType[*timeoutError](e.cause); ok {
		longer = "To wait longer, increase " + timeout.Argument + "."
	}

	summary := s.waitTimedOut
	what := expired + " before " + e.awaited(s, during)
	next := e.resumes(s, during) + " " + longer

	switch during {
	case phaseCreate:
		summary, what, next = s.timedOut, what+" "+s.running, s.taintedHint(longer)
	case phaseDelete:
		summary, next = s.deletionTimedOut, deleteAgainHint+" "+longer
		what = fmt.Sprintf("%s before %s was deleted%s.%s", expired, s, e.last.text(), e.note)
	case phaseResume, phaseUpdate:
	}

	diags.AddError(summary, joinParagraphs(strings.TrimSpace(what), next))
}

func (e *waitError) reportFailed(diags *diag.Diagnostics, s subject, during phase) {
	summary, what := s.unusable, fmt.Sprintf("%s is not usable%s.", s.start(), e.last.text())
	if e.cause != nil {
		summary = s.creationFailed
	}

	if e.cause != nil || during == phaseCreate {
		what = fmt.Sprintf("The %s of %s failed and left a %s that is not usable%s.", s.creation, s, s.noun, e.last.text())
	}

	next := fmt.Sprintf("The state contains the %s, and the next apply replaces it.", s.noun)
	if during != phaseCreate {
		next = fmt.Sprintf("If the %s of the %s failed, the next apply replaces it. Otherwise, remove the cause and apply again, "+
			"or replace it:\n\n%s", s.creation, s.noun, commandHint("terraform apply -replace=", s.typeName))
	}

	reason := platformReason(e.last.Status)
	if e.cause != nil {
		reason = errorDetail(e.cause)
	}

	diags.AddError(summary, joinParagraphs(what, reason, s.failed, next))
}

func (e *waitError) reportGone(diags *diag.Diagnostics, s subject, during phase) {
	summary := s.gone
	what := fmt.Sprintf("%s does not exist. It was deleted while this apply waited for it.", s.start())
	reason := ""

	switch {
	case e.cause != nil:
		summary, reason = s.creationFailed, errorDetail(e.cause)
		what = fmt.Sprintf("The %s of %s failed and left no %s.", s.creation, s, s.noun)
	case during == phaseCreate:
		summary = s.creationFailed
		what = fmt.Sprintf("The %s of %s was accepted, but the %s does not exist: it was given up, or something deleted it.",
			s.creation, s, s.noun)
	}

	next := "Apply again to create it."

	if e.foreign {
		what = fmt.Sprintf("The %s of %s failed. A %s of that name exists, but something else created it, such as another workspace. "+
			"The state does not contain it.", s.creation, s, s.noun)
		next = importHint(s.typeName, s.idArgument, s.name)
	}

	diags.AddError(summary, joinParagraphs(what, reason, s.failed, next))
}

func (e *waitError) reportLostTrack(diags *diag.Diagnostics, s subject, during phase) {
	summary := s.lostTrack
	what := fmt.Sprintf("The %s of %s was accepted, but its progress cannot be read%s.", s.creation, s, e.last.text())
	next := s.taintedHint("")

	switch during {
	case phaseCreate:
	case phaseResume, phaseUpdate:
		what, next = fmt.Sprintf("The progress of %s cannot be read%s.", s, e.last.text()), e.resumes(s, during)
	case phaseDelete:
		summary, next = s.notDeleted, deleteAgainHint
		what = fmt.Sprintf("The deletion of %s was not confirmed%s.%s", s, e.last.text(), e.note)
	}

	diags.AddError(summary, apiDetail(what, e.cause, joinParagraphs(remedy(e.cause), next)))
}

// awaited says what an apply stopped waiting for, and what is known of that.
func (e *waitError) awaited(s subject, during phase) string {
	if e.unresponsive != "" {
		return fmt.Sprintf("%s responded to an inference request. The %s is %s.\n\nLast response: %s\n\n",
			s, s.noun, e.last.State, e.unresponsive)
	}

	return fmt.Sprintf("%s was ready. %s", s, e.continues(s, during))
}

// continues says what the platform does after an apply stopped waiting.
func (e *waitError) continues(s subject, during phase) string {
	what := s.creation
	if during == phaseUpdate {
		what = "update"
	}

	return fmt.Sprintf("The %s continues on the platform%s.", what, e.last.text())
}

// resumes says what the next apply does. An update never taints, and neither does an interrupt.
func (e *waitError) resumes(s subject, during phase) string {
	next := fmt.Sprintf("Nothing is lost: the state contains the %s, and the next apply resumes waiting", s.noun)
	if during == phaseUpdate {
		return next + "."
	}

	return next + " and creates nothing."
}

// taintedHint says how to resume waiting for an object whose creation ends with an error.
func (s subject) taintedHint(longer string) string {
	return strings.TrimSpace(fmt.Sprintf("The state contains the %s, but Terraform marks it as tainted, so the next apply would replace it. "+
		"To resume waiting instead, untaint it and apply again. %s", s.noun, longer)) +
		"\n\n" + commandHint("terraform untaint ", s.typeName)
}

const deleteAgainHint = "Try again: a deletion that finished in the meantime counts as a success."

// addNotDeleted reports a deletion that was refused, or whose outcome is unknown. A *waitError is reported as such.
func (s subject) addNotDeleted(ctx context.Context, data *providerData, diags *diag.Diagnostics, err error) {
	if ended, ok := errors.AsType[*waitError](err); ok {
		ended.report(diags, s, phaseDelete)
		return
	}

	if ctx.Err() != nil {
		ended := &waitError{end: endInterrupted, cause: context.Cause(ctx)}
		if expiredTimeout(ctx) != nil {
			ended.end = endTimedOut
		}

		ended.report(diags, s, phaseDelete)

		return
	}

	data.addAPIError(diags, path.Empty(), s.notDeleted, s.start()+" was not deleted, or its deletion was not confirmed.", err, "")
}

// addNotCreated reports a creation that was not accepted, or is not known to be accepted; the state contains nothing
// then. It reports whether it did: a refusal of the API, and an object that already exists, are left to the caller.
func (s subject) addNotCreated(ctx context.Context, diags *diag.Diagnostics, err error) bool {
	undetermined, ok := errors.AsType[*undeterminedError](err)

	switch {
	case ok:
		undetermined.report(ctx, diags, s)
	case errors.Is(err, errNotStarted) && ctx.Err() != nil:
		summary, reason, longer := s.stopped(ctx)
		diags.AddError(summary, joinParagraphs(
			fmt.Sprintf("%s before the %s of %s was requested. Nothing was created or changed.", reason, s.creation, s), "Apply again."+longer))
	default:
		return false
	}

	return true
}

// stopped returns the summary and the reason of a creation that an interrupt or a timeout stopped, and how to wait
// longer.
func (s subject) stopped(ctx context.Context) (summary, reason, longer string) {
	if timeout := expiredTimeout(ctx); timeout != nil {
		return s.timedOutBefore, sentenceStart(timeout.Error()), " To wait longer, increase " + timeout.Argument + "."
	}

	return s.interruptedBefore, "The run was interrupted", ""
}

func (e *undeterminedError) report(ctx context.Context, diags *diag.Diagnostics, s subject) {
	summary := s.unknown
	what := fmt.Sprintf("The %s of %s was requested, but no usable response was received.", s.creation, s)
	detail := errorDetail(e.err)

	if ctx.Err() != nil {
		var reason, longer string

		summary, reason, longer = s.stopped(ctx)
		what, detail = fmt.Sprintf("%s before the %s of %s was confirmed.%s", reason, s.creation, s, longer), ""
	}

	name := e.name
	if name == "" {
		name = s.name
	}

	planAgain := fmt.Sprintf("Plan again: if the %s exists, the plan says so and prints an import block for it; otherwise the next apply "+
		"creates it. It is never created twice.", s.noun)

	switch {
	case e.reason != "":
		what += fmt.Sprintf(" A %s exists now, but whether this run created it could not be determined: %s. Either this run created it "+
			"although the response was lost, or something else did, such as another workspace. The state does not contain it.",
			s.noun+" "+name, e.reason)
		planAgain = importHint(s.typeName, s.idArgument, name) + fmt.Sprintf(
			"\n\nImport it only if nothing else manages it. If it is not needed, delete it, and apply again.")
	case e.lookup != nil:
		what += " Whether it exists could not be determined."
		detail = joinParagraphs(detail, "Afterwards: "+errorDetail(e.lookup))
	default:
		what += fmt.Sprintf(" The %s does not exist (yet).", s.noun)
	}

	diags.AddError(summary, joinParagraphs(what, detail, planAgain))
}

// addUnusable warns about an object that left the usable state by itself. Nothing waits for it.
func (s subject) addUnusable(diags *diag.Diagnostics, seen observation) {
	diags.AddWarning(summaryNotUsable, joinParagraphs(
		fmt.Sprintf("%s is not usable%s. The state records that, and no apply waits for it.", s.start(), seen.text()),
		fmt.Sprintf("If the %s does not become usable again, replace it:\n\n%s", s.noun, commandHint("terraform apply -replace=", s.typeName))))
}

// observationOf returns what an object with a state and a status shows.
func observationOf(state fireworks.Enum, status fireworks.Status) observation {
	return observation{State: string(state), Status: status}
}
