// SPDX-License-Identifier: MPL-2.0

package providertest

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
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/promotedmodel"
)

// Traffic counts the requests that cost or change something.
type Traffic struct {
	// Requested counts the requests for a promotion, Promoted the models that they created.
	Requested, Promoted int
	Patched             int
	Deleted             int
	// Listed counts the pages of checkpoints that were read.
	Listed int
}

func (p *Platform) Traffic() Traffic {
	return Traffic{
		Requested: p.Count(http.MethodPost, PromotePath) + p.Count(http.MethodPost, SessionPromotePath),
		Promoted:  p.Promotions(),
		Patched:   p.Count(http.MethodPatch, ModelPath),
		Deleted:   p.Count(http.MethodDelete, ModelPath),
		Listed:    p.Count(http.MethodGet, ListingPath) + p.Count(http.MethodGet, sessionListingPath),
	}
}

func (p *Platform) AssertTraffic(t *testing.T, want Traffic) {
	t.Helper()

	got := p.Traffic()
	if usesOpenTofu() { // See ChecksAgain.
		got.Listed = want.Listed
	}

	if got != want {
		t.Errorf("got the requests %+v, want %+v", got, want)
	}
}

// AssertModels compares the numbers of models that promotions created and that were deleted.
func (p *Platform) AssertModels(t *testing.T, promoted, deleted int) {
	t.Helper()

	seen := p.Traffic()
	AssertEqual(t, "promoted models", seen.Promoted, promoted)
	AssertEqual(t, "deleted models", seen.Deleted, deleted)
}

// AssertEqual compares one named value.
func AssertEqual(t *testing.T, name string, got, want any) {
	t.Helper()

	if !Equal(got, want) {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

// AssertSummaries compares the summaries, such as "ERROR checkpoint_name: No such checkpoint", in order.
func AssertSummaries(t *testing.T, got Diagnostics, want ...string) {
	t.Helper()

	if fmt.Sprint(got.Summaries()) != fmt.Sprint(want) {
		t.Errorf("got the diagnostics %q, want %q\n\n%s", got.Summaries(), want, got)
	}
}

// AssertMentions fails the test when the text of a diagnostic lacks one of the fragments.
func AssertMentions(t *testing.T, got Diagnostics, fragments ...string) {
	t.Helper()

	for _, fragment := range fragments {
		if !strings.Contains(got.String(), fragment) {
			t.Errorf("the diagnostics do not mention %q:\n\n%s", fragment, got)
		}
	}
}

// PendingOperationName returns the name of the pending operation in the private state of a resource, or "".
func PendingOperationName(t *testing.T, private []byte) string {
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
	if value, ok := keys[promotedmodel.PromotionKey]; ok {
		if err := json.Unmarshal(value, &pending); err != nil {
			t.Fatalf("private state %s: %v", value, err)
		}
	}

	return pending.Operation
}

// AssertConverges applies the configuration, which must take the given action, and asserts that the next plan is empty
// and the model is ready.
func AssertConverges(t *testing.T, models TerraformCore, current *Instance, config Values, want Action) {
	t.Helper()

	models.assertSettles(t, current, config, want, Diagnostics.Errors)
	AssertEqual(t, "state", current.State["state"], "READY")
	AssertEqual(t, "pending operation", PendingOperationName(t, current.Private), "")
}

// assertSettles applies the configuration, which must take the given action, and asserts that the next plan is empty.
// There must be none of the selected diagnostics.
func (c TerraformCore) assertSettles(
	t *testing.T, current *Instance, config Values, want Action, selected func(Diagnostics) Diagnostics,
) {
	t.Helper()

	got := c.Run(t.Context(), current, config, RunOptions{})
	if got.Action != want || len(selected(got.Diagnostics)) > 0 {
		t.Fatalf("the next apply: %s, want %s\n\n%s", got.Action, want, got.Diagnostics)
	}

	got = c.Run(t.Context(), current, config, RunOptions{PlanOnly: true})
	if got.Action != ActionNone || len(selected(got.Diagnostics)) > 0 {
		t.Fatalf("the plan after it: %s\n\n%s", got.Action, got.Diagnostics)
	}

	AssertEqual(t, "tainted", current.Tainted, false)
}

// OnNthRequest calls f before the platform responds to the n-th request of this kind from now on.
func (p *Platform) OnNthRequest(method, pathPattern string, n int, f func(*http.Request)) {
	var seen atomic.Int64

	p.OnRequest(func(r *http.Request) {
		if r.Method == method && matches(pathPattern, r.URL.EscapedPath()) && seen.Add(1) == int64(n) {
			f(r)
		}
	})
}

// ContextCanceledAt returns a context that ends at the n-th POST of the path.
func ContextCanceledAt(t *testing.T, p *Platform, path string, n int) (context.Context, context.CancelFunc) {
	t.Helper()

	ctx, cancel := context.WithCancel(t.Context())

	p.OnNthRequest(http.MethodPost, path, n, func(*http.Request) { cancel() })

	return ctx, cancel
}

// Hang delays the response until the caller gives up. The mock does its work then, so use it for reads.
func Hang(r *http.Request) { <-r.Context().Done() }

// Unanswered delays the responses to requests with the method, and their work, longer than a test takes.
func Unanswered(method string) mockapi.Fault {
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
		if wild && (!strings.HasPrefix(segments[i], prefix) || !strings.HasSuffix(segments[i], suffix)) || !wild &&
			segment != segments[i] {
			return false
		}
	}

	return true
}

// AfterPromotionRequest sets the faults when the promotion is requested, so that they do not affect the GET before it.
func (p *Platform) AfterPromotionRequest(faults ...mockapi.Fault) {
	p.OnRequest(func(r *http.Request) {
		if r.Method == http.MethodPost {
			p.SetFaults(faults...)
		}
	})
}

// BenchmarkRows is the number of checkpoints of a long training run.
const BenchmarkRows = 10_000
