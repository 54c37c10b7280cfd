// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

var updateMessages = flag.Bool("update", false, "write the golden files in testdata anew")

// MessageCase is a failure and the calls that provoke its message.
type MessageCase struct {
	When    string
	Provoke func(*Scene)
}

// AssertMessages provokes every message in its own scene, and compares them with the file in testdata, where they can
// be read as one text.
func AssertMessages(t *testing.T, file string, cases []MessageCase, newScene func(*testing.T) *Scene) {
	t.Helper()

	texts := make([]string, len(cases))

	t.Run("provoke", func(t *testing.T) {
		for i, c := range cases {
			t.Run(c.When, func(t *testing.T) {
				t.Parallel()

				s := newScene(t)
				c.Provoke(s)

				texts[i] = "=== " + c.When + " ===\n\n" + s.text() + "\n"
			})
		}
	})

	assertGolden(t, filepath.Join("testdata", file), strings.Join(texts, "\n\n"))
}

// assertGolden compares a text with the file, which -update writes anew.
func assertGolden(t *testing.T, file, got string) {
	t.Helper()

	if *updateMessages {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}

	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the messages are not those of %s; see the difference, and write them anew with -update (-want "+
			"+got):\n%s", file, diff)
	}
}

// Scene is a platform with one resource, for a test that provokes one message.
type Scene struct {
	*Platform
	T    *testing.T
	core TerraformCore
	// Provider are the arguments of the provider in a plan of a new resource.
	Provider Values
	// Config is the configuration with some arguments changed, and Change contains those that are.
	Config  func(change Values) Values
	Change  Values
	Current Instance
	Ctx     context.Context //nolint:containedctx // a scene is one test
	// Said contains the diagnostics of the last call.
	Said Diagnostics
}

// NewScene returns a scene without the resource; newCore is (*Platform).PromotedModels or its equivalent for another
// type.
func NewScene(
	t *testing.T, options mockapi.Options, newCore func(*Platform, testing.TB) TerraformCore,
	config func(change Values) Values,
) *Scene {
	t.Helper()

	p := NewPlatform(t, options)

	return &Scene{Platform: p, T: t, core: newCore(p, t), Config: config, Ctx: t.Context()}
}

// ShortTimeouts expire soon.
var ShortTimeouts = Values{"timeouts": Values{"create": "1s", "update": "1s", "delete": "1s"}}

// text returns the diagnostics of the last call, without the values that vary.
func (s *Scene) text() string {
	s.T.Helper()

	if len(s.Said) == 0 {
		s.T.Error("no diagnostics")
	}

	return strings.ReplaceAll(mockRequestID.ReplaceAllString(s.Said.String(), "mock-N"), s.URL, "http://mock")
}

// Run applies the configuration, or destroys the resource when it is nil. A call to interrupt before concerns this run
// only.
func (s *Scene) Run(config Values, options RunOptions) {
	s.Said = s.core.Run(s.Ctx, &s.Current, config, options).Diagnostics
	s.Ctx = s.T.Context()
}

// ValidateConfig validates another configuration. The framework validates the arguments in no particular order.
func (s *Scene) ValidateConfig(config Values) {
	s.Said = s.Protocol(s.T).Validate(s.T.Context(), s.core.TypeName, config)

	slices.SortFunc(s.Said, func(a, b Diagnostic) int { return strings.Compare(a.String(), b.String()) })
}

// Plan plans the configuration for what the state contains.
func (s *Scene) Plan() { s.Run(s.Config(s.Change), RunOptions{PlanOnly: true}) }

// PlanNew plans the configuration as that of a new resource, whatever the state contains.
func (s *Scene) PlanNew() {
	process := s.ProtocolWith(s.T, s.Provider)
	s.Said = process.Plan(s.T.Context(), s.core.TypeName, Stored{}, s.Config(s.Change)).Diagnostics
}

// Apply applies the configuration.
func (s *Scene) Apply() { s.Run(s.Config(s.Change), RunOptions{}) }

// Update applies the configuration with another change.
func (s *Scene) Update(change Values) { s.Run(s.Config(With(s.Change, change)), RunOptions{}) }

// Destroy destroys what the state contains.
func (s *Scene) Destroy() { s.Run(nil, RunOptions{}) }

// Read refreshes what the state contains.
func (s *Scene) Read() {
	s.Said = s.Protocol(s.T).Read(s.T.Context(), s.core.TypeName, s.Current.Stored).Diagnostics
}

// Import imports an ID.
func (s *Scene) Import(id string) {
	s.Said = s.Protocol(s.T).Import(s.T.Context(), s.core.TypeName, id, nil).Diagnostics
}

// AfterPlan plans, then arranges, and applies in another process, so that what is arranged meets the creation alone.
func (s *Scene) AfterPlan(arrange func()) {
	config := s.Config(s.Change)
	plan := s.Protocol(s.T).Plan(s.T.Context(), s.core.TypeName, Stored{}, config)

	arrange()

	s.Said = s.Protocol(s.T).Apply(s.Ctx, s.core.TypeName, Stored{}, plan, config).Diagnostics
}

// Refuse makes every request with the method fail; "" is all methods, and an empty body the default of the mock.
func (s *Scene) Refuse(method string, status int, body string) {
	s.SetFaults(mockapi.Fault{Method: method, Kind: mockapi.FaultStatus, Status: status, Body: body})
}

// Interrupt cancels the next run, as Ctrl-C does, at the n-th request of this kind.
func (s *Scene) Interrupt(method, pathPattern string, n int) {
	ctx, cancel := context.WithCancel(s.T.Context())
	s.T.Cleanup(cancel)
	s.Ctx = ctx
	s.OnNthRequest(method, pathPattern, n, func(*http.Request) { cancel() })
}

// Validating validates the configuration with a change.
func Validating(change Values) func(*Scene) {
	return func(s *Scene) { s.ValidateConfig(s.Config(change)) }
}

// Planning plans a new resource with a change of the configuration.
func Planning(change Values) func(*Scene) {
	return func(s *Scene) {
		s.Change = change
		s.PlanNew()
	}
}

// RefusedCreation creates the resource, after a plan, while the API refuses the request.
func RefusedCreation(status int, body string) func(*Scene) {
	return func(s *Scene) { s.AfterPlan(func() { s.Refuse(http.MethodPost, status, body) }) }
}

// RefusedUpdate updates the resource while the API refuses the request.
func RefusedUpdate(status int, body string, change Values) func(*Scene) {
	return func(s *Scene) {
		s.Apply()
		s.Refuse(http.MethodPatch, status, body)
		s.Update(change)
	}
}

// UnappliedUpdate updates the resource, while the platform ignores a field.
func UnappliedUpdate(field string, change Values) func(*Scene) {
	return func(s *Scene) {
		s.Apply()
		s.SetIgnoredFields(field)
		s.Update(change)
	}
}

// RefusedDeletion destroys the resource while the API refuses the request.
func RefusedDeletion(s *Scene) {
	s.Apply()
	s.Refuse(http.MethodDelete, http.StatusForbidden, "")
	s.Destroy()
}

// Protected destroys a resource that its policy protects.
func Protected(s *Scene) {
	s.Change = Values{"deletion_policy": "PREVENT"}
	s.Apply()
	s.Destroy()
}

// ProtectedTooLate sets a policy in the plan that replaces the resource because of the change.
func ProtectedTooLate(change Values) func(*Scene) {
	return func(s *Scene) {
		s.Apply()
		s.Update(With(change, Values{"deletion_policy": "ABANDON"}))
	}
}

// Importing imports an ID.
func Importing(id string) func(*Scene) { return func(s *Scene) { s.Import(id) } }
