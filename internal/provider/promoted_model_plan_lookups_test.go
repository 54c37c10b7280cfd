package provider

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// Forty resources of one job cost one listing, also when planned concurrently, and one GET of their base model.
func TestPlan_SharedLookups(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	process := platform.protocol(t)

	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			plan := process.Plan(t.Context(), promotedModelType, stored{}, modelConfig(fmt.Sprintf("m%d", i)))
			assertSummaries(t, plan.Diagnostics)
		})
	}

	group.Wait()

	got := []int{platform.Count("", listingPath), platform.Count("", baseModelPath), platform.Count("", modelPath)}
	if want := []int{1, 1, 40}; !slices.Equal(got, want) {
		t.Errorf("listings, base models and models: %v, want %v", got, want)
	}
}

// The lookup continues when the caller that started it is canceled.
func TestPlan_Canceled(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	process := platform.protocol(t)
	started, proceed := make(chan struct{}), make(chan struct{})

	platform.onRequest(http.MethodGet, listingPath, 1, func(*http.Request) { close(started); <-proceed })

	ctx, cancel := context.WithCancel(t.Context())

	var group sync.WaitGroup
	group.Go(func() {
		plan := process.Plan(ctx, promotedModelType, stored{}, modelConfig("first"))
		assertSummaries(t, plan.Diagnostics)
	})
	<-started
	group.Go(func() {
		plan := process.Plan(t.Context(), promotedModelType, stored{},
			with(modelConfig("second"), values{"checkpoint_name": sftJob + "/checkpoints/step-210-7a8b9cad"}))
		assertSummaries(t, plan.Diagnostics, "ERROR checkpoint_name: Checkpoint cannot be promoted")
	})
	cancel()
	close(proceed)
	group.Wait()
	// That the second checkpoint is missing is confirmed by another listing when the first one was started before the check.
	if n := platform.Count("", listingPath); n != 1 && n != 2 {
		t.Errorf("%d listings", n)
	}
}

func TestPlan_FailuresNotCached(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	process := platform.protocolWith(t, values{"max_retries": 0})
	platform.SetFaults(mockapi.Fault{Path: listingPath, Times: 1, Kind: mockapi.FaultStatus, Status: 503},
		mockapi.Fault{Path: baseModelPath, Times: 1, Kind: mockapi.FaultStatus, Status: 503})

	plan := process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("m"))
	assertSummaries(t, plan.Diagnostics, "WARNING checkpoint_name: Checkpoint not checked")
	plan = process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("m2"))
	assertSummaries(t, plan.Diagnostics)
	platform.assertTraffic(t, traffic{Listed: 2})
}

// A listing that is kept may say yes; a no is confirmed by a fresh one.
func TestPlan_NotFoundConfirmed(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	process := platform.protocol(t)
	plans := 0
	plan := func(id string) diagnostics {
		plans++

		return process.Plan(t.Context(), promotedModelType, stored{},
			with(modelConfig(fmt.Sprintf("m%d", plans)), values{"checkpoint_name": sftJob + "/checkpoints/" + id})).Diagnostics
	}
	assertSummaries(t, plan("step-200-5e6f7a8b"))
	platform.assertTraffic(t, traffic{Listed: 1})
	platform.PutCheckpoint(sftJob, mockapi.Checkpoint{Name: "step-220", Promotable: true})
	assertSummaries(t, plan("step-220"))
	platform.assertTraffic(t, traffic{Listed: 2})
	platform.PutCheckpoint(sftJob, mockapi.Checkpoint{Name: "step-150-4d5e6f7a", Promotable: true})
	assertSummaries(t, plan("step-150-4d5e6f7a"))
	platform.assertTraffic(t, traffic{Listed: 3})
	assertSummaries(t, plan("step-230"), "ERROR checkpoint_name: No such checkpoint")
	platform.assertTraffic(t, traffic{Listed: 4})
	assertSummaries(t, plan("step-220"))
	platform.assertTraffic(t, traffic{Listed: 4})
}
