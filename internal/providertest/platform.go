// SPDX-License-Identifier: MPL-2.0

// Package providertest is the harness of the tests: the mock platform, real CLIs and processes, calls of the plugin
// protocol, an in-memory network, and fixtures.
package providertest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	fwprovider "github.com/fw-ai/terraform-provider-fireworks/internal/provider"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// TestAPIKey is long enough to be searched for.
const TestAPIKey = "fw_canary_3ZbQ9tXw7LmK2vRd"

// Platform is the mock API behind a URL, and the virtual clock that it shares with the provider: waiting takes no time.
type Platform struct {
	*mockapi.Server
	URL   string
	Clock *VirtualClock
	// PlanCheckTimeout is how long the plan-time checks of one resource may take.
	PlanCheckTimeout time.Duration
	// Variables are the environment of the provider.
	Variables map[string]string
	oracle    *PlanOracle
}

// NewPlatform serves the mock API for one test.
func NewPlatform(t testing.TB, options mockapi.Options) *Platform {
	t.Helper()

	clock := &VirtualClock{Current: time.Now()}
	if options.Now == nil {
		options.Now = clock.Now
	}

	if options.APIKey == "" {
		options.APIKey = TestAPIKey
	}

	options.EmitUnpopulated = options.EmitUnpopulated || emitUnpopulated()

	options.Unobserved = isOfNeighbor

	api, err := mockapi.New(options)
	if err != nil {
		t.Fatal(err)
	}

	oracle := &PlanOracle{}
	server := httptest.NewServer(oracle.Record(api))

	t.Cleanup(func() {
		// A lookup of a plan-time check may still be waiting for a response.
		server.CloseClientConnections()
		server.Close()
	})

	startNeighbor(t, server.URL, options.APIKey)

	return &Platform{Server: api, URL: server.URL, Clock: clock, PlanCheckTimeout: providerdata.PlanCheckTimeout,
		oracle: oracle}
}

// emitUnpopulated reports whether the platforms of the tests send every field, also those that are not set, as the API
// does.
func emitUnpopulated() bool { return os.Getenv("FIREWORKS_TEST_UNPOPULATED") == "1" }

// CreatedModels returns the models that promotions of the test created.
func (p *Platform) CreatedModels() []mockapi.Model {
	return slices.DeleteFunc(p.Models(), func(m mockapi.Model) bool {
		return p.PromotionsOf(m.Name) == 0 || strings.Contains(m.Name, neighborPrefix)
	})
}

// Provider returns the provider with the settings of the platform.
func (p *Platform) Provider() provider.Provider { return fwprovider.NewWithSettings(p.Settings()) }

// Settings are those of a provider with the clock of the platform.
func (p *Platform) Settings() fwprovider.Settings {
	return fwprovider.Settings{
		Version:          "test",
		Clock:            &tickingClock{VirtualClock: p.Clock},
		PollInterval:     fireworks.DefaultPollInterval(),
		PlanCheckTimeout: p.PlanCheckTimeout,
		Environment:      testEnvironment(p.Variables),
	}
}

// testEnvironment isolates the provider from the keys and settings of the user who runs the tests.
func testEnvironment(variables map[string]string) fwprovider.Environment {
	return fwprovider.Environment{Variable: func(name string) string { return variables[name] }}
}

// Config returns the body after a provider block for the platform.
func (p *Platform) Config(body string) string {
	return fmt.Sprintf("provider \"fireworks\" {\n  base_url = %q\n  api_key  = %q\n}\n%s", p.URL, TestAPIKey, body)
}

// TakeWriteRequests returns the requests other than GET since its last call, in order, each as "METHOD path?query
// body".
func (p *Platform) TakeWriteRequests() []string {
	writes := []string{}

	for _, r := range p.Requests() {
		if r.Method == http.MethodGet {
			continue
		}

		text := r.Method + " " + r.Path
		if r.RawQuery != "" {
			query, _ := url.QueryUnescape(r.RawQuery)
			text += "?" + query
		}

		if len(r.Body) > 0 {
			text += " " + sortedJSON(r.Body)
		}

		writes = append(writes, text)
	}

	p.ResetRequests()

	return writes
}

// sortedJSON sorts the fields of an object by name.
func sortedJSON(text []byte) string {
	var value any
	if json.Unmarshal(text, &value) != nil {
		return string(text)
	}

	sorted, _ := json.Marshal(value)

	return string(sorted)
}

// AssertWrites compares the requests other than GET since the last such check.
func (p *Platform) AssertWrites(t *testing.T, want ...string) {
	t.Helper()

	if diff := diffWrites(want, p.TakeWriteRequests()); diff != "" {
		t.Errorf("write requests (-want +got):\n%s", diff)
	}
}

// diffWrites compares requests, with OpenTofu without the dry runs: see ChecksAgain.
func diffWrites(want, got []string) string {
	want = append([]string{}, want...)

	if usesOpenTofu() {
		isDryRun := func(request string) bool { return strings.Contains(request, "validateOnly=true") }
		want, got = slices.DeleteFunc(want, isDryRun), slices.DeleteFunc(got, isDryRun)
	}

	return cmp.Diff(want, got)
}

// ExpectWrites is AssertWrites as a check of a step.
func (p *Platform) ExpectWrites(want ...string) statecheck.StateCheck {
	return StateCheckFunc(func() error {
		if diff := diffWrites(want, p.TakeWriteRequests()); diff != "" {
			return fmt.Errorf("write requests (-want +got):\n%s", diff)
		}

		return nil
	})
}

// StateCheckFunc is a check of a step that ignores the state.
type StateCheckFunc func() error

func (f StateCheckFunc) CheckState(
	_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse,
) {
	resp.Error = f()
}

// ExpectValues checks the named attributes of a resource or data source.
func ExpectValues(address string, want map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for _, name := range slices.Sorted(maps.Keys(want)) {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want[name]))
	}

	return checks
}

// AssertAllChecked asserts that there is a check of every attribute of a schema.
func AssertAllChecked[A any](t *testing.T, attributes map[string]A, checks map[string]knownvalue.Check) {
	t.Helper()

	for name := range attributes {
		if checks[name] == nil {
			t.Errorf("%s is not checked", name)
		}
	}
}

// StringListExact checks a list of strings.
func StringListExact(texts ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(texts))
	for i, text := range texts {
		checks[i] = knownvalue.StringExact(text)
	}

	return knownvalue.ListExact(checks)
}

// VirtualClock is a clock whose Sleep returns immediately and advances the time.
type VirtualClock struct {
	mu      sync.Mutex
	Current time.Time
}

func (c *VirtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()

	return c.Current
}

// tickingClock is a VirtualClock that, like a real clock, never shows the same time twice.
type tickingClock struct {
	*VirtualClock
	ticks atomic.Int64
}

func (c *tickingClock) Now() time.Time {
	return c.VirtualClock.Now().Add(time.Duration(c.ticks.Add(1)))
}

// Advance moves the clock without a Sleep.
func (c *VirtualClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.Current = c.Current.Add(d)
}

func (c *VirtualClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.Current = c.Current.Add(d)

	return ctx.Err()
}
