// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Values is an object in a configuration or a state. A missing or nil value is null, and unknown is unknown;
// the others are strings, bools, numbers, []any and values.
type Values = map[string]any

type unknownValue struct{}

// Unknown is a value that is known only after apply.
var Unknown unknownValue

// With returns a copy of v with the changes; a nil value removes an argument.
func With(v, changes Values) Values {
	changed := Values{}

	for _, part := range []Values{v, changes} {
		maps.Copy(changed, part)
	}

	return changed
}

// encode converts a value of a configuration to a value of the protocol.
func encode(typ tftypes.Type, value any) (tftypes.Value, error) {
	switch value := value.(type) {
	case nil:
		return tftypes.NewValue(typ, nil), nil
	case unknownValue:
		return tftypes.NewValue(typ, tftypes.UnknownValue), nil
	case Values:
		return encodeNamed(typ, value)
	case []any:
		var elementType tftypes.Type

		switch typ := typ.(type) {
		case tftypes.List:
			elementType = typ.ElementType
		case tftypes.Set:
			elementType, value = typ.ElementType, sorted(value)
		default:
			return tftypes.Value{}, fmt.Errorf("a list where %s is expected", typ)
		}

		elements := make([]tftypes.Value, len(value))
		for i, element := range value {
			var err error
			if elements[i], err = encode(elementType, element); err != nil {
				return tftypes.Value{}, fmt.Errorf("[%d]: %w", i, err)
			}
		}

		return tftypes.NewValue(typ, elements), nil
	case int:
		return tftypes.NewValue(typ, int64(value)), tftypes.ValidateValue(typ, int64(value))
	default:
		return tftypes.NewValue(typ, value), tftypes.ValidateValue(typ, value)
	}
}

func encodeNamed(typ tftypes.Type, value Values) (tftypes.Value, error) {
	encoded := map[string]tftypes.Value{}

	var attributes map[string]tftypes.Type

	switch typ := typ.(type) {
	case tftypes.Object:
		attributes = typ.AttributeTypes
		for name := range value {
			if _, ok := attributes[name]; !ok {
				return tftypes.Value{}, fmt.Errorf("there is no argument %q", name)
			}
		}
	case tftypes.Map:
		attributes = map[string]tftypes.Type{}
		for name := range value {
			attributes[name] = typ.ElementType
		}
	default:
		return tftypes.Value{}, fmt.Errorf("an object where %s is expected", typ)
	}

	for name, attributeType := range attributes {
		var err error
		if encoded[name], err = encode(attributeType, value[name]); err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
	}

	return tftypes.NewValue(typ, encoded), nil
}

// decode is the inverse of encode; whole numbers become int64.
func decode(value tftypes.Value) (any, error) {
	switch {
	case !value.IsKnown():
		return Unknown, nil
	case value.IsNull():
		return nil, nil
	}

	typ := value.Type()
	switch {
	case typ.Is(tftypes.String):
		var text string

		err := value.As(&text)

		return text, err
	case typ.Is(tftypes.Bool):
		var truth bool

		err := value.As(&truth)

		return truth, err
	case typ.Is(tftypes.Number):
		var number big.Float

		err := value.As(&number)
		if whole, accuracy := number.Int64(); accuracy == big.Exact {
			return whole, err
		}

		fraction, _ := number.Float64()

		return fraction, err
	case typ.Is(tftypes.List{}), typ.Is(tftypes.Set{}), typ.Is(tftypes.Tuple{}):
		return decodeList(value)
	}

	var named map[string]tftypes.Value
	if err := value.As(&named); err != nil {
		return nil, err
	}

	decoded := Values{}

	for name, element := range named {
		var err error
		if decoded[name], err = decode(element); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}

	return decoded, nil
}

func decodeList(value tftypes.Value) (any, error) {
	var elements []tftypes.Value
	if err := value.As(&elements); err != nil {
		return nil, err
	}

	decoded := make([]any, len(elements))
	for i, element := range elements {
		var err error
		if decoded[i], err = decode(element); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}

	if value.Type().Is(tftypes.Set{}) {
		return sorted(decoded), nil
	}

	return decoded, nil
}

// sorted returns the elements of a set in one order.
func sorted(elements []any) []any {
	return slices.SortedFunc(slices.Values(elements),
		func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
}

// UnknownNames returns the sorted names of the attributes that are not fully known.
func UnknownNames(object Values) []string {
	var names []string

	for name, value := range object {
		if !isFullyKnown(value) {
			names = append(names, name)
		}
	}

	slices.Sort(names)

	return names
}

func isFullyKnown(value any) bool {
	switch value := value.(type) {
	case unknownValue:
		return false
	case Values:
		return len(UnknownNames(value)) == 0
	case []any:
		return !slices.ContainsFunc(value, func(element any) bool { return !isFullyKnown(element) })
	}

	return true
}

// Diagnostic is an error or a warning, with the attribute to blame or "".
type Diagnostic struct {
	Severity  string
	Attribute string
	Summary   string
	Detail    string
}

func (d Diagnostic) String() string {
	return fmt.Sprintf("%s [%s] %s\n%s", d.Severity, d.Attribute, d.Summary, d.Detail)
}

type Diagnostics []Diagnostic

func DecodeDiagnostics(given []*tfprotov6.Diagnostic) Diagnostics {
	var decoded Diagnostics
	for _, d := range given {
		decoded = append(decoded, Diagnostic{d.Severity.String(), attributeName(d.Attribute), d.Summary, d.Detail})
	}

	return decoded
}

func attributeName(path *tftypes.AttributePath) string {
	if path == nil {
		return ""
	}

	// Terraform shows no position for such a path.
	if len(path.Steps()) == 0 {
		return "(empty path)"
	}

	var names []string
	for _, step := range path.Steps() {
		names = append(names, fmt.Sprint(step))
	}

	return strings.Join(names, ".")
}

// Errors returns the errors.
func (d Diagnostics) Errors() Diagnostics { return d.of("ERROR") }

// Warnings returns the warnings.
func (d Diagnostics) Warnings() Diagnostics { return d.of("WARNING") }

func (d Diagnostics) of(severity string) Diagnostics {
	var found Diagnostics

	for _, diagnostic := range d {
		if diagnostic.Severity == severity {
			found = append(found, diagnostic)
		}
	}

	return found
}

// Summaries returns each diagnostic as "ERROR checkpoint_name: No such checkpoint", in order.
func (d Diagnostics) Summaries() []string {
	var summaries []string

	for _, diagnostic := range d {
		place := diagnostic.Severity
		if diagnostic.Attribute != "" {
			place += " " + diagnostic.Attribute
		}

		summaries = append(summaries, place+": "+diagnostic.Summary)
	}

	return summaries
}

func (d Diagnostics) String() string {
	var texts []string
	for _, diagnostic := range d {
		texts = append(texts, diagnostic.String())
	}

	return strings.Join(texts, "\n\n")
}

// ErrorsOf returns the errors, each as "error: summary".
func ErrorsOf(all []CLIDiagnostic) (errors []string) {
	for _, d := range all {
		if d.Severity == "error" {
			errors = append(errors, "error: "+d.Summary)
		}
	}

	return errors
}

func (d Diagnostics) JoinedSummaries() string {
	var all []string
	for _, one := range d {
		all = append(all, one.Summary)
	}

	return strings.Join(all, ", ")
}

// Permutations calls f with each order of the numbers below n.
func Permutations(n int, f func(order []int)) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}

	var permute func(k int)

	permute = func(k int) {
		if k == n {
			f(order)
		}

		for i := k; i < n; i++ {
			order[k], order[i] = order[i], order[k]
			permute(k + 1)
			order[k], order[i] = order[i], order[k]
		}
	}

	permute(0)
}
