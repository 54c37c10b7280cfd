package mockapi

import (
	"strings"
	"time"
)

// fixtureEpoch dates what a fixture does not date.
const fixtureEpoch = "2026-01-01T00:00:00Z"

func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// parseTime reads a time that was checked where it came in; an unreadable one is the zero time.
func parseTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}

	return t
}

func lastSegment(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
