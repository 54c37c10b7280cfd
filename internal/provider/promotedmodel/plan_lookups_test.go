// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// Forty resources of one job cost one listing, also when planned concurrently, and one GET of their base model.
func TestPlan_SharedLookups(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	process := platform.Protocol(t)

	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			plan := process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
				providertest.ModelConfig(fmt.Sprintf("m%d", i)))
			providertest.AssertSummaries(t, plan.Diagnostics)
		})
	}

	group.Wait()

	got := []int{platform.Count("", providertest.ListingPath), platform.Count("", providertest.BaseModelPath),
		platform.Count("", providertest.ModelPath)}
	if want := []int{1, 1, 40}; !slices.Equal(got, want) {
		t.Errorf("listings, base models and models: %v, want %v", got, want)
	}
}

// The lookup continues when the caller that started it is canceled.
func TestPlan_Canceled(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	process := platform.Protocol(t)
	started, proceed := make(chan struct{}), make(chan struct{})

	platform.OnNthRequest(http.MethodGet, providertest.ListingPath, 1,
		func(*http.Request) { close(started); <-proceed })

	ctx, cancel := context.WithCancel(t.Context())

	var group sync.WaitGroup
	group.Go(func() {
		plan := process.Plan(ctx, providerdata.PromotedModelType, providertest.Stored{},
			providertest.ModelConfig("first"))
		providertest.AssertSummaries(t, plan.Diagnostics)
	})
	<-started
	group.Go(func() {
		plan := process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
			providertest.With(providertest.ModelConfig("second"),
				providertest.Values{"checkpoint_name": providertest.SftJob + "/checkpoints/step-210-7a8b9cad"}))
		providertest.AssertSummaries(t, plan.Diagnostics, "ERROR checkpoint_name: Checkpoint cannot be promoted")
	})
	cancel()
	close(proceed)
	group.Wait()
	// That the second checkpoint is missing is confirmed by another listing when the first one was started before the
	// check.
	if n := platform.Count("", providertest.ListingPath); n != 1 && n != 2 {
		t.Errorf("%d listings", n)
	}
}

func TestPlan_FailuresNotCached(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	process := platform.ProtocolWith(t, providertest.Values{"max_retries": 0})
	platform.SetFaults(mockapi.Fault{Path: providertest.ListingPath, Times: 1, Kind: mockapi.FaultStatus, Status: 503},
		mockapi.Fault{Path: providertest.BaseModelPath, Times: 1, Kind: mockapi.FaultStatus, Status: 503})

	plan := process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
		providertest.ModelConfig("m"))
	providertest.AssertSummaries(t, plan.Diagnostics, "WARNING checkpoint_name: Checkpoint not checked")
	plan = process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
		providertest.ModelConfig("m2"))
	providertest.AssertSummaries(t, plan.Diagnostics)
	platform.AssertTraffic(t, providertest.Traffic{Listed: 2})
}

// A listing that is kept may say yes; a no is confirmed by a fresh one.
func TestPlan_NotFoundConfirmed(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	process := platform.Protocol(t)
	plans := 0
	plan := func(id string) providertest.Diagnostics {
		plans++

		return process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{},
			providertest.With(providertest.ModelConfig(fmt.Sprintf("m%d", plans)),
				providertest.Values{"checkpoint_name": providertest.SftJob + "/checkpoints/" + id})).Diagnostics
	}
	providertest.AssertSummaries(t, plan("step-200-5e6f7a8b"))
	platform.AssertTraffic(t, providertest.Traffic{Listed: 1})
	platform.PutCheckpoint(providertest.SftJob, mockapi.Checkpoint{Name: "step-220", Promotable: true})
	providertest.AssertSummaries(t, plan("step-220"))
	platform.AssertTraffic(t, providertest.Traffic{Listed: 2})
	platform.PutCheckpoint(providertest.SftJob, mockapi.Checkpoint{Name: "step-150-4d5e6f7a", Promotable: true})
	providertest.AssertSummaries(t, plan("step-150-4d5e6f7a"))
	platform.AssertTraffic(t, providertest.Traffic{Listed: 3})
	providertest.AssertSummaries(t, plan("step-230"), "ERROR checkpoint_name: No such checkpoint")
	platform.AssertTraffic(t, providertest.Traffic{Listed: 4})
	providertest.AssertSummaries(t, plan("step-220"))
	platform.AssertTraffic(t, providertest.Traffic{Listed: 4})
}
