// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

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

	b := oneOf(s.chaosConfig, present...)

	switch s.random.IntN(14) {
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
	default:
		return "destroy", []string{"-destroy"}
	}
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

	for _, o := range s.objects() {
		if o.address == b.address() {
			s.changeElsewhere(o.name, name)
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
	objects := slices.DeleteFunc(s.objects(), func(o chaosObject) bool { return o.deposed })
	if len(objects) == 0 {
		return "apply again", nil
	}

	o := oneOf(s.chaosConfig, objects...)
	if s.chance(.5) {
		return "replace by option: " + o.instance, []string{"-replace=" + o.instance}
	}

	s.workspace.ExpectExit(0, "taint", "-no-color", o.instance)

	return "taint: " + o.instance, nil
}

// drift changes or deletes an object behind Terraform's back.
func (s *chaosStory) drift() string {
	objects := s.objects()
	if len(objects) == 0 {
		return "apply again"
	}

	o := oneOf(s.chaosConfig, objects...)
	if s.chance(.4) {
		return "drift: DELETE " + o.name + s.elsewhere(http.MethodDelete, o.name+"?ignoreChecks=true&hard=true", "")
	}

	name := oneOf(s.chaosConfig, "display_name", "description", "max_replica_count", "tags")

	return "drift: " + name + " of " + o.name + s.changeElsewhere(o.name, name)
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
