// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// policy is an autoscaling policy in which one attribute is not null.
const (
	shapeA        = "accounts/fireworks/deploymentShapes/rft-qwen3-8b"
	shapeAVersion = shapeA + "/versions/d2f40c1b"
	shapeAOlder   = shapeA + "/versions/a91c3e07"
	shapeB        = "accounts/fireworks/deploymentShapes/qwen3-8b-fast"
)

func policy(name string, value attr.Value) types.Object {
	none := policyOf(types.ObjectNull(autoscalingPolicyTypes))

	attributes := none.value().Attributes()
	if name != "" {
		attributes[name] = value
	}

	return types.ObjectValueMust(autoscalingPolicyTypes, attributes)
}

func window(duration string) types.Object {
	return policy("scale_up_window", types.StringValue(duration))
}

func targets(elements map[string]attr.Value) types.Object {
	return policy("load_targets", types.MapValueMust(types.Float64Type, elements))
}

func schedules(elements map[string]attr.Value) types.Object {
	return policy("scaling_schedules", types.MapValueMust(scheduleType, elements))
}

func scheduleOf(duration string, description types.String) map[string]attr.Value {
	return map[string]attr.Value{"day": types.ObjectValueMust(scheduleTypes, map[string]attr.Value{
		"min_replica_count": types.Int64Value(1), "schedule": types.StringValue("0 8 * * *"),
		"duration": types.StringValue(duration), "timezone": types.StringValue("UTC"),
		"description": description, "disabled": types.BoolNull(),
	})}
}

// TestMeaning compares values by their meaning, and keeps the spelling of the prior one exactly if both mean the same.
func TestMeaning(t *testing.T) {
	t.Parallel()

	none, iowa := types.StringNull(), types.StringValue("US_IOWA_1")
	noPolicy := types.ObjectNull(autoscalingPolicyTypes)
	text := func(text string) types.String { return types.StringValue(text) }
	target := func(target float64) map[string]attr.Value {
		return map[string]attr.Value{"default": types.Float64Value(target)}
	}
	placed := func(region types.String, regions ...attr.Value) types.Object {
		return types.ObjectValueMust(placementTypes, map[string]attr.Value{
			"region": region, "multi_region": none, "regions": types.SetValueMust(types.StringType, regions),
		})
	}
	inRegions := placementValue(&fireworks.Placement{Regions: []fireworks.Enum{"A", "B"}})
	withNull := map[string]attr.Value{"default": types.Float64Value(1), "x": types.Float64Null()}

	for name, test := range map[string]struct {
		meaning      meaning
		prior, value attr.Value
		// satisfied and kept say whether the value meets the prior one, and whether the prior one is kept.
		satisfied, kept bool
	}{
		"equal texts":      {scalarMeaning{}, text("a"), text("a"), true, true},
		"other texts":      {scalarMeaning{}, text("a"), text("b"), false, false},
		"a cleared text":   {scalarMeaning{}, text(""), none, true, true},
		"a zero number":    {scalarMeaning{}, types.Int64Value(0), types.Int64Null(), true, true},
		"a number":         {scalarMeaning{}, types.Int64Value(1), types.Int64Null(), false, false},
		"a shape":          {shapeMeaning{}, text(shapeA), text(shapeAVersion), true, true},
		"another version":  {shapeMeaning{}, text(shapeAOlder), text(shapeAVersion), false, false},
		"equal durations":  {policyMeaning{}, window("10m"), window("600s"), true, true},
		"other durations":  {policyMeaning{}, window("10m"), window("601s"), false, false},
		"no policy":        {policyMeaning{}, policy("", nil), noPolicy, true, true},
		"a dropped policy": {policyMeaning{}, window("10m"), noPolicy, false, false},
		"32-bit targets":   {policyMeaning{}, targets(target(2.0 / 3)), targets(target(0.6666667)), true, true},
		"a null target":    {policyMeaning{}, targets(withNull), targets(target(1)), true, true},
		"empty targets":    {policyMeaning{}, targets(nil), policy("", nil), true, true},
		"equal schedules": {
			policyMeaning{}, schedules(scheduleOf("10h", text(""))), schedules(scheduleOf("36000s", none)), true, true,
		},
		"removed schedules": {policyMeaning{}, schedules(scheduleOf("10h", none)), schedules(nil), false, false},
		"no schedules":      {policyMeaning{}, schedules(nil), policy("", nil), true, false},
		"empty regions": {
			placementMeaning{}, placed(iowa), placementValue(&fireworks.Placement{Region: "US_IOWA_1"}), true, true,
		},
		"null regions":  {placementMeaning{}, placed(none, text("B"), none, text("A")), inRegions, true, true},
		"other regions": {placementMeaning{}, placed(none, iowa), inRegions, false, false},
		"unknown region": {placementMeaning{}, placed(none, iowa), placed(none, iowa, types.StringUnknown()), true,
			false},
	} {
		if got := test.meaning.satisfies(test.value, test.prior); got != test.satisfied {
			t.Errorf("%s: satisfied: %t", name, got)
		}

		kept := test.meaning.Keep(test.prior, test.value)
		if want := map[bool]attr.Value{true: test.prior, false: test.value}[test.kept]; !kept.Equal(want) {
			t.Errorf("%s: kept %s, want %s", name, kept, want)
		}
	}

	if kept := (policyMeaning{}).Keep(targets(target(0.8)), targets(nil)); !kept.Equal(targets(target(0.8))) {
		t.Errorf("empty load targets are planned as %s", kept)
	}
}

// TestMergeSchedules keeps the members of a schedule that the provider does not know, and no others.
func TestMergeSchedules(t *testing.T) {
	t.Parallel()

	held := []byte(`{"day":{"minReplicaCount":1,"description":"Day","disabled":true,"future":{"deep":[1]}},"night":{"future":2}}`)
	day := fireworks.ScalingSchedule{Schedule: "0 8 * * *", Duration: fireworks.Seconds(time.Hour), Timezone: "UTC"}

	merged, err := json.Marshal(mergeSchedules(held, map[string]fireworks.ScalingSchedule{"day": day}))
	if err != nil {
		t.Fatal(err)
	}

	const want = `{"day":{"duration":"3600s","future":{"deep":[1]},"minReplicaCount":0,"schedule":"0 8 * * *","timezone":"UTC"}}`
	if string(merged) != want {
		t.Errorf("got %s, want %s", merged, want)
	}
}
