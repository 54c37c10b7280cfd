// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

const (
	maxSchedules        = 5
	minScheduleDuration = 5 * time.Minute
	maxScheduleDuration = 168 * time.Hour
)

// ScalingSchedule raises the minimum number of replicas at certain times, as on the wire.
type ScalingSchedule struct {
	MinReplicaCount int32  `json:"minReplicaCount,omitempty"`
	Schedule        string `json:"schedule,omitempty"`
	Duration        string `json:"duration,omitempty"`
	Timezone        string `json:"timezone,omitempty"`
	Description     string `json:"description,omitempty"`
	Disabled        bool   `json:"disabled,omitempty"`
}

// refuseSchedules refuses the fields that an older server does not know.
func (s *Server) refuseSchedules(body []byte) error {
	var fields struct {
		MaxConcurrencyPerReplica json.RawMessage `json:"maxConcurrencyPerReplica"`
		AutoscalingPolicy        struct {
			ScalingSchedules json.RawMessage `json:"scalingSchedules"`
		} `json:"autoscalingPolicy"`
	}

	if !s.routing.schedulesUnknown || json.Unmarshal(body, &fields) != nil {
		return nil //nolint:nilerr // the decoder will refuse the body
	}

	switch {
	case fields.MaxConcurrencyPerReplica != nil:
		return invalid(`proto: (line 1:2): unknown field "maxConcurrencyPerReplica"`)
	case fields.AutoscalingPolicy.ScalingSchedules != nil:
		return invalid(`proto: (line 1:2): unknown field "scalingSchedules"`)
	}

	return nil
}

// completeSchedules checks schedules and returns them with their durations in seconds.
func completeSchedules(in map[string]ScalingSchedule) (map[string]ScalingSchedule, error) {
	const field = "scaling_schedules"

	if len(in) > maxSchedules {
		return nil, invalid("autoscaling_policy.%s: at most %d are allowed", field, maxSchedules)
	}

	out := make(map[string]ScalingSchedule, len(in))

	for _, name := range sortedKeys(in) {
		schedule := in[name]

		err := setWindow(&schedule.Duration, schedule.Duration, field, minScheduleDuration, maxScheduleDuration)
		if err != nil {
			return nil, err
		}

		switch _, cronOK := parseCron(schedule.Schedule); {
		case name == "":
			return nil, invalid("autoscaling_policy.%s: a schedule needs a name", field)
		case schedule.Duration == "":
			return nil, invalid("autoscaling_policy.%s[%q]: duration is required", field, name)
		case schedule.MinReplicaCount < 0:
			return nil, invalid("autoscaling_policy.%s[%q]: min_replica_count must not be negative", field, name)
		case !cronOK:
			return nil, invalid("autoscaling_policy.%s[%q]: the schedule must have five cron fields", field, name)
		case schedule.location() == nil:
			return nil, invalid("autoscaling_policy.%s[%q]: unknown time zone %q", field, name, schedule.Timezone)
		}

		out[name] = schedule
	}

	return out, nil
}

// location returns the time zone of a schedule, or nil.
func (s ScalingSchedule) location() *time.Location {
	location, err := time.LoadLocation(s.Timezone)
	if err != nil || s.Timezone == "" || s.Timezone == "Local" {
		return nil
	}

	return location
}

// checkSchedules checks that no schedule exceeds the maximum number of replicas.
func (d *Deployment) checkSchedules() error {
	if d.AutoscalingPolicy == nil {
		return nil
	}

	for _, name := range sortedKeys(d.AutoscalingPolicy.ScalingSchedules) {
		schedule := d.AutoscalingPolicy.ScalingSchedules[name]
		if schedule.MinReplicaCount > d.MaxReplicaCount {
			return invalid(
				"autoscaling_policy.scaling_schedules[%q]: min_replica_count %d exceeds max_replica_count %d",
				name, schedule.MinReplicaCount, d.MaxReplicaCount,
			)
		}
	}

	return nil
}

// minimumReplicas returns the highest minimum of the deployment and of its active schedules.
func (d *Deployment) minimumReplicas(now time.Time) int32 {
	minimum := d.MinReplicaCount
	if d.AutoscalingPolicy == nil {
		return minimum
	}

	for _, schedule := range d.AutoscalingPolicy.ScalingSchedules {
		if schedule.MinReplicaCount > minimum && schedule.isActive(now) {
			minimum = schedule.MinReplicaCount
		}
	}

	return minimum
}

// isActive reports whether the schedule has started within its duration before now.
func (s ScalingSchedule) isActive(now time.Time) bool {
	cron, ok := parseCron(s.Schedule)
	location := s.location()
	duration, err := time.ParseDuration(s.Duration)

	if s.Disabled || !ok || location == nil || err != nil {
		return false
	}

	for at := now.Truncate(time.Minute); now.Sub(at) < duration; at = at.Add(-time.Minute) {
		if cron.matches(at.In(location)) {
			return true
		}
	}

	return false
}

// cronExpression is the allowed values of minute, hour, day of the month, month and day of the week.
type cronExpression [5]map[int]bool

// parseCron reads five fields of numbers, ranges, steps and lists.
func parseCron(text string) (expression cronExpression, ok bool) {
	limits := [5][2]int{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 7}}

	fields := strings.Fields(text)
	if len(fields) != len(limits) {
		return expression, false
	}

	for i, field := range fields {
		expression[i] = map[int]bool{}

		for part := range strings.SplitSeq(field, ",") {
			if !addCronRange(expression[i], part, limits[i]) {
				return expression, false
			}
		}
	}

	if expression[4][7] {
		expression[4][0] = true
	}

	return expression, true
}

// addCronRange adds the values of *, a, a-b, with or without a step, to a set.
func addCronRange(set map[int]bool, part string, limits [2]int) bool {
	span, stepText, stepped := strings.Cut(part, "/")
	step, err := 1, error(nil)

	if stepped {
		step, err = strconv.Atoi(stepText)
	}

	first, last := limits[0], limits[1]

	if span != "*" {
		from, to, isRange := strings.Cut(span, "-")
		if !isRange && !stepped {
			to = from
		}

		var firstErr, lastErr error

		first, firstErr = strconv.Atoi(from)
		if to != "" {
			last, lastErr = strconv.Atoi(to)
		}

		if firstErr != nil || lastErr != nil || isRange && to == "" {
			return false
		}
	}

	if err != nil || step < 1 || first < limits[0] || last > limits[1] || first > last {
		return false
	}

	for value := first; value <= last; value += step {
		set[value] = true
	}

	return true
}

// matches reports whether a schedule starts in the minute of a time. Day of the month and day of the week are both
// required to match, which differs from cron when both are restricted.
func (c cronExpression) matches(at time.Time) bool {
	values := [5]int{at.Minute(), at.Hour(), at.Day(), int(at.Month()), int(at.Weekday())}

	for i, value := range values {
		if !c[i][value] {
			return false
		}
	}

	return true
}
