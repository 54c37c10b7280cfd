package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func isKnown(value attr.Value) bool { return !value.IsNull() && !value.IsUnknown() }

// isWhollyKnown reports whether a value contains no unknown one.
func isWhollyKnown(value attr.Value) bool {
	raw, err := value.ToTerraformValue(context.Background())
	return err == nil && raw.IsFullyKnown()
}

// setIfUnknown sets an attribute that is unknown in the plan. Terraform rejects a state with another value than a known one.
func setIfUnknown[V attr.Value](planned *V, value V) {
	if (*planned).IsUnknown() {
		*planned = value
	}
}

// stringOrNull is null for what the API leaves out.
func stringOrNull[S ~string](text S) types.String {
	if text == "" {
		return types.StringNull()
	}

	return types.StringValue(string(text))
}

// int64OrNull is null for what the API leaves out.
func int64OrNull[N ~int64](number N) types.Int64 {
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

	return stringList(texts)
}

// stringList returns a list that is never null.
func stringList[S ~string](texts []S) types.List {
	elements := make([]attr.Value, len(texts))
	for i, text := range texts {
		elements[i] = types.StringValue(string(text))
	}

	return types.ListValueMust(types.StringType, elements)
}

// stringMap returns a map that is never null.
func stringMap(texts map[string]string) types.Map {
	elements := make(map[string]attr.Value, len(texts))
	for key, text := range texts {
		elements[key] = types.StringValue(text)
	}

	return types.MapValueMust(types.StringType, elements)
}
