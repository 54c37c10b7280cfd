// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// PEFTDetails is null without a base model: the API sends empty details for a model with full weights.
func PEFTDetails(details *fireworks.PEFTDetails) types.Object {
	if details == nil || details.BaseModel == "" {
		return types.ObjectNull(PEFTDetailsTypes)
	}

	return types.ObjectValueMust(PEFTDetailsTypes, map[string]attr.Value{
		"base_model":      StringOrNull(details.BaseModel),
		"r":               Int64OrNull(details.R),
		"target_modules":  stringsOrNull(details.TargetModules),
		"base_model_type": StringOrNull(details.BaseModelType),
	})
}

var PEFTDetailsTypes = map[string]attr.Type{
	"base_model":      types.StringType,
	"r":               types.Int64Type,
	"target_modules":  types.ListType{ElemType: types.StringType},
	"base_model_type": types.StringType,
}
