// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// chaosReports are the errors after which an object may exist that is not in the state.
var chaosReports = []string{
	diagnostic.SummaryPromotionOutcomeLost, diagnostic.SummaryInterruptedBefore, diagnostic.SummaryTimedOutBefore,
	diagnostic.SummaryDeploymentOutcomeUnknown, diagnostic.SummaryDeploymentInterruptedBefore,
	diagnostic.SummaryDeploymentTimedOutBefore, diagnostic.SummaryLoadOutcomeUnknown,
	diagnostic.SummaryLoadInterruptedBefore, diagnostic.SummaryLoadTimedOutBefore,
	diagnostic.SummaryRouterOutcomeUnknown, diagnostic.SummaryRouterInterruptedBefore,
	diagnostic.SummaryRouterTimedOutBefore,
}

var (
	// movedBlock has the addresses of a moved block.
	movedBlock = regexp.MustCompile(`from = (.*)\n *to = (.*)\n`)
	// pastedImport is an import block in a message.
	pastedImport = regexp.MustCompile(`(?s)import \{\n *to = [^\n]*\n *id = "([^"]*)"\n\}`)
	// deploymentName is the full name of a deployment in a message.
	deploymentName = regexp.MustCompile(`accounts/demo/deployments/[a-z0-9-]+`)
)

// existing returns the names of all objects on the platform.
func existing(p *providertest.Platform) (names []string) {
	for _, m := range p.Models() {
		names = append(names, m.Name)
	}

	for _, d := range p.Deployments() {
		if d.State != "DELETED" {
			names = append(names, d.Name)
		}
	}

	for _, d := range p.DeployedModels() {
		// The platform loads the base model of a deployment itself.
		if deployment, _ := p.Deployment(d.Deployment); deployment.BaseModel != d.Model {
			names = append(names, d.Name)
		}
	}

	for _, r := range p.Routers() {
		names = append(names, r.Name)
	}

	slices.Sort(names)

	return names
}

func (s *chaosStory) exists(name string) bool { return slices.Contains(existing(s.platform), name) }

// created returns the names of the objects that exist now and did not before the story.
func (s *chaosStory) created() []string {
	return slices.DeleteFunc(existing(s.platform), func(name string) bool { return slices.Contains(s.fixtures, name) })
}

// inState counts the objects in a state by name.
func inState(w *providertest.Workspace) map[string]int {
	known := map[string]int{}
	for _, o := range w.StateObjects() {
		known[o.Name]++
	}

	return known
}

// checkKept compares what a plan destroyed with what became of it: what is abandoned, or deleted and restorable, is
// still there.
func (s *chaosStory) checkKept(shown []providertest.ShownObject) {
	s.t.Helper()

	known := inState(s.workspace)

	for _, o := range shown {
		deployment, _ := s.platform.Deployment(o.Name)

		switch abandons := o.DeletionPolicy == lifecycle.DeletionPolicyAbandon; {
		case !o.Destroys || known[o.Name] > 0:
		case abandons && s.exists(o.Name):
			s.note("    abandoned: %s", o.Name)
			s.totals.add("objects abandoned", 1)
			s.left[o.Name] = true
		case abandons && o.WasUsable:
			s.fail("%s was to be abandoned, and does not exist", o.Name)
		case o.SoftDelete && o.WasUsable && deployment.State != "DELETED" && deployment.State != "DELETING":
			s.fail("%s was to be restorable, and is not", o.Name)
		default:
			delete(s.left, o.Name)
		}

		if deployment.State == "DELETED" {
			s.totals.add("deployments soft-deleted", 1)
		}
	}
}

// failedRollouts returns the names of the deployments whose last operation failed.
func (s *chaosStory) failedRollouts() (names []string) {
	for _, d := range s.platform.Deployments() {
		if d.State == "FAILED" || d.Status != nil && d.Status.Code != "OK" {
			names = append(names, d.Name)
		}
	}

	return names
}

// checkUsable asserts that what a successful apply created or updated is usable, in the state and on the platform.
func (s *chaosStory) checkUsable(shown []providertest.ShownObject, failedBefore []string) {
	s.t.Helper()

	usable := func(state any) bool { return state == "READY" || state == "DEPLOYED" }
	failed := s.failedRollouts()

	for _, o := range s.workspace.StateObjects() {
		changed := slices.ContainsFunc(shown, func(c providertest.ShownObject) bool {
			return c.Address == o.Address && (c.Creates || c.Updates && usable(c.State))
		})

		isNewFailure := slices.Contains(failed, o.Name) && !slices.Contains(failedBefore, o.Name)
		if changed && !o.Deposed && (!usable(o.Attributes["state"]) || isNewFailure) {
			s.fail("the apply succeeded, and %s is not usable", o.Name)
		}
	}
}

// checkRefusal asserts that an apply whose plan had no warning, and which nothing disturbed, failed because of what the
// provider does not see: create_before_destroy, with which an object cannot replace one that has its ID, what uses the
// object that is to be deleted, or a loaded model that is not in the list yet.
func (s *chaosStory) checkRefusal(out chaosOutput) {
	s.t.Helper()

	isUnseen := func(d chaosDiagnostic) bool {
		return d.Summary == diagnostic.SummaryDeploymentInUse ||
			d.Summary == diagnostic.SummaryModelAlreadyLoaded && s.listsLag ||
			d.Summary == diagnostic.SummaryModelDeployed && slices.ContainsFunc(
				deploymentName.FindAllString(d.Detail, -1), func(name string) bool { return s.left[name] })
	}

	if !slices.ContainsFunc(s.blocks, func(b *chaosBlock) bool { return b.createFirst }) &&
		!slices.ContainsFunc(out.diagnostics, isUnseen) {
		s.fail("a plan without a warning was not applied, although nothing disturbed it")
	}
}

// checkNothingIsLost finds objects that no state knows, although Terraform ran to its end and no error mentions them.
func (s *chaosStory) checkNothingIsLost(out chaosOutput) {
	s.t.Helper()

	known := inState(s.workspace)
	for name := range known {
		delete(s.left, name)
	}

	maps.DeleteFunc(s.orphans, func(name string, _ bool) bool { return known[name] > 0 || !s.exists(name) })

	for _, name := range s.created() {
		switch {
		case known[name] > 0 || s.left[name] || s.orphans[name] || s.isRivals(name):
		case out.mayLose:
			s.note("    in no state: %s", name)
			s.orphans[name] = true
		default:
			s.fail("%s exists, the state does not know it, and nothing said so", name)
		}
	}
}

// chaosFix is an argument to set and to apply before anything else.
type chaosFix struct{ instance, argument, value string }

// follow does what the diagnostics of the last run advise.
func (s *chaosStory) follow(out chaosOutput) {
	s.t.Helper()
	clear(s.imports)

	s.advised = nil

	// The user finds out that a moved block is missing.
	if s.rename != "" {
		return
	}

	var fixes []chaosFix

	for _, d := range out.diagnostics {
		replaces := strings.Contains(d.Detail, "terraform apply -replace=")

		switch {
		case replaces && d.Address != "" && s.inBlocks(d.Address):
			s.totals.add("advice: -replace", 1)
			s.advised = append(s.advised, "-replace="+d.Address)
		case d.Severity != "error":
		case d.Summary == diagnostic.SummaryModelDeployed:
			s.deleteAbandoned(d)
		case d.Summary == diagnostic.SummaryDeploymentReserved:
			s.freeID(d)
		case out.destroys && strings.Contains(d.Detail, diagnostic.DestroyPlanHint):
			s.totals.add("advice: destroy -refresh=false", 1)
			s.destroyOptions = []string{"-destroy", "-refresh=false"}
		case pastedImport.MatchString(d.Detail):
			s.followImport(d, out.raced)
		case strings.Contains(d.Detail, createdLater):
			s.createLater()
		default:
			fixes = append(fixes, s.fixes(d)...)
		}
	}

	if len(fixes) > 0 {
		s.applyOnly(fixes)
	}
}

// createdLater is the advice about a failed object that create_before_destroy does not let be replaced.
const createdLater = "remove create_before_destroy for one apply"

func (s *chaosStory) createLater() {
	s.totals.add("advice: remove create_before_destroy", 1)

	for _, b := range s.blocks {
		b.createFirst = false
	}
}

func (s *chaosStory) inBlocks(instance string) bool {
	b, key := s.blockAt(instance)
	return b != nil && !b.absent && (b.keys == nil || b.keys[key] != "")
}

// addressOf returns the address of the object that a diagnostic is about. Terraform names none for an object whose
// block was removed.
func (s *chaosStory) addressOf(d chaosDiagnostic) string {
	s.t.Helper()

	if d.Address != "" {
		return d.Address
	}

	for _, o := range s.workspace.StateObjects() {
		if strings.Contains(d.Detail, o.Name+",") || strings.Contains(d.Detail, o.Name+" ") {
			return o.Address
		}
	}

	s.fail("no address in %s", d)

	return ""
}

// setByPlan matches an argument that protects an object and is not applied yet, and its value.
var setByPlan = regexp.MustCompile(`^This plan sets (\w+) to (\w+)`)

// fixes returns what to apply before the change that an error refuses, or makes the change another one.
func (s *chaosStory) fixes(d chaosDiagnostic) []chaosFix {
	s.t.Helper()

	fix := chaosFix{argument: "deletion_policy", value: `"DELETE"`}

	switch d.Summary {
	case diagnostic.SummaryDestroyPrevented:
	case diagnostic.SummaryAbandonKeepsID:
	case diagnostic.SummaryProtectionNotApplied:
		switch set := setByPlan.FindStringSubmatch(d.Detail); set[2] {
		case lifecycle.DeletionPolicyPrevent:
			s.note("    %s of %s later", fix.argument, d.Address)
			s.totals.add("advice: set deletion_policy later", 1)

			b, _ := s.blockAt(d.Address)
			b.set(fix.argument, fix.value)

			return nil
		case lifecycle.DeletionPolicyAbandon:
			fix.value = strconv.Quote(set[2])
		default:
			fix = chaosFix{argument: set[1], value: set[2]}
		}
	case diagnostic.SummarySoftDeleteKeepsID:
		fix = chaosFix{argument: "soft_delete", value: "false"}
	case diagnostic.SummaryDeploymentInUse:
		fix = chaosFix{argument: "force_destroy", value: "true"}
	default:
		return nil
	}

	fix.instance = s.addressOf(d)

	if strings.HasSuffix(d.Summary, "keeps its ID") && s.chance(.5) {
		s.note("    another ID for %s", fix.instance)
		s.totals.add("advice: another ID", 1)
		s.chooseIDOf(fix.instance)

		return nil
	}

	// A deposed object keeps its arguments, and so does one without a block, which an import moved away.
	block, _ := s.blockAt(fix.instance)

	for _, o := range s.workspace.StateObjects() {
		if o.Address == fix.instance && (block == nil || o.Deposed && d.Summary == diagnostic.SummaryDeploymentInUse) {
			s.note("    delete %s%s", o.Name, s.elsewhere(http.MethodDelete, o.Name+"?ignoreChecks=true&hard=true", ""))
			return nil
		}
	}

	// What the user has configured already, also for another key of for_each, was not applied yet.
	if d.Summary == diagnostic.SummaryDestroyPrevented {
		if block.arguments[fix.argument] == `"PREVENT"` {
			block.set(fix.argument, oneOf(s.chaosConfig, fix.value, `"ABANDON"`))
		}

		if configured := block.arguments[fix.argument]; configured != "" {
			fix.value = configured
		}
	}

	s.totals.add("advice: apply "+fix.argument+" first", 1)

	return []chaosFix{fix}
}

// applyOnly applies the arguments, while every change that replaces or removes something waits.
func (s *chaosStory) applyOnly(fixes []chaosFix) {
	s.t.Helper()

	var targets []string

	for _, f := range fixes {
		s.note("--- apply only %s = %s of %s", f.argument, f.value, f.instance)

		b, key := s.blockAt(f.instance)
		b.set(f.argument, f.value)

		if b.absent {
			s.restore(b)
			defer func() { b.absent = true }()
		}

		for _, o := range s.workspace.StateObjects() {
			// A tainted base model replaces its deployment.
			isModel := strings.HasPrefix(o.Address, providerdata.PromotedModelType+".")
			if o.Tainted && !o.Deposed && (isModel || o.Address == f.instance) {
				s.workspace.ExpectExit(0, "untaint", "-no-color", o.Address)
			}

			if o.Address != f.instance || o.Deposed {
				continue
			}

			if b.keys != nil && b.keys[key] == "" {
				b.keys[key] = o.Name[strings.LastIndex(o.Name, "/")+1:]
				defer delete(b.keys, key)
			}
		}

		targets = append(targets, "-target="+f.instance)
	}

	s.held = true
	out := s.run(false, targets...)

	if slices.ContainsFunc(out.diagnostics, func(d chaosDiagnostic) bool {
		return d.Summary == "Moved resource instances excluded by targeting"
	}) {
		out = s.run(false)
	}

	s.held = false
	s.checkNothingIsLost(out)

	if out.exitCode != 0 {
		s.fail("the advice did not work")
	}

	for _, f := range fixes {
		for _, o := range s.workspace.StateObjects() {
			if got := fmt.Sprint(o.Attributes[f.argument]); o.Address == f.instance && !o.Deposed &&
				got != strings.Trim(f.value, `"`) {
				s.fail("%s of %s is %s after the advice", f.argument, f.instance, got)
			}
		}
	}
}

// deleteAbandoned deletes the abandoned deployments that keep a model from being deleted.
func (s *chaosStory) deleteAbandoned(d chaosDiagnostic) {
	for _, name := range deploymentName.FindAllString(d.Detail, -1) {
		if s.left[name] {
			s.note("    delete abandoned %s%s", name, s.elsewhere(http.MethodDelete, name+"?ignoreChecks=true&hard=true", ""))
			s.totals.add("advice: delete what was abandoned", 1)
			delete(s.left, name)
		}
	}
}

// freeID restores a deployment and imports it, or chooses another ID.
func (s *chaosStory) freeID(d chaosDiagnostic) {
	s.t.Helper()

	address := s.addressOf(d)

	if block := pastedImport.FindStringSubmatch(d.Detail); block != nil && s.chance(.5) {
		s.note("    restore %s%s", block[1], s.elsewhere(http.MethodPost, block[1]+":undelete", "{}"))
		s.totals.add("advice: undelete", 1)
		s.left[block[1]] = true
		s.importAt(address, block[1])

		return
	}

	s.note("    another ID for %s", address)
	s.totals.add("advice: another ID", 1)
	s.chooseIDOf(address)
}

// followImport imports an object that exists, unless somebody else has it.
func (s *chaosStory) followImport(d chaosDiagnostic, raced bool) {
	s.t.Helper()

	address, name := s.addressOf(d), pastedImport.FindStringSubmatch(d.Detail)[1]
	b, _ := s.blockAt(address)
	known := inState(s.workspace)[name] > 0

	switch {
	case known && s.chance(.5):
		s.createLater()
	case known, s.isRivals(name), s.left[name] && (b.idArgument != "" || b.keys != nil) && s.chance(.5):
		s.note("    another ID for %s", address)
		s.totals.add("advice: another ID", 1)
		s.chooseIDOf(address)
	case s.left[name] || s.orphans[name]:
		s.importAt(address, name)
	case raced && !s.exists(name):
		s.note("    %s does not exist any more", name)
	default:
		s.fail("%s is to be imported, and exists: %t; nothing said so before", name, s.exists(name))
	}
}

// importAt imports the object with the next apply.
func (s *chaosStory) importAt(address, name string) {
	s.t.Helper()

	// An import block has no effect while the state has another object at the address.
	at := s.objectsAt(address)
	current := slices.IndexFunc(at, func(o providertest.StateObject) bool { return !o.Deposed })

	switch {
	case current >= 0:
		typeName, _, _ := strings.Cut(address, ".")
		s.workspace.ExpectExit(0, "state", "mv", at[current].Address, typeName+"."+s.newID())
		s.totals.add("advice: state mv", 1)
	case len(at) > 0:
		s.workspace.ExpectExit(0, "state", "rm", at[0].Address)
		s.totals.add("advice: state rm", 1)

		for _, o := range at {
			s.left[o.Name] = true
		}
	}

	s.note("    import %s as %s", name, address)
	s.totals.add("advice: import", 1)
	s.imports[address] = name
}

// objectsAt returns the objects that the state has at the address, or that a moved block is to bring there.
func (s *chaosStory) objectsAt(address string) []providertest.StateObject {
	addresses := []string{address}

	for _, block := range slices.Backward(s.moved) {
		move := movedBlock.FindStringSubmatch(block)
		if rest, isMoved := strings.CutPrefix(addresses[len(addresses)-1], move[2]); isMoved &&
			(rest == "" || strings.HasPrefix(rest, "[")) {
			addresses = append(addresses, move[1]+rest)
		}
	}

	return slices.DeleteFunc(s.workspace.StateObjects(), func(o providertest.StateObject) bool {
		return !slices.Contains(addresses, o.Address)
	})
}

// settle applies without disturbances until there is nothing left to do.
func (s *chaosStory) settle() {
	s.t.Helper()

	for _, b := range s.blocks {
		b.absent = false
	}

	for range chaosSettleRuns {
		s.note("\n=== settle")

		out := s.run(false, s.advised...)
		s.totals.add("settling runs", 1)
		s.checkNothingIsLost(out)
		s.follow(out)

		if !out.changes && out.exitCode == 0 && len(s.advised) == 0 {
			return
		}
	}

	s.fail("the configuration did not converge in %d applies", chaosSettleRuns)
}

// checkEverythingIsKnown asserts that the state contains everything that the story created and did not abandon, once.
func (s *chaosStory) checkEverythingIsKnown() {
	s.t.Helper()

	known := inState(s.workspace)

	for _, name := range s.created() {
		if known[name] != 1 && !s.left[name] && !s.isRivals(name) {
			s.fail("%s is on the platform, and %d times in the state", name, known[name])
		}
	}
}

// protected returns the names of the objects that must not be destroyed.
func (s *chaosStory) protected() (names []string) {
	for _, o := range s.workspace.StateObjects() {
		if o.Attributes["deletion_policy"] == lifecycle.DeletionPolicyPrevent && o.Attributes["state"] == "READY" {
			names = append(names, o.Name)
		}
	}

	return names
}

// destroy destroys everything, which works at once, or as the errors advise.
func (s *chaosStory) destroy() {
	s.t.Helper()
	s.destroyOptions = []string{"-destroy"}

	for range chaosSettleRuns {
		s.note("\n=== destroy in the end")

		protected, before := s.protected(), existing(s.platform)
		out := s.run(false, s.destroyOptions...)
		s.destroyOptions = []string{"-destroy"}
		s.totals.add("destroys", 1)
		s.checkNothingIsLost(out)
		s.checkRefused(protected, before, out)

		if out.exitCode == 0 {
			s.checkNothingRuns()
			return
		}

		s.follow(out)
	}

	s.fail("terraform destroy did not succeed in %d runs", chaosSettleRuns)
}

// checkRefused asserts that a destroy is refused because of a protected object, and deletes nothing. Terraform does not
// plan what others need that are refused.
func (s *chaosStory) checkRefused(protected, before []string, out chaosOutput) {
	s.t.Helper()

	isNamed := func(name string) bool {
		return slices.ContainsFunc(out.diagnostics, func(d chaosDiagnostic) bool {
			return d.Severity == "error" && d.Summary == diagnostic.SummaryDestroyPrevented &&
				strings.Contains(d.Detail, name+",")
		})
	}
	if len(protected) > 0 && !slices.ContainsFunc(protected, isNamed) {
		s.fail("%q are protected, and no error says so", protected)
	}

	if diff := cmp.Diff(before, existing(s.platform)); len(protected) > 0 && (out.exitCode == 0 || diff != "") {
		s.fail("terraform destroy ended with %d although something is protected; deleted (-):\n%s", out.exitCode, diff)
	}
}

// checkNothingRuns compares what exists after the last destroy with what existed before the story, and what was
// abandoned.
func (s *chaosStory) checkNothingRuns() {
	s.t.Helper()

	for _, rival := range s.rivals {
		if err := rival.destroy(); err != nil {
			s.fail("the other workspace: %v", err)
		}
	}

	want := slices.Concat(s.fixtures, slices.Collect(maps.Keys(s.left)))
	slices.Sort(want)

	if diff := cmp.Diff(want, existing(s.platform)); diff != "" {
		s.fail("what existed before the story or was abandoned (-), and exists after destroy (+):\n%s", diff)
	}
}
