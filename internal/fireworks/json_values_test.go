// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"encoding/json"
	"testing"
	"time"
)

func TestParseTimestamp(t *testing.T) {
	t.Parallel()

	base := time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"":                               {},
		"2026-05-01T10:00:00Z":           base,
		"2026-05-01T10:00:00.5Z":         base.Add(500 * time.Millisecond),
		"2026-05-01T10:00:00.000000001Z": base.Add(1),
		"2026-05-01T10:00:00.123456789Z": base.Add(123456789),
		"2026-05-01T12:00:00+02:00":      base,
		"2026-05-01T04:30:00-05:30":      base,
		"2026-05-01T09:59:60Z":           base,
		"2026-05-01T09:59:60.5Z":         base.Add(500 * time.Millisecond),
	} {
		got := timestamp(t, text)
		if !got.Time().Equal(want) || got.String() != text {
			t.Errorf("%q is %v (%q), want %v", text, got.Time(), got.String(), want)
		}
	}

	for _, text := range []string{"yesterday", "2026-05-01", "2026-05-01 10:00:00Z", "2026-13-01T10:00:00Z", " ",
		"1777629600", "2026-05-01T09:59:61Z", "2026-05-01T09:61:60Z"} {
		if got, err := ParseTimestamp(text); err == nil {
			t.Errorf("%q was read as %v", text, got.Time())
		}
	}
}

func TestJSONInt64(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]int64{
		`0`: 0, `"0"`: 0, `""`: 0, `null`: 0, `12`: 12, `"12"`: 12, `-3`: -3, `"-3"`: -3, `1e3`: 1000, `"1e3"`: 1000, `2.0`: 2,
		`9223372036854775807`: 1<<63 - 1, `"9223372036854775807"`: 1<<63 - 1, `"-9223372036854775808"`: -1 << 63,
		`9007199254740993`: 9007199254740993,
	} {
		var got Int64
		if err := json.Unmarshal([]byte(text), &got); err != nil || int64(got) != want {
			t.Errorf("%s is %d, error %v, want %d", text, got, err, want)
		}
	}

	for _, text := range []string{`1.5`, `"x"`, `true`, `{}`, `[]`, `9223372036854775808`, `1e300`, `-1e300`, `"NaN"`,
		`"Inf"`, `"-Inf"`, `1e16`} {
		var got Int64
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s was read as %d", text, got)
		}
	}
}

func TestGRPCCode(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]grpcCode{
		`5`: {Number: 5}, `"5"`: {Number: 5}, `16`: {Number: 16}, `"NOT_FOUND"`: {Number: 5}, `"not_found"`: {Number: 5},
		`0`: {}, `"0"`: {}, `"OK"`: {}, `"ok"`: {}, `null`: {}, `{}`: {}, `[1]`: {}, `true`: {}, `""`: {}, `1.5`: {},
		`17`: {Other: "17"}, `-1`: {Other: "-1"}, `404`: {Other: "404"}, `"CODE_UNSPECIFIED"`: {},
		`"invalid_request_error"`: {Other: "invalid_request_error"},
	} {
		var got grpcCode
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s is %+v, error %v, want %+v", text, got, err, want)
		}
	}

	for code := range 20 {
		named := codeName(code) != ""
		if named != (code >= 1 && code <= 16) {
			t.Errorf("code %d has the name %q", code, codeName(code))
		}
	}
}
