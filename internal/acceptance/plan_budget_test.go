// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestPlanBudget_LargeJob plans thirty models of one job with 10,000 checkpoints at 200 ms a page, which takes longer
// than the checks of one resource may take. Every check is made. The job is listed once, or for a missing checkpoint
// once, and once more for the models that Terraform plans at a time.
func TestPlanBudget_LargeJob(t *testing.T) {
	t.Parallel()

	for checkpoint, want := range map[string]struct {
		pages     int
		summaries []string
	}{
		"mine":    {50, nil},
		"missing": {200, []string{"ERROR checkpoint_name: " + diagnostic.SummaryNoSuchCheckpoint}},
	} {
		t.Run(checkpoint, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := providertest.NewBubblePlatform(t,
					mockapi.Options{BigJobCheckpoints: 9_999, Latency: 200 * time.Millisecond})
				defer p.Close()

				const job = "accounts/demo/rlorTrainerJobs/big-run"
				p.PutCheckpoint(job, mockapi.Checkpoint{Name: "mine", Promotable: true})

				process := p.Start(t, nil)

				inParallel(30, func(i int) {
					// No two checks start at the same instant.
					<-time.After(time.Duration(i%terraformParallelism) * time.Millisecond)

					config := providertest.With(providertest.ModelConfig(fmt.Sprintf("m%d", i)),
						providertest.Values{"checkpoint_name": job + "/checkpoints/" + checkpoint})
					plan := process.Plan(t.Context(), providerdata.PromotedModelType, providertest.Stored{}, config)
					providertest.AssertSummaries(t, plan.Diagnostics, want.summaries...)
				})

				providertest.AssertEqual(t, "pages", p.Count("", providertest.ListingPath), want.pages)
			})
		})
	}
}

// TestPlanBudget_Hanging ends the checks of a resource after ten seconds, nested ones and those of a replacement
// included.
func TestPlanBudget_Hanging(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := providertest.NewBubblePlatform(t, mockapi.Options{})
		defer p.Close()

		process := p.Start(t, providertest.Values{"account_id": "demo", "request_timeout": "20s", "max_retries": 0})
		start := func() *providertest.ProtocolServer { return p.Start(t, providertest.Values{"account_id": "demo"}) }
		core := providertest.TerraformCore{TypeName: providerdata.DeploymentType, Start: start}
		current := core.Create(t, providertest.DeploymentConfig(nil))

		p.OnRequest(providertest.Hang)

		for name, plan := range map[string]func() providertest.Planned{
			"creation": func() providertest.Planned {
				pinned := providertest.Values{"deployment_id": "d",
					"deployment_shape": providertest.ServingShapeVersion}

				return process.Plan(t.Context(), providerdata.DeploymentType, providertest.Stored{},
					providertest.DeploymentConfig(pinned))
			},
			"replacement": func() providertest.Planned {
				change := providertest.DeploymentConfig(providertest.Values{"disable_speculative_decoding": true})
				return process.Plan(t.Context(), providerdata.DeploymentType, current.Stored, change)
			},
		} {
			start := time.Now()

			if plan(); time.Since(start) > providerdata.PlanCheckTimeout+time.Second {
				t.Errorf("%s: the plan took %s", name, time.Since(start))
			}
		}
	})
}

// TestTimeouts_PromotedModelDefaults waits as long as the page of the resource says, and no longer.
func TestTimeouts_PromotedModelDefaults(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		limit   time.Duration
		arrange func(*providertest.BubblePlatform)
		change  providertest.Values
		destroy bool
		want    string
	}{
		"create": {limit: 2 * time.Hour, want: diagnostic.SummaryPromotionTimedOut},
		"update": {
			limit: 10 * time.Minute, change: providertest.Values{"display_name": "M"},
			arrange: func(p *providertest.BubblePlatform) { p.SetFaults(providertest.Unanswered(http.MethodPatch)) },
			want:    diagnostic.SummaryModelNotUpdated,
		},
		"delete": {
			limit: 10 * time.Minute, destroy: true, want: diagnostic.SummaryDeleteTimedOut,
			arrange: func(p *providertest.BubblePlatform) { p.SetDeletionTime(24 * time.Hour) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := providertest.NewBubblePlatform(t, mockapi.Options{})
				defer p.Close()

				core := providertest.TerraformCore{TypeName: providerdata.PromotedModelType,
					Start: func() *providertest.ProtocolServer { return p.Start(t, nil) }}

				var current providertest.Instance

				if test.arrange == nil {
					p.SetPromotionOutcome(mockapi.PromotionHangs)
				} else {
					current = core.Create(t, providertest.ModelConfig("m"))

					test.arrange(p)
				}

				config := providertest.With(providertest.ModelConfig("m"), test.change)
				if test.destroy {
					config = nil
				}

				start := time.Now()
				got := core.Run(t.Context(), &current, config, providertest.RunOptions{NoRefresh: true})
				providertest.AssertEqual(t, "errors", got.Diagnostics.Errors().JoinedSummaries(), test.want)
				providertest.AssertMentions(t, got.Diagnostics, "(timeouts."+name+") expired")

				if took := time.Since(start); took < test.limit || took > test.limit+10*time.Second {
					t.Errorf("it took %s, want %s", took, test.limit)
				}
			})
		})
	}
}
