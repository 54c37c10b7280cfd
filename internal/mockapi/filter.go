// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxFilterDepth is how deep the parentheses of a filter may be nested.
const maxFilterDepth = 50

// filterToken matches the next token of a filter: a parenthesis, an operator, a quoted value or a word.
var filterToken = regexp.MustCompile(`^\s*([()]|!=|>=|<=|=|>|<|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s()=<>!"']+)`)

var filterEscape = regexp.MustCompile(`\\(.)`)

// filterFunc reports whether a filter keeps a row.
type filterFunc func(row map[string]string) bool

// parseFilter parses an AIP-160 filter that consists of comparisons, AND, OR and parentheses. OR binds tighter than
// AND.
func parseFilter(text string, known []string) (filterFunc, error) {
	if strings.TrimSpace(text) == "" {
		return func(map[string]string) bool { return true }, nil
	}

	p := filterParser{known: known}

	for rest := text; strings.TrimSpace(rest) != ""; {
		m := filterToken.FindStringSubmatch(rest)
		if m == nil {
			return nil, invalid("invalid filter %q", text)
		}

		p.tokens, rest = append(p.tokens, m[1]), rest[len(m[0]):]
	}

	keep, err := p.expression()
	switch {
	case err != nil:
		return nil, err
	case len(p.tokens) > 0:
		return nil, invalid("invalid filter: unexpected %q", p.tokens[0])
	}

	return keep, nil
}

// filterParser is a recursive descent parser with the tokens that are left.
type filterParser struct {
	tokens []string
	known  []string
	depth  int
}

// next removes and returns the next token, or "" at the end.
func (p *filterParser) next() string {
	if len(p.tokens) == 0 {
		return ""
	}

	token := p.tokens[0]
	p.tokens = p.tokens[1:]

	return token
}

// accept removes the next token if it is the given one.
func (p *filterParser) accept(token string) bool {
	if len(p.tokens) == 0 || p.tokens[0] != token {
		return false
	}

	p.tokens = p.tokens[1:]

	return true
}

// expression parses factors joined by AND.
func (p *filterParser) expression() (filterFunc, error) {
	keep, err := p.factor()
	for err == nil && p.accept("AND") {
		var right filterFunc

		left := keep
		right, err = p.factor()
		keep = func(row map[string]string) bool { return left(row) && right(row) }
	}

	return keep, err
}

// factor parses terms joined by OR.
func (p *filterParser) factor() (filterFunc, error) {
	keep, err := p.term()
	for err == nil && p.accept("OR") {
		var right filterFunc

		left := keep
		right, err = p.term()
		keep = func(row map[string]string) bool { return left(row) || right(row) }
	}

	return keep, err
}

// term parses a comparison or an expression in parentheses.
func (p *filterParser) term() (filterFunc, error) {
	if !p.accept("(") {
		return p.comparison()
	}

	p.depth++
	if p.depth > maxFilterDepth {
		return nil, invalid("invalid filter: nested deeper than %d", maxFilterDepth)
	}

	keep, err := p.expression()
	p.depth--

	if err == nil && !p.accept(")") {
		return nil, invalid("invalid filter: missing )")
	}

	return keep, err
}

// comparison parses a comparison such as snapshot.base_model="accounts/fireworks/models/qwen3-8b" or public!=true.
func (p *filterParser) comparison() (filterFunc, error) {
	field, operator, value := p.next(), p.next(), p.next()

	if !slices.Contains(p.known, field) {
		return nil, invalid("invalid filter: unknown field %q", field)
	}

	holds, ok := filterOperators[operator]
	if !ok {
		return nil, invalid("invalid filter: %q is not an operator", operator)
	}

	if value == "" || strings.Contains("()=<>!", value[:1]) {
		return nil, invalid("invalid filter: missing value of %q", field)
	}

	if quote := value[:1]; quote == `"` || quote == "'" {
		value = filterEscape.ReplaceAllString(value[1:len(value)-1], "$1")
	}

	ordered := operator != "=" && operator != "!="

	return func(row map[string]string) bool {
		if ordered && row[field] == "" {
			return false
		}

		return holds(compareValues(row[field], value))
	}, nil
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
