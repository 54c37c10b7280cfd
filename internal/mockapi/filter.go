package mockapi

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// filterTerm is a comparison such as snapshot.base_model="accounts/fireworks/models/qwen3-8b" or public!=true.
var filterTerm = regexp.MustCompile(`^\s*([a-z_.]+)\s*(!?=)\s*(?:"([^"]*)"|([^\s"()]+))(?:\s+(AND|OR)\s+|\s*$)`)

type comparison struct {
	field, value string
	negated      bool
}

func (c comparison) holds(row map[string]string) bool { return (row[c.field] == c.value) != c.negated }

// parseFilter reads the part of the AIP-160 grammar that the contract's examples use: comparisons joined by AND and OR,
// of which OR binds tighter, as AIP-160 has it.
func parseFilter(text string, known []string) (keep func(row map[string]string) bool, err error) {
	var all [][]comparison

	joint := "AND"
	if strings.TrimSpace(text) == "" {
		joint = ""
	}

	for rest := text; joint != ""; {
		m := filterTerm.FindStringSubmatch(rest)
		if m == nil {
			return nil, invalid("invalid filter %q", text)
		}

		term := comparison{field: m[1], value: cmp.Or(m[3], m[4]), negated: m[2] == "!="}
		if !slices.Contains(known, term.field) {
			return nil, invalid("invalid filter: unknown field %q", term.field)
		}

		if joint == "OR" {
			all[len(all)-1] = append(all[len(all)-1], term)
		} else {
			all = append(all, []comparison{term})
		}

		joint, rest = m[5], rest[len(m[0]):]
	}

	return func(row map[string]string) bool {
		for _, either := range all {
			if !slices.ContainsFunc(either, func(c comparison) bool { return c.holds(row) }) {
				return false
			}
		}

		return true
	}, nil
}

// orderRows sorts rows, which are in the order of their names, as orderBy asks.
func orderRows[T any](c *call, rows []T, createTime func(T) string) error {
	byTime := func(a, b T) int { return parseTime(createTime(a)).Compare(parseTime(createTime(b))) }

	switch order := strings.Join(strings.Fields(c.query.Get("orderBy")), " "); order {
	case "", "name", "name asc":
	case "name desc":
		slices.Reverse(rows)
	case "create_time", "create_time asc":
		slices.SortStableFunc(rows, byTime)
	case "create_time desc":
		slices.SortStableFunc(rows, func(a, b T) int { return byTime(b, a) })
	default:
		return invalid("invalid orderBy %q", order)
	}

	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
