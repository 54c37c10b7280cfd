package mockapi

import (
	"strings"
	"time"
)

// fixtureEpoch is the default create time of fixtures.
const fixtureEpoch = "2026-01-01T00:00:00Z"

func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// parseTime parses a timestamp. It returns the zero time if the timestamp is invalid.
func parseTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}

	return t
}

func lastSegment(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
