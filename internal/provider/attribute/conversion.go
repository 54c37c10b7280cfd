// SPDX-License-Identifier: MPL-2.0

// Package attribute has the schema attributes and validators that resources and data sources share, and converts
// between values of the API and of Terraform.
package attribute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// IsKnown reports whether a value is neither null nor unknown.
func IsKnown(value attr.Value) bool { return !value.IsNull() && !value.IsUnknown() }

// IsWhollyKnown reports whether a value contains no unknown one.
func IsWhollyKnown(value attr.Value) bool {
	raw, err := value.ToTerraformValue(context.Background()) //nolint:forbidigo // the conversion makes no request
	return err == nil && raw.IsFullyKnown()
}

// SetIfUnknown sets an attribute that is unknown in the plan. Terraform rejects a state with another value than a known
// one.
func SetIfUnknown[V attr.Value](planned *V, value V) {
	if (*planned).IsUnknown() {
		*planned = value
	}
}

// StringOrNull is null for what the API leaves out.
func StringOrNull[S ~string](text S) types.String {
	if text == "" {
		return types.StringNull()
	}

	return types.StringValue(string(text))
}

// Int64OrNull is null for what the API leaves out.
func Int64OrNull[N ~int64](number N) types.Int64 {
	if number == 0 {
		return types.Int64Null()
	}

	return types.Int64Value(int64(number))
}

// stringsOrNull is null for what the API leaves out.
func stringsOrNull(texts []string) types.List {
	if len(texts) == 0 {
		return types.ListNull(types.StringType)
	}

	return StringList(texts)
}

// StringList returns a list that is never null.
func StringList[S ~string](texts []S) types.List {
	elements := make([]attr.Value, len(texts))
	for i, text := range texts {
		elements[i] = types.StringValue(string(text))
	}

	return types.ListValueMust(types.StringType, elements)
}

// StringMap returns a map that is never null.
func StringMap(texts map[string]string) types.Map {
	elements := make(map[string]attr.Value, len(texts))
	for key, text := range texts {
		elements[key] = types.StringValue(text)
	}

	return types.MapValueMust(types.StringType, elements)
}
