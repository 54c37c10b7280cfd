// SPDX-License-Identifier: MPL-2.0

package deployment_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestDeployment_PolicyMembers changes one member of the policy: the others, and those that the provider does not
// know, are kept.
func TestDeployment_PolicyMembers(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	config := providertest.DeploymentConfig(providertest.Values{
		"max_replica_count": 2, "autoscaling_policy": providertest.PolicyValues(providertest.Values{"scale_up_window": "1m"}),
	})
	current := p.DeploymentCore(t).Create(t, config)

	d, _ := p.Deployment(providertest.Chat)
	d.AutoscalingPolicy.ScalingSchedules = map[string]mockapi.ScalingSchedule{
		"day": {
			MinReplicaCount: 1, Schedule: "0 8 * * *", Duration: "3600s", Timezone: "UTC", Description: "Day",
			Disabled: true,
		},
	}
	p.PutDeployment(d)
	p.AddMembers(providertest.Chat,
		map[string]any{"autoscalingPolicy": map[string]any{"newMember": map[string]any{"a": 0}}})

	const rest = `"newMember":{"a":0},"scaleDownWindow":"600s","scaleToZeroWindow":"3600s","scaleUpWindow":"60s"`

	for _, step := range []struct {
		set  providertest.Values
		body string
	}{
		{
			providertest.Values{"scale_up_window": "60s",
				"load_targets": providertest.Values{"default": 0.5, "requests_per_second": nil}},
			`"loadTargets":{"default":0.5},` + rest + `,"scalingSchedules":{"day":{"description":"Day","disabled":true,` +
				`"duration":"3600s","minReplicaCount":1,"schedule":"0 8 * * *","timezone":"UTC"}}`,
		},
		{providertest.Values{"load_targets": providertest.Values{}}, ""},
		{nil, ""},
		{
			providertest.Values{"scaling_schedules": providertest.Values{}}, `"loadTargets":{"default":0.5},` + rest +
				`,"scalingSchedules":{}`,
		},
		{
			providertest.Values{"scaling_schedules": providertest.Values{},
				"load_targets": providertest.Values{"default": 2.0 / 3}},
			`"loadTargets":{"default":0.6666667},` + rest,
		},
	} {
		p.TakeWriteRequests()

		config["autoscaling_policy"] = providertest.PolicyValues(step.set)
		if got := p.DeploymentCore(t).Run(t.Context(), &current, config,
			providertest.RunOptions{}); len(got.Diagnostics) > 0 {
			t.Fatal(got.Diagnostics)
		}

		if step.body == "" {
			p.AssertWrites(t)
		} else {
			p.AssertWrites(t, providertest.DeploymentPatchOf("autoscaling_policy",
				`{"autoscalingPolicy":{`+step.body+`}}`))
		}

		p.DeploymentCore(t).AssertEmptyPlan(t, &current, config)
	}
}

// TestDeployment_CreateOnly creates a deployment of which the platform reports what only a creation can set in
// another form, or not at all: a warning, and nothing is planned until the configuration changes.
func TestDeployment_CreateOnly(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.AddMembers(providertest.Chat, map[string]any{
		"placement": map[string]any{"region": ""}, "baseModel": "accounts/fireworks/models/Qwen3-8B",
	})

	place := func(region string) providertest.Values {
		return providertest.Values{"placement": providertest.Values{"region": region, "multi_region": nil,
			"regions": nil}}
	}
	config := providertest.DeploymentConfig(place("US_IOWA_1"))

	var current providertest.Instance

	got := p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{})
	providertest.AssertEqual(t, "diagnostics", got.Diagnostics.JoinedSummaries(),
		diagnostic.SummaryArgumentNotApplied+", "+diagnostic.SummaryArgumentNotApplied)
	providertest.AssertEqual(t, "errors", len(got.Diagnostics.Errors()), 0)
	providertest.AssertMentions(t, got.Diagnostics, "terraform apply -replace=")

	for range 2 {
		p.DeploymentCore(t).AssertEmptyPlan(t, &current, config)
	}

	got = p.DeploymentCore(t).Run(t.Context(), &current, providertest.DeploymentConfig(place("US_OHIO_1")),
		providertest.RunOptions{PlanOnly: true})
	providertest.AssertEqual(t, "another placement", got.Action, providertest.ActionReplace)

	// The same time in another spelling is the same deployment.
	d, _ := p.Deployment(providertest.Chat)
	d.CreateTime = strings.TrimSuffix(d.CreateTime, "Z") + "+00:00"
	p.PutDeployment(d)
	p.DeploymentCore(t).AssertEmptyPlan(t, &current, config)

	// A deployment that something else created anew is another one.
	d.CreateTime = "2020-01-01T00:00:00Z"
	p.PutDeployment(d)

	got = p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{PlanOnly: true})
	providertest.AssertEqual(t, "another deployment", got.Action, providertest.ActionReplace)
}

// TestDeployment_Rollout waits for what an update rolls out, and blames it only for its own failure.
func TestDeployment_Rollout(t *testing.T) {
	t.Parallel()

	rollout, metadata := providertest.Values{"max_context_length": 8192}, providertest.Values{"display_name": "Chat"}

	for name, test := range map[string]struct {
		before  string
		change  providertest.Values
		startAt int
		outcome mockapi.DeploymentOutcome
		want    string
		state   string
		// kept is the warning of later plans.
		kept string
	}{
		"at once":            {change: rollout, state: "READY"},
		"after the response": {change: rollout, startAt: 2, state: "READY"},
		"failed": {change: rollout, outcome: mockapi.DeploymentFails, want: diagnostic.SummaryRolloutFailed,
			state: "FAILED", kept: diagnostic.SummaryNotUsable},
		"failed after the response": {
			change: rollout, startAt: 1, outcome: mockapi.DeploymentFails, want: diagnostic.SummaryRolloutFailed,
			state: "FAILED", kept: diagnostic.SummaryNotUsable,
		},
		"stopped": {
			change: rollout, startAt: 1, outcome: mockapi.DeploymentKeepsError, want: diagnostic.SummaryRolloutFailed,
			state: "READY", kept: diagnostic.SummaryRolloutFailed,
		},
		"metadata": {change: metadata, outcome: mockapi.DeploymentFails, state: "READY"},
		"metadata of a failed deployment": {before: "FAILED", change: metadata, want: diagnostic.SummaryNotUsable,
			state: "FAILED", kept: diagnostic.SummaryNotUsable},
		"a failed deployment recovers": {before: "FAILED", change: rollout, want: diagnostic.SummaryNotUsable,
			state: "READY"},
		"a failed deployment without a rollout": {
			before: "FAILED", change: providertest.Values{"max_replica_count": 3}, want: diagnostic.SummaryNotUsable,
			state: "FAILED", kept: diagnostic.SummaryNotUsable,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			current := p.DeploymentCore(t).Create(t, providertest.DeploymentConfig(nil))

			if test.before != "" {
				d, _ := p.Deployment(providertest.Chat)
				d.State, d.Status = test.before, &mockapi.Status{Code: "INTERNAL", Message: "an older failure"}
				p.PutDeployment(d)
			}

			p.SetUpdateStart(test.startAt)
			p.SetUpdateOutcome(test.outcome)

			got := p.DeploymentCore(t).Run(t.Context(), &current, providertest.DeploymentConfig(test.change),
				providertest.RunOptions{})
			providertest.AssertEqual(t, "diagnostics", got.Diagnostics.JoinedSummaries(), test.want)
			providertest.AssertEqual(t, "state", current.State["state"], any(test.state))

			// A deployment whose rollout failed is kept, and every plan says so.
			for range 2 {
				got = p.DeploymentCore(t).Run(t.Context(), &current, providertest.DeploymentConfig(test.change),
					providertest.RunOptions{})
				providertest.AssertEqual(t, "the next plan", got.Action, providertest.ActionNone)
				providertest.AssertEqual(t, "the next diagnostics", got.Diagnostics.String(),
					got.Diagnostics.Warnings().String())
				providertest.AssertEqual(t, "the next warnings", got.Diagnostics.JoinedSummaries(), test.kept)
			}

			p.SetUpdateStart(0)
			p.SetUpdateOutcome(mockapi.DeploymentSucceeds)

			changed := providertest.DeploymentConfig(providertest.Values{"max_context_length": 4096})
			got = p.DeploymentCore(t).Run(t.Context(), &current, changed, providertest.RunOptions{})
			providertest.AssertEqual(t, "after a change, an action", got.Action, providertest.ActionUpdate)
			p.DeploymentCore(t).AssertEmptyPlan(t, &current, changed)
		})
	}
}

// TestDeployment_InterruptedRollout reports a rollout that failed after the apply that began it was interrupted.
func TestDeployment_InterruptedRollout(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		pause time.Duration
		next  string
	}{
		"during the next apply": {next: "ERROR: " + diagnostic.SummaryRolloutFailed},
		"before the next plan":  {pause: time.Hour, next: "WARNING: " + diagnostic.SummaryRolloutFailed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			core := p.DeploymentCore(t)
			current := core.Create(t, providertest.DeploymentConfig(nil))
			config := providertest.DeploymentConfig(providertest.Values{"max_context_length": 8192})

			p.SetUpdateOutcome(mockapi.DeploymentKeepsError)
			core.RunInterrupted(t, p, &current, config,
				providertest.Interruption{Path: providertest.DeploymentPath, N: 3})
			providertest.AssertEqual(t, "state", current.State["state"], any("UPDATING"))

			p.Clock.Advance(test.pause)

			core.Apply(t, &current, config, test.next)

			got := core.Run(t.Context(), &current, config, providertest.RunOptions{})
			providertest.AssertEqual(t, "a later plan", got.Action, providertest.ActionNone)
			providertest.AssertSummaries(t, got.Diagnostics, "WARNING: "+diagnostic.SummaryRolloutFailed)
		})
	}
}

// TestDeployment_Unknown plans what may become null or another value after the plan: a replacement only where an
// update in place could not do it.
func TestDeployment_Unknown(t *testing.T) {
	t.Parallel()

	hardware := providertest.Values{"accelerator_type": "NVIDIA_B200_192GB", "accept_shapeless_risk": true}

	for name, test := range map[string]struct {
		change providertest.Values
		want   providertest.Action
	}{
		"a region": {
			providertest.Values{"placement": providertest.Values{"region": providertest.Unknown, "multi_region": nil,
				"regions": nil}}, providertest.ActionReplace,
		},
		"a shape": {providertest.Values{"deployment_shape": providertest.Unknown},
			providertest.ActionUpdate},
		"a shape beside hardware": {providertest.With(hardware,
			providertest.Values{"deployment_shape": providertest.Unknown}), providertest.ActionReplace},
		"a shape, the risk not accepted": {
			providertest.With(hardware,
				providertest.Values{"deployment_shape": providertest.Unknown, "accept_shapeless_risk": nil}),
			providertest.ActionUpdate,
		},
		"a window": {providertest.Values{"autoscaling_policy": providertest.PolicyValues(providertest.Values{"scale_up_window": providertest.Unknown})}, providertest.ActionUpdate},
		"tags":     {providertest.Values{"tags": providertest.Unknown}, providertest.ActionUpdate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			current := p.DeploymentCore(t).Create(t, providertest.DeploymentConfig(nil))

			config := providertest.DeploymentConfig(test.change)

			got := p.DeploymentCore(t).Run(t.Context(), &current, config, providertest.RunOptions{PlanOnly: true})
			if got.Action != test.want || len(got.Diagnostics.Errors()) > 0 {
				t.Errorf("got %s, want %s\n%s", got.Action, test.want, got.Diagnostics)
			}
		})
	}
}

// TestAccDeployment_Values applies values that are null, empty, unknown at first, or ignored, with the real CLI.
func TestAccDeployment_Values(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	unknownRegion := func(name string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"r\" {\n  triggers_replace = %[1]q\n  input = %[1]q\n}\n", name) + providertest.ShapedBlock(`
  placement          = { region = terraform_data.r.output, regions = [] }
  force_destroy      = true
  tags               = { team = "chat", none = null }
  autoscaling_policy = { load_targets = { default = 2 / 3, requests_per_second = null } }
`)
	}
	ignoring := providertest.ShapedBlock(`
  max_replica_count = 2
  tags              = { team = "chat" }
  force_destroy     = true

  lifecycle {
    ignore_changes = [max_replica_count, min_replica_count, tags, placement, autoscaling_policy]
  }
`)

	p.Run(t,
		resource.TestStep{Config: p.Config(unknownRegion("US_IOWA_1"))},
		resource.TestStep{Config: p.Config(unknownRegion("US_IOWA_1")),
			ConfigPlanChecks: providertest.ExpectNoChange()},
		resource.TestStep{
			Config:           p.Config(unknownRegion("US_OHIO_1")),
			ConfigPlanChecks: providertest.ExpectDeployment(plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(providertest.DeploymentAddress,
				tfjsonpath.New("placement").AtMapKey("region"), knownvalue.StringExact("US_OHIO_1"))},
		},
		resource.TestStep{Config: p.Config(ignoring)},
		resource.TestStep{
			PreConfig: func() {
				d, _ := p.Deployment(providertest.Chat)
				d.MinReplicaCount, d.MaxReplicaCount, d.Annotations = 1, 5, map[string]string{"custom/x": "y"}
				p.PutDeployment(d)
				p.TakeWriteRequests()
			},
			Config: p.Config(strings.Replace(ignoring, "  tags", "  display_name = \"Chat\"\n  tags", 1)),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.DeploymentAddress,
				map[string]knownvalue.Check{
					"max_replica_count": knownvalue.Int64Exact(5), "min_replica_count": knownvalue.Int64Exact(1),
				}), p.ExpectWrites(providertest.DeploymentPatchOf("display_name", `{"displayName":"Chat"}`))),
		},
	)
}
