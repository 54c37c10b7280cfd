// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
	"bytes"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestPolling_TransientFaults(t *testing.T) {
	t.Parallel()

	transient := []mockapi.Fault{
		{Kind: mockapi.FaultStatus, Status: 408},
		{Kind: mockapi.FaultStatus, Status: 500},
		{Kind: mockapi.FaultStatus, Status: 502},
		{Kind: mockapi.FaultStatus, Status: 503, Headers: map[string]string{"Retry-After": "7"}},
		{Kind: mockapi.FaultStatus, Status: 504},
		{
			Kind: mockapi.FaultResetBefore,
		},
		{Kind: mockapi.FaultResetAfter},
		{Kind: mockapi.FaultTruncated},
		{Kind: mockapi.FaultGarbage},
		{Kind: mockapi.FaultHTML},
		// The network changes: a captive portal intercepts the requests.
		{Kind: mockapi.FaultRedirect, Location: "https://portal.example/"},
	}

	for _, path := range []string{providertest.OperationPath, providertest.ModelPath} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: 5 * time.Minute})

			var faults []mockapi.Fault

			for i, fault := range transient {
				fault.Method, fault.Path, fault.Match = http.MethodGet, path, i+1
				faults = append(faults, fault)
			}

			if path == providertest.ModelPath {
				faults = append(faults, mockapi.Fault{Path: providertest.OperationPath, Kind: mockapi.FaultStatus,
					Status: 404})
			}

			platform.AfterPromotionRequest(faults...)

			var current providertest.Instance

			platform.PromotedModels(t).Apply(t, &current, providertest.ModelConfig("m"))
			platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2})

			for i, acted := range platform.FaultCounts()[:len(transient)] {
				if acted != 1 {
					t.Errorf("%+v acted %d times", faults[i], acted)
				}
			}
		})
	}
}

// A key that is revoked in the middle is a failure that no waiting mends; nothing is lost by it.
func TestPolling_PermanentFaults(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: time.Minute})
	platform.OnNthRequest(http.MethodGet, providertest.OperationPath, 2, func(*http.Request) {
		platform.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Status: 401})
	})
	models := platform.PromotedModels(t)

	var current providertest.Instance

	got := models.Apply(t, &current, providertest.ModelConfig("m"), "ERROR: Lost track of promotion")
	providertest.AssertMentions(t, got.Diagnostics, "401 Unauthorized", "terraform untaint", "training-scoped")

	providertest.AssertEqual(t, "tainted", current.Tainted, true)
	providertest.AssertEqual(t, "pending operation", providertest.PendingOperationName(t, current.Private),
		"accounts/demo/operations/promote-1")

	platform.SetFaults()

	current.Tainted = false
	providertest.AssertConverges(t, models, &current, providertest.ModelConfig("m"), providertest.ActionUpdate)
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2})
}

func TestTimeout_Promotion(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	platform.SetPromotionOutcome(mockapi.PromotionHangs)
	models := platform.PromotedModels(t)
	config := providertest.With(providertest.ModelConfig("m"),
		providertest.Values{"timeouts": providertest.Values{"create": "1s"}})
	// The second GET of the operation hangs in real time; the virtual clock stands still.
	unansweredLook := mockapi.Fault{Path: providertest.OperationPath, Match: 2, Kind: mockapi.FaultSlowHeaders,
		Delay: time.Hour}
	platform.SetFaults(unansweredLook)

	var current providertest.Instance

	got := models.Apply(t, &current, config, "ERROR: Promotion still running after timeout")
	providertest.AssertMentions(t, got.Diagnostics, "The timeout of 1s (timeouts.create) expired",
		"accounts/demo/operations/promote-1", "state UPLOADING",
		"  terraform untaint fireworks_promoted_model.NAME\n")

	providertest.AssertEqual(t, "tainted", current.Tainted, true)
	providertest.AssertEqual(t, "state", current.State["state"], "UPLOADING")
	providertest.AssertEqual(t, "has a pending operation", providertest.PendingOperationName(t, current.Private) != "",
		true)

	current.Tainted = false // terraform untaint

	platform.SetFaults(unansweredLook)

	got = models.Apply(t, &current, config, "ERROR: Timeout while waiting for model")

	providertest.AssertEqual(t, "action", got.Action, providertest.ActionUpdate)
	providertest.AssertEqual(t, "tainted", current.Tainted, false)
	providertest.AssertEqual(t, "has a pending operation", providertest.PendingOperationName(t, current.Private) != "",
		true)

	platform.SetFaults()

	config = providertest.With(config, providertest.Values{"timeouts": providertest.Values{"create": "10m"}})

	platform.OnNthRequest(http.MethodGet, providertest.OperationPath, 3,
		func(*http.Request) { platform.FinishPromotions() })
	providertest.AssertConverges(t, models, &current, config, providertest.ActionUpdate)
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Listed: 2})
}

func TestPolling_StatusLoggedOnce(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: 10 * time.Minute})

	var (
		log     bytes.Buffer
		current providertest.Instance
	)

	got := platform.PromotedModels(t).Run(tflogtest.RootLogger(t.Context(), &log), &current,
		providertest.ModelConfig("m"), providertest.RunOptions{})
	providertest.AssertSummaries(t, got.Diagnostics)

	lines, err := tflogtest.MultilineJSONDecode(&log)
	if err != nil {
		t.Fatal(err)
	}

	var texts []string

	for _, line := range lines {
		progress, ok := line["progress"].(string)
		if ok && line["@message"] == "Waiting for model" && (len(texts) == 0 || texts[len(texts)-1] != progress) {
			texts = append(texts, progress)
		}
	}

	if want := []string{"Validating checkpoint", "Copying files", "Registering model",
		"Promotion finished"}; !slices.Equal(texts, want) {
		t.Errorf("the log says %q, want %q", texts, want)
	}
}

// What a promotion costs is its own time and about a tenth, and few requests.
func TestPolling_Interval(t *testing.T) {
	t.Parallel()

	for _, takes := range []time.Duration{0, 800 * time.Millisecond, 5 * time.Second, time.Minute, 10 * time.Minute} {
		t.Run(takes.String(), func(t *testing.T) {
			t.Parallel()
			platform := providertest.NewPlatform(t, mockapi.Options{PromotionTime: takes})
			start := platform.Clock.Now()

			current := platform.PromotedModels(t).Create(t, providertest.ModelConfig("m"))

			waited, polls := platform.Clock.Now().Sub(start), platform.Count(http.MethodGet, providertest.OperationPath)

			providertest.AssertEqual(t, "state", current.State["state"], "READY")

			if limit := takes + takes/10 + time.Second; waited > limit {
				t.Errorf("waited %s for a promotion of %s, want at most %s", waited, takes, limit)
			}

			if polls > 110 {
				t.Errorf("polled %d times, want at most 110", polls)
			}
		})
	}
}
