// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// filterComparison matches the first comparison of a filter, such as public!=true or
// snapshot.base_model="accounts/fireworks/models/qwen3-8b": a field, an operator, and a word or a quoted value.
var filterComparison = regexp.MustCompile(
	`^\s*([^\s()=<>!"']+)\s*(!=|>=|<=|=|>|<)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s()=<>!"']+)`)

var (
	filterConjunction = regexp.MustCompile(`^\s*AND\b`)
	filterEscape      = regexp.MustCompile(`\\(.)`)
)

// filterFunc reports whether a filter keeps a row.
type filterFunc func(row map[string]string) bool

// parseFilter parses an AIP-160 filter that consists of comparisons joined by AND.
func parseFilter(text string, known []string) (filterFunc, error) {
	var comparisons []filterFunc

	for rest := text; strings.TrimSpace(text) != ""; {
		m := filterComparison.FindStringSubmatch(rest)
		if m == nil {
			return nil, invalid("invalid filter %q: no comparison at %q", text, rest)
		}

		if !slices.Contains(known, m[1]) {
			return nil, invalid("invalid filter: unknown field %q", m[1])
		}

		comparisons = append(comparisons, compareField(m[1], m[2], m[3]))

		rest = rest[len(m[0]):]
		if strings.TrimSpace(rest) == "" {
			break
		}

		conjunction := filterConjunction.FindString(rest)
		if conjunction == "" {
			return nil, invalid("invalid filter: unexpected %q", rest)
		}

		rest = rest[len(conjunction):]
	}

	return func(row map[string]string) bool {
		return !slices.ContainsFunc(comparisons, func(holds filterFunc) bool { return !holds(row) })
	}, nil
}

func compareField(field, operator, value string) filterFunc {
	if quote := value[:1]; quote == `"` || quote == "'" {
		value = filterEscape.ReplaceAllString(value[1:len(value)-1], "$1")
	}

	ordered := operator != "=" && operator != "!="

	return func(row map[string]string) bool {
		if ordered && row[field] == "" {
			return false
		}

		return filterOperators[operator](compareValues(row[field], value))
	}
}

// filterOperators reports whether an operator holds for the result of compareValues.
var filterOperators = map[string]func(order int) bool{
	"=":  func(order int) bool { return order == 0 },
	"!=": func(order int) bool { return order != 0 },
	">=": func(order int) bool { return order >= 0 },
	"<=": func(order int) bool { return order <= 0 },
	">":  func(order int) bool { return order > 0 },
	"<":  func(order int) bool { return order < 0 },
}

// compareValues compares two numbers or two timestamps by value, and anything else as strings.
func compareValues(a, b string) int {
	aNumber, aErr := strconv.ParseFloat(a, 64)
	bNumber, bErr := strconv.ParseFloat(b, 64)

	if aErr == nil && bErr == nil {
		return cmp.Compare(aNumber, bNumber)
	}

	if aTime, bTime := parseTime(a), parseTime(b); !aTime.IsZero() && !bTime.IsZero() {
		return aTime.Compare(bTime)
	}

	return strings.Compare(a, b)
}
