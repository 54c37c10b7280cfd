// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

var scheduleTypes = map[string]attr.Type{
	"min_replica_count": attribute.WholeNumberType{},
	"schedule":          types.StringType,
	"duration":          types.StringType,
	"timezone":          types.StringType,
	"description":       types.StringType,
	"disabled":          types.BoolType,
}

// schedulesValue returns a map that is never null.
func schedulesValue(schedules map[string]fireworks.ScalingSchedule) types.Map {
	elements := map[string]attr.Value{}

	for name, schedule := range schedules {
		disabled := types.BoolNull()
		if schedule.Disabled {
			disabled = types.BoolValue(true)
		}

		elements[name] = types.ObjectValueMust(scheduleTypes, map[string]attr.Value{
			"min_replica_count": types.Int64Value(int64(schedule.MinReplicaCount)),
			"schedule":          attribute.StringOrNull(schedule.Schedule),
			"duration":          durationValue(time.Duration(schedule.Duration)),
			"timezone":          attribute.StringOrNull(schedule.Timezone),
			"description":       attribute.StringOrNull(schedule.Description),
			"disabled":          disabled,
		})
	}

	return types.MapValueMust(scheduleType, elements)
}

// durationValue is null for a duration that the API does not report.
func durationValue(duration time.Duration) types.String {
	if duration == 0 {
		return types.StringNull()
	}

	return types.StringValue(inSeconds(duration))
}

// mergeSchedules returns the schedules of a request, completed with the members of the held ones that this provider
// does not know.
func mergeSchedules(held json.RawMessage, schedules map[string]fireworks.ScalingSchedule) map[string]map[string]any {
	var before map[string]map[string]any

	_ = json.Unmarshal(held, &before) // schedules of another form have no members to keep
	known := reflect.TypeFor[fireworks.ScalingSchedule]()
	merged := make(map[string]map[string]any, len(schedules))

	for name, schedule := range schedules {
		fields := map[string]any{}
		maps.Copy(fields, before[name])

		for i := range known.NumField() {
			member, _, _ := strings.Cut(known.Field(i).Tag.Get("json"), ",")
			delete(fields, member)
		}

		encoded, _ := json.Marshal(schedule) // texts, numbers and bools
		_ = json.Unmarshal(encoded, &fields)
		merged[name] = fields
	}

	return merged
}

// schedulesOf returns the schedules as the API has them, in which equal durations are equal. A schedule that is null
// is left out.
func schedulesOf(value types.Map) map[string]fireworks.ScalingSchedule {
	schedules := map[string]fireworks.ScalingSchedule{}

	for name, element := range value.Elements() {
		object, ok := element.(types.Object)
		if !ok || !attribute.IsKnown(object) {
			continue
		}

		attributes := object.Attributes()
		text := func(name string) string {
			value, _ := attributes[name].(types.String)
			return value.ValueString()
		}
		count, _ := attributes["min_replica_count"].(types.Int64)
		disabled, _ := attributes["disabled"].(types.Bool)
		duration, _ := time.ParseDuration(text("duration"))

		schedules[name] = fireworks.ScalingSchedule{
			MinReplicaCount: fireworks.Int64(count.ValueInt64()),
			Schedule:        text("schedule"),
			Duration:        fireworks.Seconds(duration),
			Timezone:        text("timezone"),
			Description:     text("description"),
			Disabled:        disabled.ValueBool(),
		}
	}

	return schedules
}

var (
	cronPattern     = regexp.MustCompile(`^[0-9A-Za-z*/,?#-]+( +[0-9A-Za-z*/,?#-]+){4}$`)
	timezonePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$`)
)

func schedulesAttribute() schema.MapNestedAttribute {
	return schema.MapNestedAttribute{
		MarkdownDescription: fmt.Sprintf("Times with a higher minimum number of replicas, by name; at most %d. "+
			"If set, replaces all schedules; `{}` removes them all.", fireworks.MaxScalingSchedules),
		Optional:      true,
		Computed:      true,
		Validators:    []validator.Map{mapvalidator.SizeAtMost(fireworks.MaxScalingSchedules)},
		PlanModifiers: []planmodifier.Map{mapplanmodifier.UseNonNullStateForUnknown()},
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"min_replica_count": schema.Int64Attribute{
				CustomType: attribute.WholeNumberType{},
				MarkdownDescription: "The smallest number of replicas during the schedule, at most " +
					"`max_replica_count`.",
				Required:   true,
				Validators: []validator.Int64{int64validator.AtLeast(0)},
			},
			"schedule": attribute.RequiredString("When it starts: five cron fields, such as `0 8 * * 1-5`.",
				patternValidator("schedule", "five cron fields, such as 0 8 * * 1-5", cronPattern)),
			"duration": attribute.RequiredString("How long it lasts, `5m` to `168h` in whole "+
				"seconds.", scheduleDurationValidator()),
			"timezone": attribute.RequiredString("The time zone of `schedule`, such as `Europe/Berlin`.",
				patternValidator("time zone", "the IANA name of a time zone, such as Europe/Berlin", timezonePattern)),
			"description": schema.StringAttribute{
				MarkdownDescription: "The description of the schedule.",
				Optional:            true,
			},
			"disabled": schema.BoolAttribute{
				MarkdownDescription: "Ignore the schedule.",
				Optional:            true,
			},
		}},
	}
}

func patternValidator(noun, form string, pattern *regexp.Regexp) validator.String {
	return attribute.StringValidator{
		Summary: diagnostic.SummaryInvalidSchedule,
		Rule:    "value must be " + form,
		Problems: func(text string) []string {
			if pattern.MatchString(text) {
				return nil
			}

			return []string{fmt.Sprintf("%q is not a valid %s: it must be %s.", text, noun, form)}
		},
	}
}

// scheduleDurationValidator is windowValidator for a duration in whole seconds.
func scheduleDurationValidator() validator.String {
	return attribute.StringValidator{
		Summary: diagnostic.SummaryInvalidDuration,
		Rule:    "value must be a duration between 5m and 168h in whole seconds",
		Problems: func(text string) []string {
			least, most := fireworks.MinScalingScheduleDuration, fireworks.MaxScalingScheduleDuration

			problems := durationProblems(text, least, most)
			if duration, err := time.ParseDuration(text); err == nil && duration%time.Second != 0 {
				problems = append(problems, text+" is not a whole number of seconds.")
			}

			return problems
		},
	}
}

// validateSchedules finds schedules with more replicas than the deployment may have.
func (d *resourceModel) validateSchedules(diags *diag.Diagnostics) {
	schedules := policyOf(d.AutoscalingPolicy).ScalingSchedules

	limit := d.MaxReplicaCount
	if limit.IsNull() {
		limit = defaultMaxReplicaCount(d.MinReplicaCount)
	}

	for _, name := range slices.Sorted(maps.Keys(schedules.Elements())) {
		object, _ := schedules.Elements()[name].(types.Object)
		count, _ := object.Attributes()["min_replica_count"].(types.Int64)

		if attribute.IsKnown(count) && attribute.IsKnown(limit) && count.ValueInt64() > limit.ValueInt64() {
			schedule := path.Root("autoscaling_policy").AtName("scaling_schedules").AtMapKey(name)
			diags.AddAttributeError(schedule.AtName("min_replica_count"), diagnostic.SummaryInvalidReplicaCounts,
				fmt.Sprintf(
					"min_replica_count of the schedule %q is %d, and max_replica_count of the deployment is %d.\n\n"+
						"Decrease min_replica_count, or increase max_replica_count.",
					name, count.ValueInt64(), limit.ValueInt64()))
		}
	}
}
