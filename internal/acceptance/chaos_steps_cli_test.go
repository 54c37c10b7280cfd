// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// randomChange changes the configuration, the state or the platform, and returns further options of the plan.
func (s *chaosStory) randomChange() (change string, options []string) {
	present := s.present()
	if len(present) == 0 {
		for _, b := range s.blocks {
			b.absent = false
		}

		return "add everything again", nil
	}

	// Whoever was told that something may exist does not choose another ID before that is known.
	if len(s.orphans) > 0 {
		return "apply again", nil
	}

	b := oneOf(s.chaosConfig, present...)

	switch s.random.IntN(18) {
	case 0:
		return "apply again", nil
	case 1, 2, 3:
		return "edit: " + s.edit(b) + " of " + b.label, nil
	case 4:
		return "replace: " + s.replace(b) + " of " + b.label, nil
	case 5:
		return s.ignore(b), nil
	case 6:
		s.moved = append(s.moved, s.move(b))
		return "rename with moved: " + b.label, nil
	case 7:
		s.rename = s.move(b)
		return "rename without moved: " + b.label, nil
	case 8:
		return s.mark()
	case 9, 10:
		return s.drift(), nil
	case 11:
		b.createFirst = true
		return "create before destroy: " + b.label + ", " + s.replace(b), nil
	case 12:
		return s.addOrRemove(b), nil
	case 13, 14:
		return s.changePolicy(), nil
	case 15:
		return s.rollOutSomething(), nil
	case 16:
		return s.race(b), nil
	default:
		return "destroy", []string{"-destroy"}
	}
}

// changePolicy changes what destroying an object does.
func (s *chaosStory) changePolicy() string {
	protected := s.present(chaosProtected...)
	if len(protected) == 0 {
		return "apply again"
	}

	b := oneOf(s.chaosConfig, protected...)

	return "policy: " + s.protect(b) + " of " + b.label
}

// rollOutSomething replaces the replicas of a deployment, which may fail.
func (s *chaosStory) rollOutSomething() string {
	deployments := s.present(providerdata.DeploymentType)
	if len(deployments) == 0 {
		return "apply again"
	}

	if s.chance(.6) {
		s.disturbance = providertest.FailingRollout(s.random)
	}

	b := oneOf(s.chaosConfig, deployments...)

	return "roll out: " + s.rollOut(b) + " of " + b.label
}

// race lets another workspace want what the story has, or what it is about to create.
func (s *chaosStory) race(b *chaosBlock) string {
	s.races = true

	if s.chance(.3) {
		return "race: edit " + s.edit(b) + " of " + b.label
	}

	for _, b := range s.present() {
		s.chooseID(b)
	}

	return "race: new IDs"
}

// finishRename adds the moved block that the user forgot.
func (s *chaosStory) finishRename() {
	if s.rename != "" {
		s.moved, s.rename = append(s.moved, s.rename), ""
	}
}

// ignore ignores an argument of the block, which is changed elsewhere, and edits another one.
func (s *chaosStory) ignore(b *chaosBlock) string {
	name := oneOf(s.chaosConfig, "display_name", "description")
	if b.typeName == providerdata.DeploymentType {
		name = oneOf(s.chaosConfig, "max_replica_count", "tags", "display_name")
	}

	if b.typeName == providerdata.RouterType {
		name = "display_name"
	}

	if !slices.Contains(b.ignored, name) {
		b.ignored = append(b.ignored, name)
	}

	for _, o := range s.workspace.StateObjects() {
		if o.Block == b.address() {
			s.changeElsewhere(o.Name, name)
		}
	}

	return "ignore changes: " + name + " of " + b.label + ", and edit " + s.edit(b)
}

// addOrRemove removes a block that no other one refers to, or adds it again, or the same with a key of for_each.
func (s *chaosStory) addOrRemove(b *chaosBlock) string {
	for _, removed := range s.blocks {
		if removed.absent && s.chance(.5) {
			s.restore(removed)
			return "add: " + removed.label
		}
	}

	switch {
	case len(b.keys) > 1:
		delete(b.keys, slices.Sorted(maps.Keys(b.keys))[0])
		return "remove: a key of " + b.label
	case len(b.keys) == 1:
		b.keys[s.newID()] = s.newID()
		return "add: a key of " + b.label
	case s.isUsed(b):
		return "apply again"
	}

	b.absent = true

	return "remove: " + b.label
}

// mark taints an object, or replaces it with the option -replace.
func (s *chaosStory) mark() (change string, options []string) {
	objects := slices.DeleteFunc(s.workspace.StateObjects(),
		func(o providertest.StateObject) bool { return o.Deposed })
	if len(objects) == 0 {
		return "apply again", nil
	}

	o := oneOf(s.chaosConfig, objects...)
	if s.chance(.5) {
		return "replace by option: " + o.Address, []string{"-replace=" + o.Address}
	}

	s.workspace.ExpectExit(0, "taint", "-no-color", o.Address)

	return "taint: " + o.Address, nil
}

// drift changes or deletes an object behind Terraform's back.
func (s *chaosStory) drift() string {
	objects := s.workspace.StateObjects()
	if len(objects) == 0 {
		return "apply again"
	}

	o := oneOf(s.chaosConfig, objects...)
	if s.chance(.4) {
		return "drift: DELETE " + o.Name + s.elsewhere(http.MethodDelete,
			fmt.Sprintf("%s?ignoreChecks=true&hard=%t", o.Name, s.chance(.7)), "")
	}

	name := oneOf(s.chaosConfig, "display_name", "description", "max_replica_count", "tags")

	return "drift: " + name + " of " + o.Name + s.changeElsewhere(o.Name, name)
}

// changeElsewhere changes an argument of an object without Terraform, and returns the status of the response.
func (s *chaosStory) changeElsewhere(name, argument string) string {
	switch argument {
	case "tags":
		return s.elsewhere(http.MethodPost, name+":setTags", `{"tags": {"custom/owner": "else"}}`)
	case "max_replica_count":
		return s.elsewhere(http.MethodPatch, name+"?updateMask=max_replica_count", `{"maxReplicaCount": 5}`)
	case "display_name":
		return s.elsewhere(http.MethodPatch, name+"?updateMask=display_name", fmt.Sprintf(`{"name": %q, "displayName": "Elsewhere"}`, name))
	default:
		return s.elsewhere(http.MethodPatch, name+"?updateMask=description", `{"description": "Elsewhere."}`)
	}
}

// elsewhere sends a request that is not Terraform's.
func (s *chaosStory) elsewhere(method, target, body string) string {
	request := httptest.NewRequestWithContext(s.t.Context(), method, "/v1/"+target, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+providertest.TestAPIKey)

	response := httptest.NewRecorder()
	s.platform.ServeHTTP(response, request)

	return fmt.Sprintf(" (%d %s)", response.Code, response.Body)
}

// chaosRival is a workspace of somebody else who wants the same objects.
type chaosRival struct {
	*providertest.Workspace

	story    *chaosStory
	oracle   *providertest.PlanOracle
	planFile string
	// apply starts the apply of its plan, once, and ended is closed at its end.
	apply func()
	ended chan struct{}
	out   chaosOutput
	err   error
}

// startRace plans the configuration in another workspace, which is applied while the story applies its own.
func (s *chaosStory) startRace() {
	s.t.Helper()

	r := &chaosRival{story: s, oracle: &providertest.PlanOracle{}, ended: make(chan struct{}),
		planFile: filepath.Join(s.t.TempDir(), "rival.tfplan")}
	url := ""
	r.Workspace, url = s.newWorkspace(r.oracle.Record(s.platform.Server))

	// Models that are loaded already would end its plan.
	omitted := []string{providerdata.DeployedModelType}
	if len(s.workspace.StateObjects()) == 0 {
		omitted = nil
	}

	r.Write("main.tf", s.renderRival(url, omitted))

	planned := r.plan()
	s.noteOutput([]string{"plan of another workspace"}, planned)

	r.apply = sync.OnceFunc(func() {
		go func() {
			defer close(r.ended)

			if planned.exitCode == 2 {
				r.out, r.err = r.applyPlan()
			}
		}()
	})
	s.rival = r
}

// endRace waits for the end of the other workspace, and destroys what that created. It reports whether an object may
// exist that is in no state.
func (s *chaosStory) endRace() (mayLose bool) {
	s.t.Helper()

	r := s.rival
	if r == nil {
		return false
	}

	r.apply()
	<-r.ended
	s.noteOutput([]string{"apply of another workspace"}, r.out)

	if r.err != nil {
		s.fail("the other workspace: %v", r.err)
	}

	mine := inState(s.workspace)
	for name := range inState(r.Workspace) {
		s.totals.add("objects that another workspace created", 1)

		if mine[name] > 0 {
			s.fail("%s is in the states of two workspaces", name)
		}
	}

	s.rival = nil

	// What the story uses cannot be deleted yet.
	if err := r.destroy(); err != nil {
		s.note("the other workspace: %v", err)
		s.rivals = append(s.rivals, r)
	}

	return r.out.mayLose
}

// isRivals reports whether another workspace has the object in its state.
func (s *chaosStory) isRivals(name string) bool {
	return slices.ContainsFunc(s.rivals, func(r *chaosRival) bool { return inState(r.Workspace)[name] > 0 })
}

func (r *chaosRival) execute(arguments ...string) chaosOutput {
	return r.story.parse(r.Start(append(arguments, "-input=false", "-json")...).Wait())
}

func (r *chaosRival) plan(options ...string) chaosOutput {
	return r.execute(append([]string{"plan", "-detailed-exitcode", "-out=" + r.planFile}, options...)...)
}

// applyPlan applies the plan, and returns an error if that writes what the plan did not show.
func (r *chaosRival) applyPlan() (chaosOutput, error) {
	_, shown := r.Start("show", "-json", r.planFile).Wait()
	if err := r.oracle.Show([]byte(shown)); err != nil {
		return chaosOutput{}, err
	}

	return r.execute("apply", r.planFile), r.oracle.Compare()
}

func (r *chaosRival) destroy() error {
	out := r.plan("-destroy")

	var err error
	if out.exitCode == 2 {
		out, err = r.applyPlan()
	}

	if err == nil && out.exitCode != 0 {
		err = fmt.Errorf("terraform destroy ended with %d: %v", out.exitCode, out.diagnostics)
	}

	return err
}
