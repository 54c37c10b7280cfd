// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// The rules of metadata: null in the configuration keeps the server's value, and "" clears it. The API does not
// distinguish a cleared value from one that was never set, so the state keeps "" where it was planned, else null.

func DisplayNameAttribute(noun string) schema.StringAttribute {
	return metadataAttribute("The display name of the "+noun, fireworks.DisplayNameLimit)
}

func DescriptionAttribute(noun string) schema.StringAttribute {
	return metadataAttribute("The description of the "+noun, fireworks.DescriptionLimit)
}

func metadataAttribute(description string, limit int) schema.StringAttribute {
	return OptionalString(fmt.Sprintf("%s, at most %d characters. Set to `\"\"` to clear it.", description, limit-1),
		stringvalidator.UTF8LengthAtMost(limit-1))
}

// MetadataFromAPI returns the value of the API; prior is the value of the plan or the state.
func MetadataFromAPI(text string, prior types.String) types.String {
	if text == "" && IsKnown(prior) && prior.ValueString() == "" {
		return prior
	}

	return StringOrNull(text)
}
