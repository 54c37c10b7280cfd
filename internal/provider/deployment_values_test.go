package provider

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
)

// TestDeployment_PolicyMembers changes one member of the policy: the others, and those that the provider does not
// know, are kept.
func TestDeployment_PolicyMembers(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	config := deploymentConfig(values{
		"max_replica_count": 2, "autoscaling_policy": policyValues(values{"scale_up_window": "1m"}),
	})
	current := p.deployments(t).create(t, config)

	d, _ := p.Deployment(chat)
	d.AutoscalingPolicy.ScalingSchedules = map[string]mockapi.ScalingSchedule{
		"day": {
			MinReplicaCount: 1, Schedule: "0 8 * * *", Duration: "3600s", Timezone: "UTC", Description: "Day", Disabled: true,
		},
	}
	p.PutDeployment(d)
	p.AddMembers(chat, map[string]any{"autoscalingPolicy": map[string]any{"newMember": map[string]any{"a": 0}}})

	const rest = `"newMember":{"a":0},"scaleDownWindow":"600s","scaleToZeroWindow":"3600s","scaleUpWindow":"60s"`

	for _, step := range []struct {
		set  values
		body string
	}{
		{
			values{"scale_up_window": "60s", "load_targets": values{"default": 0.5, "requests_per_second": nil}},
			`"loadTargets":{"default":0.5},` + rest + `,"scalingSchedules":{"day":{"description":"Day","disabled":true,` +
				`"duration":"3600s","minReplicaCount":1,"schedule":"0 8 * * *","timezone":"UTC"}}`,
		},
		{values{"load_targets": values{}}, ""},
		{nil, ""},
		{values{"scaling_schedules": values{}}, `"loadTargets":{"default":0.5},` + rest + `,"scalingSchedules":{}`},
		{
			values{"scaling_schedules": values{}, "load_targets": values{"default": 2.0 / 3}},
			`"loadTargets":{"default":0.6666667},` + rest,
		},
	} {
		p.takeWriteRequests()

		config["autoscaling_policy"] = policyValues(step.set)
		if got := p.deployments(t).Run(t.Context(), &current, config, runOptions{}); len(got.Diagnostics) > 0 {
			t.Fatal(got.Diagnostics)
		}

		if step.body == "" {
			p.assertWrites(t)
		} else {
			p.assertWrites(t, deploymentPatchOf("autoscaling_policy", `{"autoscalingPolicy":{`+step.body+`}}`))
		}

		if got := p.deployments(t).Run(t.Context(), &current, config, runOptions{}); got.Action != actionNone {
			t.Errorf("%v: %s afterwards\n%s", step.set, got.Action, got.Diagnostics)
		}
	}
}

// TestDeployment_CreateOnly creates a deployment of which the platform reports what only a creation can set in
// another form, or not at all: a warning, and nothing is planned until the configuration changes.
func TestDeployment_CreateOnly(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	p.AddMembers(chat, map[string]any{
		"placement": map[string]any{"region": ""}, "baseModel": "accounts/fireworks/models/Qwen3-8B",
	})

	place := func(region string) values {
		return values{"placement": values{"region": region, "multi_region": nil, "regions": nil}}
	}
	config := deploymentConfig(place("US_IOWA_1"))

	var current instance

	got := p.deployments(t).Run(t.Context(), &current, config, runOptions{})
	assertEqual(t, "diagnostics", got.Diagnostics.summaries(), summaryArgumentNotApplied+", "+summaryArgumentNotApplied)
	assertEqual(t, "errors", len(got.Diagnostics.Errors()), 0)
	assertMentions(t, got.Diagnostics, "terraform apply -replace=")

	for range 2 {
		got = p.deployments(t).Run(t.Context(), &current, config, runOptions{})
		if got.Action != actionNone || len(got.Diagnostics) > 0 {
			t.Errorf("%s\n%s", got.Action, got.Diagnostics)
		}
	}

	got = p.deployments(t).Run(t.Context(), &current, deploymentConfig(place("US_OHIO_1")), runOptions{PlanOnly: true})
	assertEqual(t, "another placement", got.Action, actionReplace)

	// A deployment that something else created anew is another one.
	d, _ := p.Deployment(chat)
	d.CreateTime = "2020-01-01T00:00:00Z"
	p.PutDeployment(d)

	got = p.deployments(t).Run(t.Context(), &current, config, runOptions{PlanOnly: true})
	assertEqual(t, "another deployment", got.Action, actionReplace)
}

// TestDeployment_Rollout waits for what an update rolls out, and blames it only for its own failure.
func TestDeployment_Rollout(t *testing.T) {
	t.Parallel()

	rollout, metadata := values{"max_context_length": 8192}, values{"display_name": "Chat"}

	for name, test := range map[string]struct {
		before  string
		change  values
		startAt int
		outcome mockapi.DeploymentOutcome
		want    string
		state   string
	}{
		"at once":            {change: rollout, state: "READY"},
		"after the response": {change: rollout, startAt: 2, state: "READY"},
		"failed":             {change: rollout, outcome: mockapi.DeploymentFails, want: summaryRolloutFailed, state: "FAILED"},
		"failed after the response": {
			change: rollout, startAt: 1, outcome: mockapi.DeploymentFails, want: summaryRolloutFailed, state: "FAILED",
		},
		"stopped": {
			change: rollout, startAt: 1, outcome: mockapi.DeploymentKeepsError, want: summaryRolloutFailed, state: "READY",
		},
		"metadata":                        {change: metadata, outcome: mockapi.DeploymentFails, state: "READY"},
		"metadata of a failed deployment": {before: "FAILED", change: metadata, state: "FAILED"},
		"a failed deployment recovers":    {before: "FAILED", change: rollout, state: "READY"},
		"a failed deployment without a rollout": {
			before: "FAILED", change: values{"max_replica_count": 3}, state: "FAILED",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			current := p.deployments(t).create(t, deploymentConfig(nil))

			if test.before != "" {
				d, _ := p.Deployment(chat)
				d.State, d.Status = test.before, &mockapi.Status{Code: "INTERNAL", Message: "an older failure"}
				p.PutDeployment(d)
			}

			p.SetUpdateStart(test.startAt)
			p.SetUpdateOutcome(test.outcome)

			got := p.deployments(t).Run(t.Context(), &current, deploymentConfig(test.change), runOptions{})
			assertEqual(t, "diagnostics", got.Diagnostics.summaries(), test.want)
			assertEqual(t, "state", current.State["state"], any(test.state))
		})
	}
}

// TestDeployment_Unknown plans what may become null or another value after the plan: a replacement only where an
// update in place could not do it.
func TestDeployment_Unknown(t *testing.T) {
	t.Parallel()

	hardware := values{"accelerator_type": "NVIDIA_B200_192GB", "accept_shapeless_risk": true}

	for name, test := range map[string]struct {
		change values
		want   action
	}{
		"a region": {
			values{"placement": values{"region": unknown, "multi_region": nil, "regions": nil}}, actionReplace,
		},
		"a shape":                 {values{"deployment_shape": unknown}, actionUpdate},
		"a shape beside hardware": {with(hardware, values{"deployment_shape": unknown}), actionReplace},
		"a shape, the risk not accepted": {
			with(hardware, values{"deployment_shape": unknown, "accept_shapeless_risk": nil}), actionUpdate,
		},
		"a window": {values{"autoscaling_policy": policyValues(values{"scale_up_window": unknown})}, actionUpdate},
		"tags":     {values{"tags": unknown}, actionUpdate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			current := p.deployments(t).create(t, deploymentConfig(nil))

			config := deploymentConfig(test.change)

			got := p.deployments(t).Run(t.Context(), &current, config, runOptions{PlanOnly: true})
			if got.Action != test.want || len(got.Diagnostics.Errors()) > 0 {
				t.Errorf("got %s, want %s\n%s", got.Action, test.want, got.Diagnostics)
			}
		})
	}
}

// TestAccDeployment_Values applies values that are null, empty, unknown at first, or ignored, with the real CLI.
func TestAccDeployment_Values(t *testing.T) {
	skipUnlessAcc(t)
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	unknownRegion := func(name string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"r\" {\n  triggers_replace = %[1]q\n  input = %[1]q\n}\n", name) + shapedBlock(`
  placement          = { region = terraform_data.r.output, regions = [] }
  force_destroy      = true
  tags               = { team = "chat", none = null }
  autoscaling_policy = { load_targets = { default = 2 / 3, requests_per_second = null } }
`)
	}
	ignoring := shapedBlock(`
  max_replica_count = 2
  tags              = { team = "chat" }
  force_destroy     = true

  lifecycle {
    ignore_changes = [max_replica_count, min_replica_count, tags, placement, autoscaling_policy]
  }
`)

	p.run(t,
		resource.TestStep{Config: p.config(unknownRegion("US_IOWA_1"))},
		resource.TestStep{Config: p.config(unknownRegion("US_IOWA_1")), ConfigPlanChecks: expectNoChange()},
		resource.TestStep{
			Config:           p.config(unknownRegion("US_OHIO_1")),
			ConfigPlanChecks: expectDeployment(plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(deploymentAddress,
				tfjsonpath.New("placement").AtMapKey("region"), knownvalue.StringExact("US_OHIO_1"))},
		},
		resource.TestStep{Config: p.config(ignoring)},
		resource.TestStep{
			PreConfig: func() {
				d, _ := p.Deployment(chat)
				d.MinReplicaCount, d.MaxReplicaCount, d.Annotations = 1, 5, map[string]string{"custom/x": "y"}
				p.PutDeployment(d)
				p.takeWriteRequests()
			},
			Config: p.config(strings.Replace(ignoring, "  tags", "  display_name = \"Chat\"\n  tags", 1)),
			ConfigStateChecks: append(expectValues(deploymentAddress, map[string]knownvalue.Check{
				"max_replica_count": knownvalue.Int64Exact(5), "min_replica_count": knownvalue.Int64Exact(1),
			}), p.expectWrites(deploymentPatchOf("display_name", `{"displayName":"Chat"}`))),
		},
	)
}
