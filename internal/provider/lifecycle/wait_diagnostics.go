// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// LifecycleTexts are the words and summaries of the diagnostics about the life cycle of one kind of object.
type LifecycleTexts struct {
	providerdata.ObjectKind
	// Creation is what creates the object, such as "promotion".
	Creation string
	// Running is a further sentence about an object whose creation continues, Failed one about what may help.
	Running, Failed string
	// Recovery is what may help an object that failed after it was created.
	Recovery string
	// Unreported says what the platform does not report of an object that something else created, and what to do.
	Unreported string

	// The summaries of a creation that was not accepted, as far as is known.
	Unknown, InterruptedBefore, TimedOutBefore string
	// The summaries of a wait during Create, and during Update.
	Interrupted, TimedOut, WaitInterrupted, WaitTimedOut string
	// The summaries of an object that failed, does not exist any more, or cannot be read.
	CreationFailed, Unusable, Gone, LostTrack string
	// The summaries of a failed refresh, update and deletion.
	NotRead, NotUpdated, NotDeleted, DeletionTimedOut string
}

// Subject is one object, in the diagnostics and logs about it.
type Subject struct {
	*LifecycleTexts
	Name string
}

// String names the object within a sentence.
func (s Subject) String() string { return s.Noun + " " + s.Name }

func (s Subject) logKey() string { return strings.ReplaceAll(s.Noun, " ", "_") }

// start names the object at the start of a sentence.
func (s Subject) start() string { return diagnostic.SentenceStart(s.String()) }

// phase is what an apply waits for.
type phase int

const (
	// PhaseCreate is Create; Terraform taints the object if it returns an error.
	PhaseCreate phase = iota
	// PhaseResume is an Update that waits for a creation of an earlier apply.
	PhaseResume
	// PhaseUpdate is an Update that waits for its own changes.
	PhaseUpdate
	// PhaseDelete is Delete.
	PhaseDelete
)

// Report adds the diagnostic about the end of a wait. It is the only place that decides what an interrupt, a timeout or
// a failure means. It reports whether the object does not exist, so that Create removes it from the state; otherwise
// the state keeps it.
func (e *WaitError) Report(diags *diag.Diagnostics, s Subject, during phase) (gone bool) {
	switch e.End {
	case EndInterrupted:
		e.reportInterrupted(diags, s, during)
	case EndTimedOut:
		e.reportTimedOut(diags, s, during)
	case EndFailed:
		e.reportFailed(diags, s, during)
	case EndGone:
		e.reportGone(diags, s, during)
	case endLostTrack:
		e.reportLostTrack(diags, s, during)
	}

	return e.End == EndGone
}

func (e *WaitError) reportInterrupted(diags *diag.Diagnostics, s Subject, during phase) {
	summary := s.WaitInterrupted
	what := "The run was interrupted before " + e.awaited(s, during)
	next := e.resumes(s, during)

	switch during {
	case PhaseCreate:
		if e.unresponsive == "" {
			summary = s.Interrupted
		}

		diags.AddWarning(summary, diagnostic.JoinParagraphs(strings.TrimSpace(what+" "+e.running(s)), e.lastResponse(),
			next))

		return
	case PhaseDelete:
		summary, next = s.NotDeleted, deleteAgainHint
		what = fmt.Sprintf("The run was interrupted before %s was deleted%s.%s", s, e.Last.text(), e.Note)
	case PhaseResume, PhaseUpdate:
	}

	diags.AddError(summary, diagnostic.JoinParagraphs(what, e.lastResponse(), next))
}

func (e *WaitError) reportTimedOut(diags *diag.Diagnostics, s Subject, during phase) {
	expired, longer := diagnostic.SentenceStart(e.cause.Error()), ""
	if timeout, ok := errors.AsType[*timeoutError](e.cause); ok {
		longer = "To wait longer, increase " + timeout.Argument + "."
	}

	summary := s.WaitTimedOut
	what := expired + " before " + e.awaited(s, during)
	next := e.resumes(s, during) + " " + longer

	switch during {
	case PhaseCreate:
		if e.unresponsive == "" {
			summary = s.TimedOut
		}

		what, next = what+" "+e.running(s), s.taintedHint(longer)
	case PhaseDelete:
		summary = s.DeletionTimedOut
		what = fmt.Sprintf("%s before %s was deleted%s.%s", expired, s, e.Last.text(), e.Note)

		if longer != "" {
			longer += " Apply that change first: a deletion uses the value in the state."
		}

		next = deleteAgainHint + " " + longer + "\n\n" + s.leaveHint()
	case PhaseResume, PhaseUpdate:
	}

	diags.AddError(summary, diagnostic.JoinParagraphs(strings.TrimSpace(what), e.lastResponse(), next))
}

func (e *WaitError) reportFailed(diags *diag.Diagnostics, s Subject, during phase) {
	summary, what := s.Unusable, fmt.Sprintf("%s is not usable%s.", s.start(), e.Last.text())
	if e.cause != nil {
		summary = s.CreationFailed
	}

	next := "Remove the cause and apply again, or replace it:\n\n" +
		diagnostic.CommandHint("terraform apply -replace=", s.TypeName)

	if e.Replaced || during == PhaseCreate {
		what = fmt.Sprintf("The %s of %s failed and left a %s that is not usable%s.", s.Creation, s, s.Noun,
			e.Last.text())
		next = fmt.Sprintf("The state contains the %s, and the next apply replaces it.", s.Noun)
	}

	reason := diagnostic.PlatformReason(e.Last.Status)
	if e.cause != nil {
		reason = diagnostic.ErrorDetail(e.cause)
	}

	diags.AddError(summary, diagnostic.JoinParagraphs(what, reason, s.Failed, next,
		SameNameHint(s.ObjectKind)))
}

func (e *WaitError) reportGone(diags *diag.Diagnostics, s Subject, during phase) {
	summary := s.Gone
	what := fmt.Sprintf("%s does not exist. It was deleted while this apply waited for it.", s.start())
	reason, failed, next := "", s.Failed, "Apply again to create it."

	switch {
	case e.cause != nil:
		summary, reason = s.CreationFailed, diagnostic.ErrorDetail(e.cause)
		what = fmt.Sprintf("The %s of %s failed and left no %s.", s.Creation, s, s.Noun)
	case during != PhaseCreate && e.Last.State == stateDeleting:
		what = fmt.Sprintf("%s is being deleted: something requested that while this apply waited for it.", s.start())
		failed, next = "", "When it does not exist any more, apply again to create it."
	case during == PhaseCreate:
		summary = s.CreationFailed
		what = fmt.Sprintf("The %s of %s was accepted, but the %s does not exist: the platform did not create it, "+
			"or something deleted it.", s.Creation, s, s.Noun)
	default:
		failed = ""
	}

	if e.Foreign {
		what = fmt.Sprintf("The %s of %s failed. A %s of that name exists, but something else created it, such as "+
			"another workspace.", s.Creation, s, s.Noun)
		next = diagnostic.ImportHint(s.TypeName, s.ChosenBy(), s.Name)

		if during == PhaseCreate {
			what += " The state does not contain it."
		} else {
			what += " Run terraform apply -refresh-only, which removes it from the state and deletes nothing."
		}
	}

	diags.AddError(summary, diagnostic.JoinParagraphs(what, reason, failed, next))
}

func (e *WaitError) reportLostTrack(diags *diag.Diagnostics, s Subject, during phase) {
	summary := s.LostTrack
	what := fmt.Sprintf("The %s of %s was accepted, but its progress cannot be read%s.", s.Creation, s, e.Last.text())
	next := s.taintedHint("")

	switch during {
	case PhaseCreate:
	case PhaseResume, PhaseUpdate:
		what, next = fmt.Sprintf("The progress of %s cannot be read%s.", s, e.Last.text()), e.resumes(s, during)
	case PhaseDelete:
		summary, next = s.NotDeleted, deleteAgainHint
		what = fmt.Sprintf("The deletion of %s was not confirmed%s.%s", s, e.Last.text(), e.Note)
	}

	diags.AddError(summary, diagnostic.APIDetail(what, e.cause,
		diagnostic.JoinParagraphs(diagnostic.Remedy(e.cause), next)))
}

// awaited says what an apply stopped waiting for, and what is known of that.
func (e *WaitError) awaited(s Subject, during phase) string {
	if e.unresponsive != "" {
		return fmt.Sprintf("%s responded to an inference request. The %s is %s and does not respond yet.",
			s, s.Noun, e.Last.State)
	}

	return fmt.Sprintf("%s was ready. %s", s, e.continues(s, during))
}

// running is a further sentence about an object whose creation continues. The platform may refuse to delete one that
// has received inference requests.
func (e *WaitError) running(s Subject) string {
	if e.unresponsive != "" {
		return ""
	}

	return s.Running
}

// lastResponse is the last response to an inference request, if the wait was for that.
func (e *WaitError) lastResponse() string {
	if e.unresponsive == "" {
		return ""
	}

	return "Last response: " + e.unresponsive
}

// continues says what the platform does after an apply stopped waiting. Without capacity, it continues to look for
// some.
func (e *WaitError) continues(s Subject, during phase) string {
	what := s.Creation
	if during == PhaseUpdate {
		what = "update"
	}

	if status := e.Last.Status; status.LastOperationFailed() && status.StatusCode != statusNoCapacity {
		return fmt.Sprintf("The platform reports an error, so the %s may have failed%s.", what, e.Last.text())
	}

	return fmt.Sprintf("The %s continues on the platform%s.", what, e.Last.text())
}

// resumes says what the next apply does. An update never taints, and neither does an interrupt.
func (e *WaitError) resumes(s Subject, during phase) string {
	next := fmt.Sprintf("Nothing is lost: the state contains the %s, and the next apply resumes waiting", s.Noun)

	switch {
	case during == PhaseUpdate && isUnknown(e.Last.State):
		return fmt.Sprintf("Nothing is lost: the state contains the %s, and the next plan shows what differs. It "+
			"does not wait for a state that the provider does not know.", s.Noun)
	case during == PhaseUpdate:
		return next + "."
	}

	return next + " and creates nothing."
}

// taintedHint says how to resume waiting for an object whose creation ends with an error.
func (s Subject) taintedHint(longer string) string {
	return strings.TrimSpace(fmt.Sprintf("The state contains the %s, but Terraform marks it as tainted, so the next "+
		"apply would replace it. "+
		"To resume waiting instead, untaint it and apply again. %s", s.Noun, longer)) +
		"\n\n" + diagnostic.CommandHint("terraform untaint ", s.TypeName)
}

// leaveHint says how to end a deletion that does not succeed.
func (s Subject) leaveHint() string {
	return "To leave it to the platform instead, remove the resource from the state, unless this is a deposed object " +
		"of it:\n\n" + diagnostic.CommandHint("terraform state rm ", s.TypeName)
}

const deleteAgainHint = "Try again: a deletion that finished in the meantime counts as a success."

// AddNotDeleted reports a deletion that was refused, or whose outcome is unknown. A *WaitError is reported as such.
func (s Subject) AddNotDeleted(ctx context.Context, data *providerdata.Data, diags *diag.Diagnostics, err error) {
	if ended, ok := errors.AsType[*WaitError](err); ok {
		ended.Report(diags, s, PhaseDelete)
		return
	}

	if ctx.Err() != nil {
		ended := &WaitError{End: EndInterrupted, cause: context.Cause(ctx)}
		if expiredTimeout(ctx) != nil {
			ended.End = EndTimedOut
		}

		ended.Report(diags, s, PhaseDelete)

		return
	}

	next := ""
	if errors.Is(err, errNeverUsableUnknown) {
		next = diagnostic.JoinParagraphs(diagnostic.Remedy(err), s.leaveHint())
	}

	data.AddAPIError(diags, path.Empty(), s.NotDeleted, s.notDeletedText(err), err, next)
}

// notDeletedText says what is known of a deletion whose request failed.
func (s Subject) notDeletedText(err error) string {
	switch {
	case errors.Is(err, errNeverUsableUnknown):
		return s.start() + " was not deleted: whether it was ever usable, and is protected, could not be determined."
	case errors.Is(err, errNotFoundUnconfirmed), fireworks.MayHaveSucceeded(err):
		return s.start() + " may not have been deleted: its deletion was not confirmed."
	}

	return s.start() + " was not deleted."
}

// AddNotCreated reports a creation that was not accepted, or is not known to be accepted; the state contains nothing
// then. It reports whether it did: a refusal of the API, and an object that already exists, are left to the caller.
func (s Subject) AddNotCreated(ctx context.Context, diags *diag.Diagnostics, err error) bool {
	undetermined, ok := errors.AsType[*undeterminedError](err)

	switch {
	case ok:
		undetermined.report(ctx, diags, s)
	case errors.Is(err, errNotStarted) && ctx.Err() != nil:
		summary, reason, longer := s.stopped(ctx)
		diags.AddError(summary, diagnostic.JoinParagraphs(
			fmt.Sprintf("%s before the %s of %s was requested. Nothing was created or changed.", reason, s.Creation, s),
			"Apply again."+longer))
	default:
		return false
	}

	return true
}

// stopped returns the summary and the reason of a creation that an interrupt or a timeout stopped, and how to wait
// longer.
func (s Subject) stopped(ctx context.Context) (summary, reason, longer string) {
	if timeout := expiredTimeout(ctx); timeout != nil {
		return s.TimedOutBefore, diagnostic.SentenceStart(timeout.Error()), " To wait longer, increase " +
			timeout.Argument + "."
	}

	return s.InterruptedBefore, "The run was interrupted", ""
}

func (e *undeterminedError) report(ctx context.Context, diags *diag.Diagnostics, s Subject) {
	summary := s.Unknown
	what := fmt.Sprintf("The %s of %s was requested, but no usable response was received.", s.Creation, s)
	detail := diagnostic.ErrorDetail(e.err)

	if ctx.Err() != nil {
		var reason, longer string

		summary, reason, longer = s.stopped(ctx)
		what, detail = fmt.Sprintf("%s before the %s of %s was confirmed.%s", reason, s.Creation, s, longer), ""
	}

	name := e.name
	if name == "" {
		name = s.Name
	}

	planAgain := fmt.Sprintf("Plan again: if the %s exists, the plan prints an import block for it; "+
		"otherwise the next apply creates it. It is never created twice.", s.Noun)

	switch {
	case e.reason != "":
		what += fmt.Sprintf(" A %s exists now, but whether this run created it could not be determined: %s. Either "+
			"this run created it although the response was lost, or something else did, such as another workspace. "+
			"The state does not contain it.",
			s.Noun+" "+name, e.reason)
		planAgain = diagnostic.ImportHint(s.TypeName, s.ChosenBy(), name) +
			"\n\nImport it only if nothing else manages it. If it is not needed, delete it, and apply again."
	case e.lookup != nil:
		what += " Whether it exists could not be determined."
		detail = diagnostic.JoinParagraphs(detail, "Afterwards: "+diagnostic.ErrorDetail(e.lookup))
	default:
		what += fmt.Sprintf(" The %s does not exist (yet).", s.Noun)
	}

	diags.AddError(summary, diagnostic.JoinParagraphs(what, detail, planAgain))
}

// NotUpdatedText says what is known of an update whose request failed.
func (s Subject) NotUpdatedText(err error) string {
	switch {
	case errors.Is(err, errUpdateNotSent):
		return s.start() + " was not updated: the update was not requested."
	case fireworks.MayHaveSucceeded(err):
		return s.start() + " may have been updated: the update was requested, but no usable response was received. " +
			"The next plan shows whether it was."
	}

	return s.start() + " was not updated."
}

// addUnusable warns about an object that left the usable state by itself, or is being deleted. Nothing waits for it.
func (s Subject) addUnusable(diags *diag.Diagnostics, seen Observation) {
	if seen.State == stateDeleting {
		diags.AddWarning(diagnostic.SummaryNotUsable, fmt.Sprintf(
			"%s is being deleted%s. When it does not exist any more, the next plan creates it anew.", s.start(),
			seen.text()))

		return
	}

	recovery := ""
	if seen.State == fireworks.DeploymentStateFailed {
		recovery = s.Recovery
	}

	diags.AddWarning(diagnostic.SummaryNotUsable, diagnostic.JoinParagraphs(
		fmt.Sprintf("%s is not usable%s. The state records that. An apply that does not change the %s does not wait "+
			"for it.", s.start(), seen.text(), s.Noun),
		recovery, fmt.Sprintf("If the %s does not become usable again, replace it:\n\n%s", s.Noun,
			diagnostic.CommandHint("terraform apply -replace=", s.TypeName)), SameNameHint(s.ObjectKind)))
}

// ObservationOf returns what an object with a state and a status shows.
func ObservationOf(state fireworks.Enum, status fireworks.Status) Observation {
	return Observation{State: string(state), Status: status}
}
