package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// traffic counts the requests that cost or change something.
type traffic struct {
	// Requested counts the requests for a promotion, Promoted the models that they created.
	Requested, Promoted int
	Patched             int
	Deleted             int
	// Listed counts the pages of checkpoints that were read.
	Listed int
}

func (p *platform) traffic() traffic {
	return traffic{
		Requested: p.Count(http.MethodPost, promotePath) + p.Count(http.MethodPost, sessionPromotePath),
		Promoted:  p.Promotions(),
		Patched:   p.Count(http.MethodPatch, modelPath),
		Deleted:   p.Count(http.MethodDelete, modelPath),
		Listed:    p.Count(http.MethodGet, listingPath) + p.Count(http.MethodGet, sessionListingPath),
	}
}

func (p *platform) assertTraffic(t *testing.T, want traffic) {
	t.Helper()

	if got := p.traffic(); got != want {
		t.Errorf("got the requests %+v, want %+v", got, want)
	}
}

// assertModels compares the numbers of models that promotions created and that were deleted.
func (p *platform) assertModels(t *testing.T, promoted, deleted int) {
	t.Helper()

	seen := p.traffic()
	assertEqual(t, "promoted models", seen.Promoted, promoted)
	assertEqual(t, "deleted models", seen.Deleted, deleted)
}

// assertEqual compares one named value.
func assertEqual(t *testing.T, name string, got, want any) {
	t.Helper()

	if !equal(got, want) {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

// assertSummaries compares the summaries, such as "ERROR checkpoint_name: No such checkpoint", in order.
func assertSummaries(t *testing.T, got diagnostics, want ...string) {
	t.Helper()

	if fmt.Sprint(got.Summaries()) != fmt.Sprint(want) {
		t.Errorf("got the diagnostics %q, want %q\n\n%s", got.Summaries(), want, got)
	}
}

// assertMentions fails the test when the text of a diagnostic lacks one of the fragments.
func assertMentions(t *testing.T, got diagnostics, fragments ...string) {
	t.Helper()

	for _, fragment := range fragments {
		if !strings.Contains(got.String(), fragment) {
			t.Errorf("the diagnostics do not mention %q:\n\n%s", fragment, got)
		}
	}
}

// pendingOperationName returns the name of the pending operation in the private state of a resource, or "".
func pendingOperationName(t *testing.T, private []byte) string {
	t.Helper()

	if len(private) == 0 {
		return ""
	}

	var keys map[string][]byte
	if err := json.Unmarshal(private, &keys); err != nil {
		t.Fatalf("private state %s: %v", private, err)
	}

	var pending struct {
		Operation string `json:"operation"`
	}
	if value, ok := keys[promotionKey]; ok {
		if err := json.Unmarshal(value, &pending); err != nil {
			t.Fatalf("private state %s: %v", value, err)
		}
	}

	return pending.Operation
}

// assertConverges applies the configuration, which must take the given action, and asserts that the next plan is empty
// and the model is ready.
func assertConverges(t *testing.T, models terraformCore, current *instance, config values, want action) {
	t.Helper()

	got := models.Run(t.Context(), current, config, runOptions{})
	if got.Action != want || len(got.Diagnostics.Errors()) > 0 {
		t.Fatalf("the next apply: %s, want %s\n\n%s", got.Action, want, got.Diagnostics)
	}

	if got := models.Run(t.Context(), current, config, runOptions{PlanOnly: true}); got.Action != actionNone ||
		len(got.Diagnostics.Errors()) > 0 {
		t.Fatalf("the plan after it: %s\n\n%s", got.Action, got.Diagnostics)
	}

	assertEqual(t, "tainted", current.Tainted, false)
	assertEqual(t, "state", current.State["state"], "READY")
	assertEqual(t, "pending operation", pendingOperationName(t, current.Private), "")
}

// onRequest calls f before the platform responds to the n-th request of this kind from now on.
func (p *platform) onRequest(method, pathPattern string, n int, f func(*http.Request)) {
	var seen atomic.Int64

	p.OnRequest(func(r *http.Request) {
		if r.Method == method && matches(pathPattern, r.URL.EscapedPath()) && seen.Add(1) == int64(n) {
			f(r)
		}
	})
}

// contextCanceledAt returns a context that ends at the n-th POST of the path.
func contextCanceledAt(t *testing.T, p *platform, path string, n int) (context.Context, context.CancelFunc) {
	t.Helper()

	ctx, cancel := context.WithCancel(t.Context())
	p.onRequest(http.MethodPost, path, n, func(*http.Request) { cancel() })

	return ctx, cancel
}

// hang delays the response until the caller gives up. The mock does its work then, so use it for reads.
func hang(r *http.Request) { <-r.Context().Done() }

// unanswered delays the responses to requests with the method, and their work, longer than a test takes.
func unanswered(method string) mockapi.Fault {
	return mockapi.Fault{Method: method, Kind: mockapi.FaultSlowHeaders, Delay: time.Hour}
}

// matches reports whether the path matches a pattern of the mock without **.
func matches(pattern, path string) bool {
	patternSegments, segments := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(patternSegments) != len(segments) {
		return false
	}

	for i, segment := range patternSegments {
		prefix, suffix, wild := strings.Cut(segment, "*")
		if wild && (!strings.HasPrefix(segments[i], prefix) || !strings.HasSuffix(segments[i], suffix)) || !wild && segment != segments[i] {
			return false
		}
	}

	return true
}

// afterPromotionRequest sets the faults when the promotion is requested, so that they do not affect the GET before it.
func (p *platform) afterPromotionRequest(faults ...mockapi.Fault) {
	p.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPost {
			p.SetFaults(faults...)
		}
	})
}

// benchmarkRows is the number of checkpoints of a long training run.
const benchmarkRows = 10_000
