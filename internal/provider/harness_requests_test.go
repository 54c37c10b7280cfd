package provider

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// traffic is what the platform saw, as far as it costs or changes something.
type traffic struct {
	// Asked is how often a promotion was asked for, Promoted how many models came of it.
	Asked, Promoted int
	Patched         int
	Deleted         int
	// Listed is how many pages of checkpoints were read.
	Listed int
}

func (p *platform) traffic() traffic {
	return traffic{
		Asked:    p.Count(http.MethodPost, promotePath) + p.Count(http.MethodPost, sessionPromotePath),
		Promoted: p.Promotions(),
		Patched:  p.Count(http.MethodPatch, modelPath),
		Deleted:  p.Count(http.MethodDelete, modelPath),
		Listed:   p.Count(http.MethodGet, listingPath) + p.Count(http.MethodGet, sessionListingPath),
	}
}

func (p *platform) assertTraffic(t *testing.T, want traffic) {
	t.Helper()

	if got := p.traffic(); got != want {
		t.Errorf("the platform saw %+v, want %+v", got, want)
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

// rememberedOperation is the operation in the private state of a resource, "" when there is none.
func rememberedOperation(t *testing.T, private []byte) string {
	t.Helper()

	if len(private) == 0 {
		return ""
	}

	var keys map[string][]byte
	if err := json.Unmarshal(private, &keys); err != nil {
		t.Fatalf("private state %s: %v", private, err)
	}

	var remembered struct {
		Operation string `json:"operation"`
	}
	if value, ok := keys[promotionKey]; ok {
		if err := json.Unmarshal(value, &remembered); err != nil {
			t.Fatalf("private state %s: %v", value, err)
		}
	}

	return remembered.Operation
}

// assertConverges runs the same apply until nothing is left to do, which must be so after at most one, and asserts that the model is ready.
func assertConverges(t *testing.T, models lifecycle, current *instance, config values, want action) {
	t.Helper()

	got := models.Run(t.Context(), current, config, runOptions{})
	if got.Action != want || len(got.Diagnostics.Errors()) > 0 {
		t.Fatalf("the next apply: %s, want %s\n\n%s", got.Action, want, got.Diagnostics)
	}

	if got := models.Run(
		t.Context(),
		current,
		config,
		runOptions{PlanOnly: true},
	); got.Action != actionNone ||
		len(got.Diagnostics.Errors()) > 0 {
		t.Fatalf("the plan after it: %s\n\n%s", got.Action, got.Diagnostics)
	}

	if current.Tainted || current.State["state"] != "READY" || rememberedOperation(t, current.Private) != "" {
		t.Errorf("ended with tainted = %v, private state %s and %v", current.Tainted, current.Private, current.State)
	}
}

// onRequest calls f before the n-th request of this kind from now on is answered.
func (p *platform) onRequest(method, pathPattern string, n int, f func(*http.Request)) {
	var seen atomic.Int64

	p.OnRequest(func(r *http.Request) {
		if r.Method == method && matches(pathPattern, r.URL.EscapedPath()) && seen.Add(1) == int64(n) {
			f(r)
		}
	})
}

// matches is the pattern language of the mock for patterns without **.
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

// afterAsking sets the faults once the promotion is asked for, so that they do not meet the look before it.
func (p *platform) afterAsking(faults ...mockapi.Fault) {
	p.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPost {
			p.SetFaults(faults...)
		}
	})
}
