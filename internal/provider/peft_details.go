package provider

import (
	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// peftDetails is null without a base model: the API sends empty details for a model with full weights.
func peftDetails(details *fireworks.PEFTDetails) types.Object {
	if details == nil || details.BaseModel == "" {
		return types.ObjectNull(peftDetailsTypes)
	}

	return types.ObjectValueMust(peftDetailsTypes, map[string]attr.Value{
		"base_model":      stringOrNull(details.BaseModel),
		"r":               int64OrNull(details.R),
		"target_modules":  stringsOrNull(details.TargetModules),
		"base_model_type": stringOrNull(details.BaseModelType),
	})
}

var peftDetailsTypes = map[string]attr.Type{
	"base_model":      types.StringType,
	"r":               types.Int64Type,
	"target_modules":  types.ListType{ElemType: types.StringType},
	"base_model_type": types.StringType,
}
