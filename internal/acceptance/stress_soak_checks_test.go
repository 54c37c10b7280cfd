// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"maps"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// checkClear checks that every diagnostic is readable.
func (r *soakResource) checkClear(what string, got providertest.Run) {
	for _, d := range got.Diagnostics {
		r.count(d.Severity + " " + d.Summary)

		if problem := unclear(d); problem != "" {
			r.t.Errorf("%s, %s: %s: %s", r.place, what, problem, d)
		}
	}
}

// unclear returns what makes a diagnostic unreadable, or "".
func unclear(d providertest.Diagnostic) string {
	switch {
	case d.Summary == "" || strings.TrimSpace(d.Detail) == "":
		return "empty"
	case len(d.Detail) > 8<<10:
		return "too long"
	case strings.Contains(d.Detail, providertest.TestAPIKey):
		return "shows the key"
	}

	for _, word := range []string{"%!", "context canceled", "context deadline exceeded", "runtime error", "0xc0"} {
		if strings.Contains(d.Detail, word) {
			return "contains Go internals (" + word + ")"
		}
	}

	return ""
}

// checkEverythingIsKnown refreshes every resource without faults and compares states and platform, both ways.
func (s *soak) checkEverythingIsKnown(workspaces []*soakWorkspace) {
	known := map[any]string{}

	for _, w := range workspaces {
		w.together(nil, func(r *soakResource, core providertest.TerraformCore) {
			if r.current.State == nil {
				return
			}

			read := core.Start().Read(s.t.Context(), core.TypeName, r.current.Stored)
			if read.State == nil || len(read.Diagnostics) > 0 {
				s.t.Errorf("%s: %v is lost:\n%s", r.place, r.current.State["id"], read.Diagnostics)
				return
			}

			for _, difference := range r.kind.differences(s.platform.Server, read.State) {
				s.t.Errorf("%s: %s", r.place, difference)
			}

			s.count(core.TypeName + " compared with the platform")
		})

		for _, r := range w.resources {
			if r.current.State != nil {
				known[r.current.State["id"]] = r.place
			}
		}
	}

	for _, kind := range soakKinds() {
		for _, name := range kind.created(s.platform.Server) {
			if known[name] == "" {
				s.t.Errorf("%s is on the platform and in no state", name)
			}
		}
	}
}

// removeAbandoned removes what was abandoned, which must still exist.
func (s *soak) removeAbandoned() {
	for _, kind := range soakKinds() {
		for _, name := range kind.created(s.platform.Server) {
			if s.abandoned[name] {
				kind.remove(s.platform.Server, name)
				delete(s.abandoned, name)
			}
		}
	}

	for name := range s.abandoned {
		s.t.Errorf("%s was abandoned and does not exist", name)
	}
}

// checkNothingIsLeft finds what is still on the platform after everything was destroyed.
func (s *soak) checkNothingIsLeft() {
	for _, kind := range soakKinds() {
		if left := kind.created(s.platform.Server); len(left) > 0 {
			s.t.Errorf("left after destroy: %s", strings.Join(left, ", "))
		}
	}
}

// differencesFromTruth compares a state with what the platform has.
func differencesFromTruth(state providertest.Values, model mockapi.Model) []string {
	text := func(s string) any {
		if s == "" {
			return nil
		}

		return s
	}

	truth := providertest.Values{
		"id": model.Name, "name": model.Name, "account_id": "demo", "state": text(model.State),
		"kind": text(model.Kind), "public": model.Public,
		"display_name": text(model.DisplayName), "description": text(model.Description),
		"create_time": text(model.CreateTime), "update_time": text(model.UpdateTime), "context_length": nil,
		"peft_details": nil,
	}
	if model.ContextLength != 0 {
		truth["context_length"] = int64(model.ContextLength)
	}

	if details := model.PeftDetails; details != nil {
		modules := []any{}
		for _, module := range details.TargetModules {
			modules = append(modules, module)
		}

		peft := providertest.Values{
			"base_model":      text(details.BaseModel),
			"base_model_type": text(details.BaseModelType),
			"r":               int64(details.R),
			"target_modules":  nil,
		}
		if len(modules) > 0 {
			peft["target_modules"] = modules
		}

		truth["peft_details"] = peft
	}

	var differences []string

	for _, name := range slices.Sorted(maps.Keys(truth)) {
		// Metadata that the configuration clears is "" in the state, and missing on the platform.
		if got := state[name]; !providertest.Equal(got, truth[name]) && (got != "" || truth[name] != nil) {
			differences = append(differences,
				fmt.Sprintf("%s of %s is %#v in the state and %#v on the platform", name, model.Name, got, truth[name]))
		}
	}

	return differences
}

// checkGoroutines finds running goroutines that the soak started: they have its label.
func (s *soak) checkGoroutines(label string) {
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()

	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()

	for {
		left := goroutinesLabelled(label)
		if len(left) == 0 {
			return
		}

		select {
		case <-again.C:
		case <-deadline.C:
			s.t.Errorf("%d groups of goroutines are left:\n%s", len(left), strings.Join(left, "\n\n"))
			return
		}
	}
}

func goroutinesLabelled(label string) []string {
	var profile strings.Builder

	_ = pprof.Lookup("goroutine").WriteTo(&profile, 1)

	return slices.DeleteFunc(strings.Split(profile.String(), "\n\n"), func(group string) bool {
		return !strings.Contains(group, fmt.Sprintf("%q:%q", "soak", label))
	})
}

func (s *soak) checkMemory(before uint64) {
	if !s.alone {
		return
	}

	runtime.GC()

	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	s.t.Logf("heap: %d MiB at the most, %d MiB before, %d MiB after", s.peak>>20, before>>20, after.HeapAlloc>>20)

	if s.peak > soakMaxHeap || after.HeapAlloc > before+soakHeapLeft {
		s.t.Error("that is more than it may be")
	}
}

func (s *soak) report() {
	var text strings.Builder
	fmt.Fprintf(&text, "seed %d: what was done, and what was said:", s.seed)

	for _, name := range slices.Sorted(maps.Keys(s.counts)) {
		fmt.Fprintf(&text, "\n%8d  %s", s.counts[name], name)
	}

	s.t.Log(text.String())
}
