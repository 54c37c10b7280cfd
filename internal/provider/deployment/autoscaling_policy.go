// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
)

// autoscalingPolicy is the value of autoscaling_policy.
type autoscalingPolicy struct {
	ScaleUpWindow     types.String
	ScaleDownWindow   types.String
	ScaleToZeroWindow types.String
	LoadTargets       types.Map
	ScalingSchedules  types.Map
}

// The types of the numbers are those of the schema: the types of the framework are not equal to them.
var (
	loadTargetType         = attribute.PositiveNumberType{}
	autoscalingPolicyTypes = map[string]attr.Type{
		"scale_up_window":      types.StringType,
		"scale_down_window":    types.StringType,
		"scale_to_zero_window": types.StringType,
		"load_targets":         types.MapType{ElemType: loadTargetType},
		"scaling_schedules":    types.MapType{ElemType: scheduleType},
	}
	scheduleType = types.ObjectType{AttrTypes: scheduleTypes}
)

// policyOf returns the policy in a value. That of a null or unknown value has only nulls.
func policyOf(value attr.Value) autoscalingPolicy {
	object, _ := value.(types.Object)
	attributes := object.Attributes()
	policy := autoscalingPolicy{
		LoadTargets: types.MapNull(loadTargetType), ScalingSchedules: types.MapNull(scheduleType),
	}

	policy.ScaleUpWindow, _ = attributes["scale_up_window"].(types.String)
	policy.ScaleDownWindow, _ = attributes["scale_down_window"].(types.String)
	policy.ScaleToZeroWindow, _ = attributes["scale_to_zero_window"].(types.String)

	if targets, ok := attributes["load_targets"].(types.Map); ok {
		policy.LoadTargets = targets
	}

	if schedules, ok := attributes["scaling_schedules"].(types.Map); ok {
		policy.ScalingSchedules = schedules
	}

	return policy
}

// autoscalingPolicyValue is the value of the API's policy. Without schedules it has an empty map of them.
func autoscalingPolicyValue(api *fireworks.AutoscalingPolicy) types.Object {
	if api == nil {
		return types.ObjectNull(autoscalingPolicyTypes)
	}

	policy := autoscalingPolicy{
		ScaleUpWindow:     attribute.StringOrNull(api.ScaleUpWindow),
		ScaleDownWindow:   attribute.StringOrNull(api.ScaleDownWindow),
		ScaleToZeroWindow: attribute.StringOrNull(api.ScaleToZeroWindow),
		LoadTargets:       types.MapNull(loadTargetType), ScalingSchedules: schedulesValue(api.ScalingSchedules),
	}

	if len(api.LoadTargets) > 0 {
		elements := map[string]attr.Value{}
		for name, target := range api.LoadTargets {
			elements[name] = types.Float64Value(float64(target))
		}

		policy.LoadTargets = types.MapValueMust(loadTargetType, elements)
	}

	return policy.value()
}

func (p *autoscalingPolicy) value() types.Object {
	return types.ObjectValueMust(autoscalingPolicyTypes, map[string]attr.Value{
		"scale_up_window":      p.ScaleUpWindow,
		"scale_down_window":    p.ScaleDownWindow,
		"scale_to_zero_window": p.ScaleToZeroWindow,
		"load_targets":         p.LoadTargets,
		"scaling_schedules":    p.ScalingSchedules,
	})
}

// The names of the members in the API.
const (
	memberLoadTargets      = "loadTargets"
	memberScalingSchedules = "scalingSchedules"
)

// windows are the durations by their names in the API.
func (p *autoscalingPolicy) windows() map[string]*types.String {
	return map[string]*types.String{
		"scaleUpWindow":     &p.ScaleUpWindow,
		"scaleDownWindow":   &p.ScaleDownWindow,
		"scaleToZeroWindow": &p.ScaleToZeroWindow,
	}
}

// members returns what the policy sets, by the names of the API. Load targets that are null or empty set nothing. The
// values of two policies are equal if they mean the same: load targets are 32-bit numbers on the platform.
func (p *autoscalingPolicy) members() map[string]any {
	members := map[string]any{}

	for name, window := range p.windows() {
		if attribute.IsKnown(*window) {
			members[name] = durationOf(window.ValueString())
		}
	}

	targets := map[string]float32{}

	for name, element := range p.LoadTargets.Elements() {
		if target, ok := element.(types.Float64); ok && attribute.IsKnown(target) {
			targets[name] = float32(target.ValueFloat64())
		}
	}

	if len(targets) > 0 {
		members[memberLoadTargets] = targets
	}

	if attribute.IsKnown(p.ScalingSchedules) {
		members[memberScalingSchedules] = schedulesOf(p.ScalingSchedules)
	}

	return members
}

// changes returns the members that the policy sets and the prior one does not have.
func (p *autoscalingPolicy) changes(prior *autoscalingPolicy) map[string]any {
	have := prior.members()
	if have[memberScalingSchedules] == nil {
		have[memberScalingSchedules] = map[string]fireworks.ScalingSchedule{}
	}

	changed := p.members()
	maps.DeleteFunc(changed, func(name string, value any) bool { return reflect.DeepEqual(value, have[name]) })

	return changed
}

// equal reports whether the policy has everything that the wanted one sets.
func (p *autoscalingPolicy) equal(wanted *autoscalingPolicy) bool { return len(wanted.changes(p)) == 0 }

// Keep takes over the spelling of the prior policy where both mean the same.
func (p *autoscalingPolicy) Keep(prior *autoscalingPolicy) {
	members, before := p.members(), prior.members()
	same := func(name string) bool { return reflect.DeepEqual(members[name], before[name]) }
	windows := prior.windows()

	for name, window := range p.windows() {
		if !window.IsUnknown() && same(name) {
			*window = *windows[name]
		}
	}

	none := attribute.IsKnown(p.LoadTargets) && members[memberLoadTargets] == nil
	if attribute.IsWhollyKnown(p.LoadTargets) && (none || same(memberLoadTargets)) {
		p.LoadTargets = prior.LoadTargets
	}

	if attribute.IsWhollyKnown(p.ScalingSchedules) && same(memberScalingSchedules) {
		p.ScalingSchedules = prior.ScalingSchedules
	}
}

// mergePolicy returns the policy of a request that changes members: an update replaces the policy as a whole, so it
// repeats the members that the platform has, those that this provider does not know included.
func mergePolicy(api *fireworks.AutoscalingPolicy, changed map[string]any) map[string]any {
	merged := map[string]any{}

	if api != nil {
		for name, member := range api.Members {
			merged[name] = member
		}
	}

	maps.Copy(merged, changed)

	if schedules, ok := changed[memberScalingSchedules].(map[string]fireworks.ScalingSchedule); ok && api != nil {
		merged[memberScalingSchedules] = mergeSchedules(api.Members[memberScalingSchedules], schedules)
	}

	return merged
}

// policyMeaning is that of the autoscaling policy.
type policyMeaning struct{}

func (policyMeaning) satisfies(value, wanted attr.Value) bool {
	have, want := policyOf(value), policyOf(wanted)
	return have.equal(&want)
}

func (m policyMeaning) Keep(prior, value attr.Value) attr.Value {
	switch {
	case !attribute.IsKnown(prior) || value.IsUnknown():
		return value
	case value.IsNull():
		if m.satisfies(value, prior) {
			return prior
		}

		return value
	}

	before, now := policyOf(prior), policyOf(value)
	now.Keep(&before)

	return now.value()
}

// fillPolicy returns the planned policy, with the members of the API where the plan is unknown.
func fillPolicy(planned, api types.Object) types.Object {
	switch {
	case planned.IsUnknown():
		return api
	case planned.IsNull():
		return planned
	}

	policy, have := policyOf(planned), policyOf(api)
	windows := have.windows()

	for name, window := range policy.windows() {
		attribute.SetIfUnknown(window, *windows[name])
	}

	attribute.SetIfUnknown(&policy.LoadTargets, have.LoadTargets)
	attribute.SetIfUnknown(&policy.ScalingSchedules, have.ScalingSchedules)

	return policy.value()
}

func (policyMeaning) request(value, prior attr.Value) any {
	policy, before := policyOf(value), policyOf(prior)
	if changed := policy.changes(&before); len(changed) > 0 {
		return changed
	}

	return nil
}

func (policyMeaning) Describe(wanted, have attr.Value) (string, string) {
	want, got := policyOf(wanted), policyOf(have)

	var wants, gets []string

	members := got.members()
	changes := want.changes(&got)

	for _, name := range slices.Sorted(maps.Keys(changes)) {
		wants = append(wants, shownMember(name, changes[name]))
		gets = append(gets, shownMember(name, members[name]))
	}

	return strings.Join(wants, ", "), strings.Join(gets, ", ")
}

// shownMember describes a member without the texts of the user.
func shownMember(name string, member any) string {
	schedules, ok := member.(map[string]fireworks.ScalingSchedule)
	if ok {
		shown := maps.Clone(schedules)
		for key, schedule := range shown {
			if n := utf8.RuneCountInString(schedule.Description); n > 0 {
				schedule.Description = fmt.Sprintf("(%d characters)", n)
			}

			shown[key] = schedule
		}

		member = shown
	}

	text, err := json.Marshal(member)
	if err != nil || member == nil {
		return name + ": nothing"
	}

	return fmt.Sprintf("%s: %s", name, text)
}

// durationOf returns a duration in the form of the API, such as "600s", or the text if it is none.
func durationOf(text string) string {
	duration, err := time.ParseDuration(text)
	if err != nil {
		return text
	}

	return inSeconds(duration)
}

func inSeconds(duration time.Duration) string {
	return strconv.FormatFloat(duration.Seconds(), 'f', -1, 64) + "s"
}
