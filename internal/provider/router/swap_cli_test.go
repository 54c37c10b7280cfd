// SPDX-License-Identifier: MPL-2.0

package router_test

import (
	"context"
	"io"
	"net/http"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const (
	completionsPath = "/inference/v1/chat/completions"

	servedOld = `-var=served={ step-100 = { model = "accounts/fireworks/models/qwen3-8b", ` +
		`shape = "accounts/fireworks/deploymentShapes/rft-qwen3-8b", replicas = 1 } }`
	servedNew = `-var=served={ step-200 = { model = "accounts/demo/models/served-qwen3", ` +
		`shape = "accounts/fireworks/deploymentShapes/rft-qwen3-8b", replicas = 1 } }`
)

// routerClient sends a request to a router every 20 ms, and counts the responses by the deployment they name.
type routerClient struct {
	http   http.Client
	url    string
	router string

	mu        sync.Mutex
	responses map[string]int
	failures  []string
	changed   *sync.Cond
}

var respondingDeployment = regexp.MustCompile(`on deployment accounts/demo/deployments/([a-z0-9-]+)\.`)

// startClient starts a client that ends with the test or with stop, which returns when its last request has ended.
func startClient(t *testing.T, p *providertest.Platform, router string) (client *routerClient, stop func()) {
	t.Helper()

	client = &routerClient{http: http.Client{Timeout: time.Minute}, url: p.URL + completionsPath, router: router,
		responses: map[string]int{}}
	client.changed = sync.NewCond(&client.mu)
	ctx, cancel := context.WithCancel(t.Context())

	var running sync.WaitGroup

	running.Go(func() {
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()

		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				client.send(t)
			}
		}
	})

	stop = func() { cancel(); running.Wait() }
	t.Cleanup(stop)

	return client, stop
}

// send sends one request. It does not end with the client, so that stopping the client is no failure.
func (c *routerClient) send(t *testing.T) {
	body := strings.NewReader(`{"model": "` + c.router + `", "messages": [{"role": "user", "content": "ping"}]}`)

	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, c.url, body)
	if err != nil {
		t.Error(err)
		return
	}

	request.Header.Set("Authorization", "Bearer "+providertest.TestAPIKey)
	request.Header.Set("Content-Type", "application/json")

	status, text := "", []byte(nil)

	response, err := c.http.Do(request)
	if err == nil {
		status = response.Status
		text, err = io.ReadAll(response.Body)
		_ = response.Body.Close()
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.changed.Broadcast()

	switch found := respondingDeployment.FindSubmatch(text); {
	case err != nil:
		c.failures = append(c.failures, err.Error())
	case found == nil:
		c.failures = append(c.failures, status+" "+string(text))
	default:
		c.responses[string(found[1])]++
	}
}

// await returns when five more requests have ended.
func (c *routerClient) await() {
	c.mu.Lock()
	defer c.mu.Unlock()

	for end := c.ended() + 5; c.ended() < end; {
		c.changed.Wait()
	}
}

func (c *routerClient) ended() int {
	ended := len(c.failures)
	for _, n := range c.responses {
		ended += n
	}

	return ended
}

// take returns what was counted since its last call.
func (c *routerClient) take() (responses map[string]int, failures []string) {
	c.mu.Lock()
	defer c.mu.Unlock()

	responses, failures = c.responses, c.failures
	c.responses, c.failures = map[string]int{}, nil

	return responses, failures
}

// productionExample is the configuration of the documentation, changed by pairs of old and new text.
func productionExample(t *testing.T, p *providertest.Platform, changes ...string) string {
	t.Helper()

	directory := filepath.Join(providertest.ModuleRoot, "examples", "resources", "fireworks_router")
	text := providertest.ReadFile(t, filepath.Join(directory, "resource_production.tf"))

	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("the example has no %q", changes[i])
		}

		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}

	return providertest.RequiredProvider + p.Config(text)
}

// swaps are the requests that change deployments and routers, without dry runs.
func swaps(p *providertest.Platform) (swaps []string) {
	for _, r := range p.Requests() {
		if r.Method == http.MethodGet || r.Path == completionsPath || strings.Contains(r.RawQuery, "validateOnly") {
			continue
		}

		name := path.Base(r.Path)
		if r.Method == http.MethodPost {
			name += "?" + r.RawQuery
		}

		swaps = append(swaps, r.Method+" "+name)
	}

	p.ResetRequests()

	return swaps
}

// newSwap applies the example with its first checkpoint, and starts a client. From then on, every request that
// changes something is held until the client got some responses, so that it is there in every phase of an apply.
func newSwap(t *testing.T, changes ...string) (*providertest.Platform, *providertest.CLI, *routerClient, func()) {
	t.Helper()

	p := providertest.NewPlatform(t, mockapi.Options{
		DeploymentTime: 3 * time.Minute, ReadyBeforeInference: 4 * time.Minute,
	})
	p.SetRouterTime(10 * time.Second)

	c := p.NewCLI(t, map[string]string{"main.tf": productionExample(t, p, changes...)})
	c.Expect("apply", []string{servedOld})
	// The first deployment responds also if nothing waited for it.
	p.Clock.Advance(time.Hour)
	p.ResetRequests()

	client, stop := startClient(t, p, providertest.DemoRouters+"support")
	client.await()
	p.OnRequest(func(r *http.Request) {
		if r.Method != http.MethodGet && r.URL.Path != completionsPath {
			client.await()
		}
	})

	return p, c, client, stop
}

// TestAccRouter_Swap has a client send requests to a router while the CLI applies another checkpoint, and then the
// first one again: no request fails.
func TestAccRouter_Swap(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	const stepOld, stepNew = "support-step-100", "support-step-200"

	p, c, client, stop := newSwap(t)

	for _, swap := range []struct{ variable, from, to string }{
		{servedNew, stepOld, stepNew}, {servedOld, stepNew, stepOld},
	} {
		// A provider does not see create_before_destroy, so the plan warns.
		c.Expect("apply", []string{swap.variable}, "warning: "+diagnostic.SummaryDeletedBehindRouter)
		client.await()

		responses, failures := client.take()
		if len(failures) > 0 {
			t.Errorf("%d of the requests failed: %q", len(failures), failures[0])
		}

		if len(responses) != 2 || responses[swap.from] < 10 || responses[swap.to] < 10 {
			t.Errorf("the responses are %v, want many of %s and %s", responses, swap.from, swap.to)
		}

		want := []string{"POST deployments?deploymentId=" + swap.to, "PATCH support", "DELETE " + swap.from}
		if got := swaps(p); !slices.Equal(got, want) {
			t.Errorf("got the requests %q, want %q", got, want)
		}
	}

	p.OnRequest(nil)
	stop()
	c.Must("plan", "-no-color", "-detailed-exitcode", servedOld)
}

// TestAccRouter_SwapGap shows that the arguments of the example are what prevents failed requests.
func TestAccRouter_SwapGap(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	for name, change := range map[string][2]string{
		"create_before_destroy": {"create_before_destroy = true", "create_before_destroy = false"},
		"wait_for_inference":    {"wait_for_inference = true", "wait_for_inference = false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, c, client, _ := newSwap(t, change[0], change[1])
			c.Expect("apply", []string{servedNew}, "warning: "+diagnostic.SummaryDeletedBehindRouter)
			client.await()

			if responses, failures := client.take(); len(failures) == 0 {
				t.Errorf("no request failed: %v", responses)
			}
		})
	}
}
