// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// These functions are for the attributes of a model that are fields of the API with the same name, and texts or bools.

// AddConfigured adds the named attributes that are known to the fields of a creation. An empty text is left out.
func AddConfigured[M any](fields fireworks.Fields, model *M, names ...string) {
	for _, name := range names {
		if value := Value(model, name); IsKnown(value) && fieldOf(value) != "" {
			fields[name] = fieldOf(value)
		}
	}
}

// Changes returns the named attributes that the plan knows and the state does not have as the fields of an update.
func Changes[M any](plan, state *M, names ...string) fireworks.Fields {
	fields := fireworks.Fields{}

	for _, name := range names {
		if planned := Value(plan, name); IsKnown(planned) && fieldOf(planned) != fieldOf(Value(state, name)) {
			fields[name] = fieldOf(planned)
		}
	}

	return fields
}

// NotApplied returns the named attributes that were sent and that the API reports with another value.
func NotApplied[M any](wanted, reported *M, sent fireworks.Fields, names ...string) (all []Unapplied) {
	for _, name := range names {
		want, have := Value(wanted, name), Value(reported, name)
		if _, ok := sent[name]; !ok || fieldOf(want) == fieldOf(have) {
			continue
		}

		value := Unapplied{Name: name}
		if _, isText := want.(types.String); isText {
			value.Difference = TextDifference(want, have)
		} else {
			value.Want, value.Got = ShownValue(want), ShownValue(have)
		}

		all = append(all, value)
	}

	return all
}

// fieldOf returns a text or a bool as a field of a request contains it. Null is the zero value.
func fieldOf(value attr.Value) any {
	switch value := value.(type) {
	case types.String:
		return value.ValueString()
	case types.Bool:
		return value.ValueBool()
	}

	return nil
}
