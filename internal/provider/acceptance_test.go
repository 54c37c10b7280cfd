package provider

import (
	"context"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// testAPIKey is long enough to be searched for.
const testAPIKey = "fw_canary_3ZbQ9tXw7LmK2vRd"

// platform is a mock API behind a URL, and the clock that it shares with the provider: waits take no time.
type platform struct {
	*mockapi.Server
	URL   string
	clock *virtualClock
}

// newPlatform serves the mock API for one test.
func newPlatform(t *testing.T, options mockapi.Options) *platform {
	t.Helper()
	clock := &virtualClock{now: time.Now()}
	if options.Now == nil {
		options.Now = clock.Now
	}
	if options.APIKey == "" {
		options.APIKey = testAPIKey
	}
	api, err := mockapi.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	return &platform{Server: api, URL: server.URL, clock: clock}
}

// provider is the provider with the clock of the platform.
func (p *platform) provider() provider.Provider {
	return &fireworksProvider{version: "test", clock: p.clock, pace: fireworks.DefaultPace()}
}

// factories serves the provider to the CLI from within the test.
func (p *platform) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"fireworks": providerserver.NewProtocol6WithError(p.provider()),
	}
}

// config puts a provider block that points at the platform before the body.
func (p *platform) config(body string) string {
	return fmt.Sprintf("provider \"fireworks\" {\n  base_url = %q\n  api_key  = %q\n}\n%s", p.URL, testAPIKey, body)
}

// virtualClock passes the time that is slept through, at once.
type virtualClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *virtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *virtualClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}
