// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// lostResponses are the ways in which the response to a promotion gets lost. The last field is whether the promotion
// started.
var lostResponses = []struct {
	name  string
	fault mockapi.Fault
	did   bool
}{
	{"reset after the work", mockapi.Fault{Kind: mockapi.FaultResetAfter}, true},
	{"reset before the work", mockapi.Fault{Kind: mockapi.FaultResetBefore}, false},
	{
		"403 of a proxy after the work",
		mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 403, Body: "<html>blocked</html>"}, true,
	},
	{
		"400 without an error after the work", mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 400, Body: "{}"},
		true,
	},
	{"502 after the work", mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 502}, true},
	{"499 after the work", mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 499}, true},
	{"520 after the work", mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 520}, true},
	{"503 before the work", mockapi.Fault{Kind: mockapi.FaultStatus, Status: 503}, false},
	{"truncated response", mockapi.Fault{Kind: mockapi.FaultTruncated}, true},
	{"invalid JSON", mockapi.Fault{Kind: mockapi.FaultGarbage}, true},
	{"page of a proxy", mockapi.Fault{Kind: mockapi.FaultHTML}, true},
	{"response without a promotion", mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 200, Body: "{}"}, true},
}

func TestLostResponse_Job(t *testing.T) {
	t.Parallel()

	for _, test := range lostResponses {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
			test.fault.Method, test.fault.Path, test.fault.Times = http.MethodPost, providertest.PromotePath, 1
			platform.SetFaults(test.fault)

			var current providertest.Instance

			platform.PromotedModels(t).Apply(t, &current,
				providertest.With(providertest.ModelConfig("m"), providertest.Values{"display_name": "M"}))

			requested := 2
			if test.did {
				requested = 1
			}

			platform.AssertTraffic(t, providertest.Traffic{Requested: requested, Promoted: 1, Patched: 1, Listed: 2})

			providertest.AssertEqual(t, "faults", platform.FaultCounts()[0], 1)
			providertest.AssertEqual(t, "state", current.State["state"], "READY")
			providertest.AssertEqual(t, "display_name", current.State["display_name"], "M")
		})
	}
}

// The response to a promotion of a session is the model alone, and can be lost in the same way.
func TestLostResponse_Session(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	platform.SetFaults(mockapi.Fault{Method: http.MethodPost, Path: providertest.SessionPromotePath, Times: 1,
		Kind: mockapi.FaultResetAfter})

	var current providertest.Instance

	got := platform.PromotedModels(t).
		Run(t.Context(), &current,
			providertest.With(providertest.ModelConfig("m"),
				providertest.Values{"checkpoint_name": providertest.SessionCheckpoint}), providertest.RunOptions{})
	providertest.AssertSummaries(t, got.Diagnostics)
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2})

	if current.State["kind"] != "HF_PEFT_ADDON" {
		t.Errorf("got %v", current.State)
	}
}

// The model may not be visible at first: then the second request fails because the model exists, which has the same
// meaning.
func TestLostResponse_ModelAppearsLate(t *testing.T) {
	t.Parallel()

	for name, invisible := range map[string]int{"until the second request": 1, "until after the conflict": 2,
		"during the wait": 4} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
			platform.AfterPromotionRequest()
			platform.OnNthRequest(http.MethodPost, providertest.PromotePath, 1, func(*http.Request) {
				platform.SetFaults(
					mockapi.Fault{Method: http.MethodPost, Path: providertest.PromotePath, Times: 1,
						Kind: mockapi.FaultResetAfter},
					mockapi.Fault{Method: http.MethodGet, Path: providertest.ModelPath, Times: invisible,
						Kind: mockapi.FaultStatus, Status: 404},
				)
			})

			var current providertest.Instance

			platform.PromotedModels(t).Apply(t, &current, providertest.ModelConfig("m"))
			platform.AssertTraffic(t, providertest.Traffic{Requested: 2, Promoted: 1, Listed: 2})

			providertest.AssertEqual(t, "faults", platform.FaultCounts()[1], invisible)
			providertest.AssertEqual(t, "state", current.State["state"], "READY")
		})
	}
}
