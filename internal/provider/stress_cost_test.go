package provider

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const (
	// terraformParallelism is how many resources Terraform reads and plans at a time.
	terraformParallelism = 10
	// maxConnections is what one process of the provider may open to the API.
	maxConnections = 12
	// maxStateAllocationsPerRow is what the state of a listing may allocate for a checkpoint, an object of six values: 26 today.
	maxStateAllocationsPerRow = 28
)

// inParallel calls f for every number below n, as many at a time as Terraform does.
func inParallel(n int, f func(i int)) {
	var group sync.WaitGroup

	numbers := make(chan int)

	for range terraformParallelism {
		group.Go(func() {
			for i := range numbers {
				f(i)
			}
		})
	}

	for i := range n {
		numbers <- i
	}

	close(numbers)
	group.Wait()
}

// connections counts the connections on which requests came.
func (p *platform) connections() int {
	seen := map[string]bool{}
	for _, request := range p.Requests() {
		seen[request.RemoteAddr] = true
	}

	return len(seen)
}

// A plan of models that exist costs one request for each, on as many connections as Terraform has resources under way.
func TestPlanRequests_ExistingModels(t *testing.T) {
	t.Parallel()

	const models = 200

	platform := newPlatform(t, mockapi.Options{})

	var first instance
	platform.promotedModels(t).Run(t.Context(), &first, modelConfig("m-0"), runOptions{})

	model, found := platform.Model(demoModels + "m-0")
	if !found {
		t.Fatal("the first model was not created")
	}

	for i := range models {
		model.Name = fmt.Sprintf("%sm-%d", demoModels, i)
		platform.PutModel(model)
	}

	platform.ResetRequests()

	process := platform.protocol(t)

	inParallel(models, func(i int) {
		id := fmt.Sprintf("m-%d", i)
		held := stored{
			State:    with(first.State, values{"id": demoModels + id, "name": demoModels + id, "output_model_id": id}),
			Private:  first.Private,
			Identity: values{"account_id": "demo", "model_id": id},
		}
		read := process.Read(t.Context(), promotedModelType, held)

		plan := process.Plan(t.Context(), promotedModelType, read.stored, modelConfig(id))
		if len(read.Diagnostics)+len(plan.Diagnostics) > 0 || !equal(plan.State, held.State) {
			t.Errorf("%s: %s%s, planned %v of %v", id, read.Diagnostics, plan.Diagnostics, plan.State, held.State)
		}
	})

	if requests, reads := len(platform.Requests()), platform.Count(http.MethodGet, modelPath); requests > models+1 || reads != models {
		t.Errorf("%d requests, %d of them reads of models, want at most %d and %d", requests, reads, models+1, models)
	}

	if n := platform.connections(); n > maxConnections {
		t.Errorf("%d connections, want at most %d", n, maxConnections)
	}
}

// A plan of new models costs one request for each, one for the listing and one for the base model.
func TestPlanRequests_NewModels(t *testing.T) {
	t.Parallel()

	const models = 200

	platform := newPlatform(t, mockapi.Options{})
	process := platform.protocol(t)

	inParallel(models, func(i int) {
		id := fmt.Sprintf("m-%d", i)
		if plan := process.Plan(t.Context(), promotedModelType, stored{}, modelConfig(id)); len(plan.Diagnostics) > 0 {
			t.Errorf("%s: %s", id, plan.Diagnostics)
		}
	})

	if requests, listings := len(platform.Requests()), platform.Count(http.MethodGet, listingPath); requests > models+2 || listings != 1 {
		t.Errorf("%d requests, %d of them listings, want at most %d and 1", requests, listings, models+2)
	}

	if n := platform.connections(); n > maxConnections {
		t.Errorf("%d connections, want at most %d", n, maxConnections)
	}
}

//nolint:paralleltest // allocations are counted in the whole process
func TestCheckpointsState_Allocations(t *testing.T) {
	const rows = 500

	checkpoints := benchmarkCheckpoints(t, rows)
	stateType := checkpointsSchema().Type().TerraformType(t.Context())

	allocations := testing.AllocsPerRun(20, func() { checkpointsState(stateType, checkpointsArguments{}, sftJob, checkpoints) })
	if perRow := allocations / rows; perRow > maxStateAllocationsPerRow {
		t.Errorf("%.1f allocations per row, want at most %d", perRow, maxStateAllocationsPerRow)
	}
}
