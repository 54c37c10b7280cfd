// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// chaosObject is an object in the state.
type chaosObject struct {
	// address is that of the block, instance that of the object.
	address, instance string
	name              string
	deposed           bool
}

// objects returns what the state contains.
func (s *chaosStory) objects() (objects []chaosObject) {
	s.t.Helper()

	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				Key        any            `json:"index_key"`
				Deposed    string         `json:"deposed"`
				Attributes map[string]any `json:"attributes"`
			}
		}
	}

	text := s.workspace.ExpectExit(0, "state", "pull")
	if err := json.Unmarshal([]byte(text), &state); err != nil && text != "" {
		s.fail("%v in the state:\n%s", err, text)
	}

	for _, r := range state.Resources {
		for _, i := range r.Instances {
			o := chaosObject{address: r.Type + "." + r.Name, deposed: i.Deposed != ""}
			o.name, _ = i.Attributes["name"].(string)
			o.instance = o.address

			if i.Key != nil {
				o.instance = fmt.Sprintf("%s[%q]", o.address, i.Key)
			}

			objects = append(objects, o)
		}
	}

	return objects
}

// created returns the names of the objects that exist now and did not before the story.
func (s *chaosStory) created() []string {
	return slices.DeleteFunc(existing(s.platform), func(name string) bool { return slices.Contains(s.fixtures, name) })
}

// follow does what an error about an object that exists advises.
func (s *chaosStory) follow(out chaosOutput) {
	s.t.Helper()
	clear(s.imports)

	objects := s.objects()

	for _, d := range out.diagnostics {
		s.excused = s.excused || slices.Contains(chaosReports, d.Summary)

		block := pastedImport.FindStringSubmatch(d.Detail)
		if d.Severity != "error" || block == nil || s.rename != "" {
			continue
		}

		if d.Address == "" {
			s.fail("no address in %s", d)
		}

		if slices.ContainsFunc(objects, func(o chaosObject) bool { return o.name == block[1] }) {
			s.note("    another ID for %s", d.Address)
			s.totals.add("advice: another ID", 1)
			s.chooseIDOf(d.Address)

			continue
		}

		if !s.excused {
			s.fail("%s exists, the state does not know it, and nothing said so before", block[1])
		}

		// An import block has no effect while the state has another object at the address.
		if slices.ContainsFunc(objects, func(o chaosObject) bool { return o.instance == d.Address && !o.deposed }) {
			typeName, _, _ := strings.Cut(d.Address, ".")
			s.workspace.ExpectExit(0, "state", "mv", d.Address, typeName+"."+s.newID())
			s.totals.add("advice: state mv", 1)
		}

		s.note("    import %s as %s", block[1], d.Address)
		s.totals.add("advice: import", 1)
		s.imports[d.Address] = block[1]
	}
}

// chaosReports are the errors after which an object may exist that is not in the state.
var chaosReports = []string{
	diagnostic.SummaryPromotionOutcomeLost, diagnostic.SummaryInterruptedBefore, diagnostic.SummaryTimedOutBefore,
	diagnostic.SummaryDeploymentOutcomeUnknown, diagnostic.SummaryDeploymentInterruptedBefore,
	diagnostic.SummaryDeploymentTimedOutBefore, diagnostic.SummaryLoadOutcomeUnknown,
	diagnostic.SummaryLoadInterruptedBefore, diagnostic.SummaryLoadTimedOutBefore,
	diagnostic.SummaryRouterOutcomeUnknown, diagnostic.SummaryRouterInterruptedBefore,
	diagnostic.SummaryRouterTimedOutBefore,
}

// pastedImport is an import block in a message.
var pastedImport = regexp.MustCompile(`(?s)import \{\n *to = [^\n]*\n *id = "([^"]*)"\n\}`)

// settle applies without disturbances until there is nothing left to do.
func (s *chaosStory) settle() {
	s.t.Helper()

	for _, b := range s.blocks {
		b.absent = false
	}

	for range chaosSettleRuns {
		s.note("\n=== settle")

		out := s.run(false)
		s.totals.add("settling runs", 1)

		if !out.changes && out.exitCode == 0 {
			return
		}

		s.follow(out)
	}

	s.fail("the configuration did not converge in %d applies", chaosSettleRuns)
}

// checkEverythingIsKnown asserts that the state contains everything that the story created, once.
func (s *chaosStory) checkEverythingIsKnown() {
	s.t.Helper()

	known := map[string]int{}
	for _, o := range s.objects() {
		known[o.name]++
	}

	for _, name := range s.created() {
		if known[name] != 1 {
			s.fail("%s is on the platform, and %d times in the state", name, known[name])
		}
	}
}

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
