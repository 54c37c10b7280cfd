// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// MaxScalingSchedules is the greatest number of schedules of a deployment.
const MaxScalingSchedules = 5

// The limits of the duration of a schedule.
const (
	MinScalingScheduleDuration = 5 * time.Minute
	MaxScalingScheduleDuration = 168 * time.Hour
)

// ScalingSchedule raises the minimum number of replicas of a deployment at certain times. It is an entry of the field
// scalingSchedules of an autoscaling policy, whose key is the name of the schedule.
type ScalingSchedule struct {
	// MinReplicaCount is sent even if it is 0.
	MinReplicaCount Int64 `json:"minReplicaCount"`
	// Schedule is when it becomes active: five cron fields.
	Schedule string `json:"schedule"`
	// Duration is how long it stays active.
	Duration Seconds `json:"duration"`
	// Timezone is the IANA name of the time zone of Schedule.
	Timezone    string `json:"timezone"`
	Description string `json:"description,omitempty"`
	Disabled    bool   `json:"disabled,omitempty"`
}

// Seconds is a duration that has the form of seconds in JSON, such as "36000s".
type Seconds time.Duration

// MarshalJSON returns a number of seconds with the unit s.
func (s Seconds) MarshalJSON() ([]byte, error) {
	return json.Marshal(strconv.FormatFloat(time.Duration(s).Seconds(), 'f', -1, 64) + "s")
}

// UnmarshalJSON reads a duration or null; an empty one is 0.
func (s *Seconds) UnmarshalJSON(data []byte) error {
	text, err := jsonText(data)
	if err != nil {
		return fmt.Errorf("a duration is not a string: %w", err)
	}

	if text == "" {
		return nil
	}

	duration, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("%s is not a duration", quoteWhole(text))
	}

	*s = Seconds(duration)

	return nil
}
