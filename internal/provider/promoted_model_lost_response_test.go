package provider

import (
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// lostResponses are the ways in which the answer to a promotion gets lost. The last field says whether the promotion went through.
var lostResponses = []struct {
	name  string
	fault mockapi.Fault
	did   bool
}{
	{"reset after the work", mockapi.Fault{Kind: mockapi.FaultResetAfter}, true},
	{"reset before the work", mockapi.Fault{Kind: mockapi.FaultResetBefore}, false},
	{"handler aborted", mockapi.Fault{Kind: mockapi.FaultPanic}, false},
	{"408 after the work", mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 408}, true},
	{"500 after the work", mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 500}, true},
	{"502 after the work", mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 502}, true},
	{"503 after the work", mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 503}, true},
	{"504 after the work", mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 504}, true},
	{"500 before the work", mockapi.Fault{Kind: mockapi.FaultStatus, Status: 500}, false},
	{"502 before the work", mockapi.Fault{Kind: mockapi.FaultStatus, Status: 502}, false},
	{"503 before the work", mockapi.Fault{Kind: mockapi.FaultStatus, Status: 503}, false},
	{"504 before the work", mockapi.Fault{Kind: mockapi.FaultStatus, Status: 504}, false},
	{"answer cut short", mockapi.Fault{Kind: mockapi.FaultTruncated}, true},
	{"answer of another length", mockapi.Fault{Kind: mockapi.FaultWrongLength}, true},
	{"answer that is no JSON", mockapi.Fault{Kind: mockapi.FaultGarbage}, true},
	{"page of a proxy", mockapi.Fault{Kind: mockapi.FaultHTML}, true},
	{"answer without a promotion", mockapi.Fault{Kind: mockapi.FaultStatusAfter, Status: 200, Body: "{}"}, true},
}

func TestLostResponse_Job(t *testing.T) {
	t.Parallel()

	for _, test := range lostResponses {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{PromotionTime: time.Minute})
			test.fault.Method, test.fault.Path, test.fault.Times = http.MethodPost, promotePath, 1
			platform.SetFaults(test.fault)

			var current instance

			got := platform.promotedModels(t).Run(t.Context(), &current, with(modelConfig("m"), values{"display_name": "M"}), runOptions{})
			assertSummaries(t, got.Diagnostics)

			asked := 2
			if test.did {
				asked = 1
			}

			platform.assertTraffic(t, traffic{Requested: asked, Promoted: 1, Patched: 1, Listed: 2})

			if platform.FaultCounts()[0] != 1 || current.State["state"] != "READY" || current.State["display_name"] != "M" {
				t.Errorf("after %v faults: %v", platform.FaultCounts(), current.State)
			}
		})
	}
}

// A promotion of a session is answered with the model alone, and lost in the same way.
func TestLostResponse_Session(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	platform.SetFaults(mockapi.Fault{Method: http.MethodPost, Path: sessionPromotePath, Times: 1, Kind: mockapi.FaultResetAfter})

	var current instance

	got := platform.promotedModels(t).
		Run(t.Context(), &current, with(modelConfig("m"), values{"checkpoint_name": sessionCheckpoint}), runOptions{})
	assertSummaries(t, got.Diagnostics)
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Listed: 2})

	if current.State["kind"] != "HF_PEFT_ADDON" {
		t.Errorf("got %v", current.State)
	}
}

// The model may be invisible for a while: then the second request is answered that the model exists, which means the same as finding it.
func TestLostResponse_ModelAppearsLate(t *testing.T) {
	t.Parallel()

	for name, invisible := range map[string]int{"until asked again": 1, "until after the conflict": 2, "for a while of the wait": 4} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{PromotionTime: time.Minute})
			platform.afterPromotionRequest()
			platform.onRequest(http.MethodPost, promotePath, 1, func(*http.Request) {
				platform.SetFaults(
					mockapi.Fault{Method: http.MethodPost, Path: promotePath, Times: 1, Kind: mockapi.FaultResetAfter},
					mockapi.Fault{Method: http.MethodGet, Path: modelPath, Times: invisible, Kind: mockapi.FaultStatus, Status: 404},
				)
			})

			var current instance

			got := platform.promotedModels(t).Run(t.Context(), &current, modelConfig("m"), runOptions{})
			assertSummaries(t, got.Diagnostics)
			platform.assertTraffic(t, traffic{Requested: 2, Promoted: 1, Listed: 2})

			if acted := platform.FaultCounts(); acted[1] != invisible || current.State["state"] != "READY" {
				t.Errorf("after %v faults: %v", acted, current.State)
			}
		})
	}
}
