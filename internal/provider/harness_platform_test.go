package provider

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
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// testAPIKey is long enough to be searched for.
const testAPIKey = "fw_canary_3ZbQ9tXw7LmK2vRd"

// platform is the mock API behind a URL, and the virtual clock that it shares with the provider: waiting takes no time.
type platform struct {
	*mockapi.Server
	URL   string
	clock *virtualClock
	// planCheckTimeout is how long the plan-time checks of one resource may take.
	planCheckTimeout time.Duration
	// variables are the environment of the provider.
	variables map[string]string
	oracle    *planOracle
}

// newPlatform serves the mock API for one test.
func newPlatform(t testing.TB, options mockapi.Options) *platform {
	t.Helper()

	clock := &virtualClock{now: time.Now()}
	if options.Now == nil {
		options.Now = clock.Now
	}

	if options.APIKey == "" {
		options.APIKey = testAPIKey
	}

	options.EmitUnpopulated = options.EmitUnpopulated || emitUnpopulated()

	api, err := mockapi.New(options)
	if err != nil {
		t.Fatal(err)
	}

	oracle := &planOracle{}
	server := httptest.NewServer(oracle.record(api))
	t.Cleanup(func() {
		// A lookup of a plan-time check may still be waiting for a response.
		server.CloseClientConnections()
		server.Close()
	})

	return &platform{Server: api, URL: server.URL, clock: clock, planCheckTimeout: planCheckTimeout, oracle: oracle}
}

// emitUnpopulated reports whether the platforms of the tests send every field, also those that are not set, as the API does.
func emitUnpopulated() bool { return os.Getenv("FIREWORKS_TEST_UNPOPULATED") == "1" }

// createdModels returns the models that promotions created.
func (p *platform) createdModels() []mockapi.Model {
	return slices.DeleteFunc(p.Models(), func(m mockapi.Model) bool { return p.PromotionsOf(m.Name) == 0 })
}

// provider returns the provider with the clock of the platform.
func (p *platform) provider() provider.Provider {
	return &fireworksProvider{
		version:          "test",
		clock:            &tickingClock{virtualClock: p.clock},
		pollInterval:     fireworks.DefaultPollInterval(),
		planCheckTimeout: p.planCheckTimeout,
		environment:      testEnvironment(p.variables),
	}
}

// testEnvironment isolates the provider from the keys and settings of the user who runs the tests.
func testEnvironment(variables map[string]string) environment {
	return environment{variable: func(name string) string { return variables[name] }}
}

// factories serves the provider to the CLI from within the test.
func (p *platform) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"fireworks": providerserver.NewProtocol6WithError(p.provider()),
	}
}

// config returns the body after a provider block for the platform.
func (p *platform) config(body string) string {
	return fmt.Sprintf("provider \"fireworks\" {\n  base_url = %q\n  api_key  = %q\n}\n%s", p.URL, testAPIKey, body)
}

// run runs the steps with terraform-plugin-testing, on the same state.
func (p *platform) run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()

	for i := range steps {
		p.oracle.watchStep(&steps[i])
	}

	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: p.factories(), Steps: steps})
	// After the last step, everything is destroyed without a plan.
	p.oracle.forget()
}

// takeWriteRequests returns the requests other than GET since its last call, in order, each as "METHOD path?query body".
func (p *platform) takeWriteRequests() []string {
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

// assertWrites compares the requests other than GET since the last such check.
func (p *platform) assertWrites(t *testing.T, want ...string) {
	t.Helper()

	if diff := cmp.Diff(append([]string{}, want...), p.takeWriteRequests()); diff != "" {
		t.Errorf("write requests (-want +got):\n%s", diff)
	}
}

// expectWrites is assertWrites as a check of a step.
func (p *platform) expectWrites(want ...string) statecheck.StateCheck {
	return stateCheckFunc(func() error {
		if diff := cmp.Diff(append([]string{}, want...), p.takeWriteRequests()); diff != "" {
			return fmt.Errorf("write requests (-want +got):\n%s", diff)
		}

		return nil
	})
}

// stateCheckFunc is a check of a step that ignores the state.
type stateCheckFunc func() error

func (f stateCheckFunc) CheckState(_ context.Context, _ statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = f()
}

// expectValues checks the named attributes of a resource or data source.
func expectValues(address string, want map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for _, name := range slices.Sorted(maps.Keys(want)) {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want[name]))
	}

	return checks
}

// assertAllChecked asserts that there is a check of every attribute of a schema.
func assertAllChecked[A any](t *testing.T, attributes map[string]A, checks map[string]knownvalue.Check) {
	t.Helper()

	for name := range attributes {
		if checks[name] == nil {
			t.Errorf("%s is not checked", name)
		}
	}
}

// stringListExact checks a list of strings.
func stringListExact(texts ...string) knownvalue.Check {
	return knownvalue.ListExact(stringsExact(texts))
}

// tupleExact checks a tuple of strings, such as the value of an output.
func tupleExact(texts ...string) knownvalue.Check { return knownvalue.TupleExact(stringsExact(texts)) }

func stringsExact(texts []string) []knownvalue.Check {
	checks := make([]knownvalue.Check, len(texts))
	for i, text := range texts {
		checks[i] = knownvalue.StringExact(text)
	}

	return checks
}

// virtualClock is a clock whose Sleep returns immediately and advances the time.
type virtualClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *virtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()

	return c.now
}

// tickingClock is a virtualClock that, like a real clock, never shows the same time twice.
type tickingClock struct {
	*virtualClock
	ticks atomic.Int64
}

func (c *tickingClock) Now() time.Time {
	return c.virtualClock.Now().Add(time.Duration(c.ticks.Add(1)))
}

// advance moves the clock without a Sleep.
func (c *virtualClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.now = c.now.Add(d)
}

func (c *virtualClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()

	c.now = c.now.Add(d)

	return ctx.Err()
}
