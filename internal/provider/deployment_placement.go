package provider

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
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
		regions = types.SetValueMust(types.StringType, stringList(placement.Regions).Elements())
	}

	return types.ObjectValueMust(placementTypes, map[string]attr.Value{
		"region":       stringOrNull(placement.Region),
		"multi_region": stringOrNull(placement.MultiRegion),
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
		if one, ok := element.(types.String); ok && isKnown(one) {
			placement.Regions = append(placement.Regions, fireworks.Enum(one.ValueString()))
		}
	}

	slices.Sort(placement.Regions)

	return placement
}

// placementMeaning is that of the placement.
type placementMeaning struct{ scalarMeaning }

func (placementMeaning) satisfies(value, wanted attr.Value) bool {
	return reflect.DeepEqual(placementOf(value), placementOf(wanted))
}

func (m placementMeaning) keep(prior, value attr.Value) attr.Value {
	if isKnown(prior) && isKnown(value) && isWhollyKnown(value) && m.satisfies(value, prior) {
		return prior
	}

	return value
}

func (placementMeaning) request(value, _ attr.Value) any { return placementOf(value) }

func (placementMeaning) describe(wanted, have attr.Value) (string, string) {
	return shownPlacement(wanted), shownPlacement(have)
}

func shownPlacement(value attr.Value) string {
	shown, err := json.Marshal(placementOf(value))
	if err != nil || value.IsNull() {
		return "nothing"
	}

	return string(shown)
}
