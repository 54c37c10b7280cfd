package provider

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// isWindow reports whether an attribute of the autoscaling policy is a duration: "10m" and "600s" mean the same.
func isWindow(name string) bool { return strings.HasSuffix(name, "_window") }

// sameMeaning reports whether two values mean the same to the API although they may be spelled differently.
func sameMeaning(a, b attr.Value) bool {
	switch a := a.(type) {
	case types.Float64:
		// The framework compares decimals of arbitrary precision: 0.8 of a configuration is not the 0.8 of a response.
		b, ok := b.(types.Float64)
		return ok && isKnown(a) == isKnown(b) && a.IsNull() == b.IsNull() && a.ValueFloat64() == b.ValueFloat64()
	case types.Map:
		b, ok := b.(types.Map)
		return ok && isKnown(a) && isKnown(b) && maps.EqualFunc(a.Elements(), b.Elements(), sameMeaning) || ok && a.Equal(b)
	case types.Object:
		b, ok := b.(types.Object)
		return ok && isKnown(a) && isKnown(b) && sameAttributes(a.Attributes(), b.Attributes()) || ok && a.Equal(b)
	}

	return a.Equal(b)
}

func sameAttributes(a, b map[string]attr.Value) bool {
	for name := range a {
		if !sameAttribute(name, a[name], b[name]) {
			return false
		}
	}

	return true
}

func sameAttribute(name string, a, b attr.Value) bool {
	return sameMeaning(a, b) || isWindow(name) && isKnown(a) && isKnown(b) && sameDuration(a, b)
}

func sameDuration(a, b attr.Value) bool {
	first, firstOK := durationOf(a)
	second, secondOK := durationOf(b)

	return firstOK && secondOK && first == second
}

func durationOf(value attr.Value) (time.Duration, bool) {
	text, ok := value.(types.String)
	if !ok {
		return 0, false
	}

	duration, err := time.ParseDuration(text.ValueString())

	return duration, err == nil
}

// isZero reports whether a value is the one that the API omits.
func isZero(value attr.Value) bool {
	switch value := value.(type) {
	case types.String:
		return isKnown(value) && value.ValueString() == ""
	case types.Int64:
		return isKnown(value) && value.ValueInt64() == 0
	}

	return false
}

// covers reports whether a value meets the configured one. Attributes of an object that are not configured are not compared.
func covers(configured, have attr.Value) bool {
	if !isKnown(configured) || isZero(configured) && have.IsNull() {
		return true
	}

	want, isObject := configured.(types.Object)
	got, alsoObject := have.(types.Object)

	if !isObject || !alsoObject || !isKnown(got) {
		return sameMeaning(configured, have)
	}

	for name, value := range want.Attributes() {
		if isKnown(value) && !sameAttribute(name, value, got.Attributes()[name]) {
			return false
		}
	}

	return true
}

// keep returns the prior value if the new one means the same, so that a state and a plan keep the user's spelling.
func (f deploymentField) keep(prior, value attr.Value) attr.Value {
	if f.satisfies != nil && isKnown(prior) && isKnown(value) && f.satisfies(prior, value) {
		return prior
	}

	old, isObject := prior.(types.Object)
	object, alsoObject := value.(types.Object)

	if !isObject || !alsoObject || !isKnown(old) || !isKnown(object) {
		return keepAttribute("", prior, value)
	}

	kept := map[string]attr.Value{}
	for name, child := range object.Attributes() {
		kept[name] = keepAttribute(name, old.Attributes()[name], child)
	}

	return types.ObjectValueMust(f.attributeTypes, kept)
}

func keepAttribute(name string, prior, value attr.Value) attr.Value {
	if isKnown(prior) && isKnown(value) && sameAttribute(name, prior, value) || isZero(prior) && value.IsNull() {
		return prior
	}

	return value
}

// fill returns the planned value, with the API's where the plan is unknown.
func (f deploymentField) fill(planned, api attr.Value) attr.Value {
	if planned.IsUnknown() {
		return api
	}

	object, isObject := planned.(types.Object)
	known, alsoObject := api.(types.Object)

	if !isObject || !alsoObject || object.IsNull() {
		return planned
	}

	if known.IsNull() {
		known = f.nullAttributes
	}

	filled := object.Attributes()

	for name, value := range filled {
		if value.IsUnknown() {
			filled[name] = known.Attributes()[name]
		}
	}

	return types.ObjectValueMust(f.attributeTypes, filled)
}

// merge returns the configured value, completed with the API's: an update replaces an object as a whole.
func (f deploymentField) merge(configured, have attr.Value) attr.Value {
	object, isObject := configured.(types.Object)
	base, alsoObject := have.(types.Object)

	if !isObject || !alsoObject || !isKnown(base) {
		return configured
	}

	merged := base.Attributes()

	for name, value := range object.Attributes() {
		if isKnown(value) {
			merged[name] = value
		}
	}

	return types.ObjectValueMust(f.attributeTypes, merged)
}

// requestValue returns a value as the API expects it.
func requestValue(value attr.Value) any {
	switch value := value.(type) {
	case types.String:
		return value.ValueString()
	case types.Int64:
		return value.ValueInt64()
	case types.Bool:
		return value.ValueBool()
	case types.Float64:
		return value.ValueFloat64()
	case types.Map:
		elements := map[string]any{}
		for key, element := range value.Elements() {
			elements[key] = requestValue(element)
		}

		return elements
	case types.Set:
		return setElements(value)
	case types.Object:
		return requestFields(value)
	}

	return nil
}

func requestFields(object types.Object) fireworks.Fields {
	fields := fireworks.Fields{}

	for name, value := range object.Attributes() {
		switch duration, isDuration := durationOf(value); {
		case !isKnown(value):
		case isWindow(name) && isDuration:
			fields[name] = strconv.FormatFloat(duration.Seconds(), 'f', -1, 64) + "s"
		default:
			fields[name] = requestValue(value)
		}
	}

	return fields
}

func setElements(set types.Set) []string {
	var texts []string

	for _, element := range set.Elements() {
		if text, ok := element.(types.String); ok {
			texts = append(texts, text.ValueString())
		}
	}

	slices.Sort(texts)

	return texts
}
