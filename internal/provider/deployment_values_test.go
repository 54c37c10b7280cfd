package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

func policy(set map[string]attr.Value) types.Object {
	value := policyOf(types.ObjectNull(autoscalingPolicyTypes))
	attributes := value.value().Attributes()

	for name, attribute := range set {
		attributes[name] = attribute
	}

	return types.ObjectValueMust(autoscalingPolicyTypes, attributes)
}

func loadTargets(targets map[string]attr.Value) types.Map {
	return types.MapValueMust(types.Float64Type, targets)
}

// TestMeaning compares values by their meaning, and keeps the spelling of the prior one exactly if both mean the same.
func TestMeaning(t *testing.T) {
	t.Parallel()

	schedules := func(duration string, description types.String) types.Map {
		return types.MapValueMust(scheduleType, map[string]attr.Value{"day": types.ObjectValueMust(scheduleTypes, map[string]attr.Value{
			"min_replica_count": types.Int64Value(1), "schedule": types.StringValue("0 8 * * *"), "duration": types.StringValue(duration),
			"timezone": types.StringValue("UTC"), "description": description, "disabled": types.BoolNull(),
		})})
	}
	regions := func(region types.String, regions ...attr.Value) types.Object {
		return types.ObjectValueMust(placementTypes, map[string]attr.Value{
			"region": region, "multi_region": types.StringNull(), "regions": types.SetValueMust(types.StringType, regions),
		})
	}
	none, iowa := types.StringNull(), types.StringValue("US_IOWA_1")

	for name, test := range map[string]struct {
		meaning      meaning
		prior, value attr.Value
		// satisfied and kept say whether the value meets the prior one, and whether the prior one is kept.
		satisfied, kept bool
	}{
		"equal texts":      {scalarMeaning{}, types.StringValue("a"), types.StringValue("a"), true, true},
		"other texts":      {scalarMeaning{}, types.StringValue("a"), types.StringValue("b"), false, false},
		"a cleared text":   {scalarMeaning{}, types.StringValue(""), types.StringNull(), true, true},
		"a zero number":    {scalarMeaning{}, types.Int64Value(0), types.Int64Null(), true, true},
		"a number":         {scalarMeaning{}, types.Int64Value(1), types.Int64Null(), false, false},
		"a shape":          {shapeMeaning{}, types.StringValue(servingShape), types.StringValue(servingShapeVersion), true, true},
		"another version":  {shapeMeaning{}, types.StringValue(servingShapeOlder), types.StringValue(servingShapeVersion), false, false},
		"equal durations":  {policyMeaning{}, policy(values1("scale_up_window", "10m")), policy(values1("scale_up_window", "600s")), true, true},
		"other durations":  {policyMeaning{}, policy(values1("scale_up_window", "10m")), policy(values1("scale_up_window", "601s")), false, false},
		"no policy":        {policyMeaning{}, policy(nil), types.ObjectNull(autoscalingPolicyTypes), true, true},
		"a dropped policy": {policyMeaning{}, policy(values1("scale_up_window", "10m")), types.ObjectNull(autoscalingPolicyTypes), false, false},
		"32-bit targets": {
			policyMeaning{}, policy(map[string]attr.Value{"load_targets": loadTargets(map[string]attr.Value{"default": types.Float64Value(2.0 / 3)})}),
			policy(map[string]attr.Value{"load_targets": loadTargets(map[string]attr.Value{"default": types.Float64Value(0.6666667)})}), true, true,
		},
		"a target that is null": {
			policyMeaning{}, policy(map[string]attr.Value{
				"load_targets": loadTargets(map[string]attr.Value{"default": types.Float64Value(1), "x": types.Float64Null()}),
			}),
			policy(map[string]attr.Value{"load_targets": loadTargets(map[string]attr.Value{"default": types.Float64Value(1)})}), true, true,
		},
		"schedules of equal meaning": {
			policyMeaning{}, policy(map[string]attr.Value{"scaling_schedules": schedules("10h", types.StringValue(""))}),
			policy(map[string]attr.Value{"scaling_schedules": schedules("36000s", none)}), true, true,
		},
		"other schedules": {
			policyMeaning{}, policy(map[string]attr.Value{"scaling_schedules": schedules("10h", none)}),
			policy(map[string]attr.Value{"scaling_schedules": types.MapValueMust(scheduleType, nil)}), false, false,
		},
		"no schedules": {
			policyMeaning{}, policy(map[string]attr.Value{"scaling_schedules": types.MapValueMust(scheduleType, nil)}), policy(nil), true, false,
		},
		"empty regions": {
			placementMeaning{}, regions(iowa), placementValue(&fireworks.Placement{Region: "US_IOWA_1"}), true, true,
		},
		"regions that are null": {
			placementMeaning{}, regions(none, types.StringValue("B"), none, types.StringValue("A")),
			placementValue(&fireworks.Placement{Regions: []fireworks.Enum{"A", "B"}}), true, true,
		},
		"other regions":    {placementMeaning{}, regions(none, iowa), regions(none, types.StringValue("A")), false, false},
		"an unknown value": {placementMeaning{}, regions(none, iowa), regions(none, iowa, types.StringUnknown()), true, false},
	} {
		if got := test.meaning.satisfies(test.value, test.prior); got != test.satisfied {
			t.Errorf("%s: satisfied: %t", name, got)
		}

		kept := test.meaning.keep(test.prior, test.value)
		if want := map[bool]attr.Value{true: test.prior, false: test.value}[test.kept]; name != "no schedules" && !kept.Equal(want) {
			t.Errorf("%s: kept %s, want %s", name, kept, want)
		}
	}
}

func values1(name, text string) map[string]attr.Value {
	return map[string]attr.Value{name: types.StringValue(text)}
}

// TestDeployment_PolicyMembers changes one member of the policy: the others, and those that the provider does not know, are kept.
func TestDeployment_PolicyMembers(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	config := deploymentConfig(values{"max_replica_count": 2, "autoscaling_policy": policyValues(values{"scale_up_window": "1m"})})
	current := p.deployments(t).create(t, config)

	d, _ := p.Deployment(chat)
	d.AutoscalingPolicy.ScalingSchedules = map[string]mockapi.ScalingSchedule{
		"day": {MinReplicaCount: 1, Schedule: "0 8 * * *", Duration: "3600s", Timezone: "UTC"},
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
			`"loadTargets":{"default":0.5},` + rest +
				`,"scalingSchedules":{"day":{"duration":"3600s","minReplicaCount":1,"schedule":"0 8 * * *","timezone":"UTC"}}`,
		},
		{values{"load_targets": values{}}, ""},
		{nil, ""},
		{values{"scaling_schedules": values{}}, `"loadTargets":{"default":0.5},` + rest + `,"scalingSchedules":{}`},
		{values{"scaling_schedules": values{}, "load_targets": values{"default": 2.0 / 3}}, `"loadTargets":{"default":0.6666667},` + rest},
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

// TestDeployment_CreateOnly creates a deployment of which the platform reports what only a creation can set in another form, or not
// at all: a warning, and nothing is planned until the configuration changes.
func TestDeployment_CreateOnly(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	p.AddMembers(chat, map[string]any{"placement": map[string]any{"region": ""}, "baseModel": "accounts/fireworks/models/Qwen3-8B"})

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
		"at once":                         {change: rollout, state: "READY"},
		"after the response":              {change: rollout, startAt: 2, state: "READY"},
		"failed":                          {change: rollout, outcome: mockapi.DeploymentFails, want: summaryRolloutFailed, state: "FAILED"},
		"failed after the response":       {change: rollout, startAt: 1, outcome: mockapi.DeploymentFails, want: summaryRolloutFailed, state: "FAILED"},
		"stopped":                         {change: rollout, startAt: 1, outcome: mockapi.DeploymentKeepsError, want: summaryRolloutFailed, state: "READY"},
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

// TestDeployment_Unknown plans what may become null or another value after the plan: a replacement only where an update in place
// could not do it.
func TestDeployment_Unknown(t *testing.T) {
	t.Parallel()

	hardware := values{"accelerator_type": "NVIDIA_B200_192GB", "accept_shapeless_risk": true}

	for name, test := range map[string]struct {
		change values
		want   action
	}{
		"a region":                      {values{"placement": values{"region": unknown, "multi_region": nil, "regions": nil}}, actionReplace},
		"a shape":                       {values{"deployment_shape": unknown}, actionUpdate},
		"a shape beside hardware":       {with(hardware, values{"deployment_shape": unknown}), actionReplace},
		"a shape, the risk not allowed": {with(hardware, values{"deployment_shape": unknown, "accept_shapeless_risk": nil}), actionUpdate},
		"a window":                      {values{"autoscaling_policy": policyValues(values{"scale_up_window": unknown})}, actionUpdate},
		"tags":                          {values{"tags": unknown}, actionUpdate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			current := p.deployments(t).create(t, deploymentConfig(nil))

			got := p.deployments(t).Run(t.Context(), &current, deploymentConfig(test.change), runOptions{PlanOnly: true})
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
		return "resource \"terraform_data\" \"r\" {\n  triggers_replace = \"" + name + "\"\n  input = \"" + name + "\"\n}\n" +
			shapedBlock("  placement = { region = terraform_data.r.output, regions = [] }\n  force_destroy = true\n"+
				"  tags = { team = \"chat\", none = null }\n  autoscaling_policy = {\n    load_targets = { default = 2 / 3, requests_per_second = null }\n  }\n")
	}
	ignoring := shapedBlock("  max_replica_count = 2\n  tags = { team = \"chat\" }\n" +
		"  lifecycle {\n    ignore_changes = [max_replica_count, min_replica_count, tags, placement, autoscaling_policy]\n  }\n  force_destroy = true\n")

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
