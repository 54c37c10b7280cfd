// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"fmt"
	"time"
)

// DurationText formats a duration the way users type it: 2h, 90m, 60s.
func DurationText(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d > time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d >= time.Second && d%time.Second == 0:
		return fmt.Sprintf("%ds", d/time.Second)
	}

	return d.String()
}
