package provider

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestPlanBudget_LargeJob plans thirty models of one job with 10,000 checkpoints at 200 ms a page, which takes longer than the checks
// of one resource may take: the job is listed once, and every check is made.
func TestPlanBudget_LargeJob(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newBubblePlatform(t, mockapi.Options{BigJobCheckpoints: 9_999, Latency: 200 * time.Millisecond})
		defer p.Close()

		const job = "accounts/demo/rlorTrainerJobs/big-run"
		p.PutCheckpoint(job, mockapi.Checkpoint{Name: "mine", Promotable: true})

		process := p.start(t, nil)
		slots := make(chan struct{}, 10)

		var group sync.WaitGroup
		for i := range 30 {
			group.Go(func() {
				slots <- struct{}{}
				defer func() { <-slots }()

				config := with(modelConfig(fmt.Sprintf("m%d", i)), values{"checkpoint_name": job + "/checkpoints/mine"})
				assertSummaries(t, process.Plan(t.Context(), promotedModelType, stored{}, config).Diagnostics)
			})
		}

		group.Wait()
		assertEqual(t, "pages", p.Count("", listingPath), 50)
	})
}

// TestPlanBudget_Hanging ends the checks of a resource after ten seconds, nested ones and those of a replacement included.
func TestPlanBudget_Hanging(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newBubblePlatform(t, mockapi.Options{})
		defer p.Close()

		process := p.start(t, values{"account_id": "demo", "request_timeout": "20s", "max_retries": 0})
		start := func() *protocolServer { return p.start(t, values{"account_id": "demo"}) }
		core := terraformCore{typeName: deploymentType, start: start}
		current := core.create(t, deploymentConfig(nil))

		p.OnRequest(hang)

		for name, plan := range map[string]func() planned{
			"creation": func() planned {
				pinned := values{"deployment_id": "d", "deployment_shape": servingShapeVersion}
				return process.Plan(t.Context(), deploymentType, stored{}, deploymentConfig(pinned))
			},
			"replacement": func() planned {
				change := deploymentConfig(values{"disable_speculative_decoding": true})
				return process.Plan(t.Context(), deploymentType, current.stored, change)
			},
		} {
			start := time.Now()

			if plan(); time.Since(start) > planCheckTimeout+time.Second {
				t.Errorf("%s: the plan took %s", name, time.Since(start))
			}
		}
	})
}
