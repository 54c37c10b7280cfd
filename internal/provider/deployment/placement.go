// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
)

var placementTypes = map[string]attr.Type{
	"region":       types.StringType,
	"multi_region": types.StringType,
	"regions":      types.SetType{ElemType: types.StringType},
}

// placementValue is null without any region.
func placementValue(placement *fireworks.Placement) types.Object {
	if placement == nil || reflect.DeepEqual(*placement, fireworks.Placement{}) {
		return types.ObjectNull(placementTypes)
	}

	regions := types.SetNull(types.StringType)
	if len(placement.Regions) > 0 {
		regions = types.SetValueMust(types.StringType, attribute.StringList(placement.Regions).Elements())
	}

	return types.ObjectValueMust(placementTypes, map[string]attr.Value{
		"region":       attribute.StringOrNull(placement.Region),
		"multi_region": attribute.StringOrNull(placement.MultiRegion),
		"regions":      regions,
	})
}

// placementOf returns the placement as the API has it, with sorted regions. No regions and regions that are null mean
// the same.
func placementOf(value attr.Value) fireworks.Placement {
	object, _ := value.(types.Object)
	attributes := object.Attributes()

	region, _ := attributes["region"].(types.String)
	multiRegion, _ := attributes["multi_region"].(types.String)
	regions, _ := attributes["regions"].(types.Set)

	placement := fireworks.Placement{
		Region: fireworks.Enum(region.ValueString()), MultiRegion: fireworks.Enum(multiRegion.ValueString()),
	}

	for _, element := range regions.Elements() {
		if one, ok := element.(types.String); ok && attribute.IsKnown(one) {
			placement.Regions = append(placement.Regions, fireworks.Enum(one.ValueString()))
		}
	}

	slices.Sort(placement.Regions)

	return placement
}

// placementMeaning is that of the placement.
type placementMeaning struct{}

func (placementMeaning) satisfies(value, wanted attr.Value) bool {
	return reflect.DeepEqual(placementOf(value), placementOf(wanted))
}

func (m placementMeaning) Keep(prior, value attr.Value) attr.Value {
	if attribute.IsKnown(prior) && attribute.IsKnown(value) && attribute.IsWhollyKnown(value) &&
		m.satisfies(value, prior) {
		return prior
	}

	return value
}

func (placementMeaning) request(value, _ attr.Value) any { return placementOf(value) }

func (placementMeaning) Describe(wanted, have attr.Value) (string, string) {
	return shownPlacement(wanted), shownPlacement(have)
}

func shownPlacement(value attr.Value) string {
	shown, err := json.Marshal(placementOf(value))
	if err != nil || value.IsNull() {
		return "nothing"
	}

	return string(shown)
}
