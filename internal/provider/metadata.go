package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// The rules of metadata: null in the configuration keeps the server's value, and "" clears it. The API does not
// distinguish a cleared value from one that was never set, so the state keeps "" where it was planned, else null.

func displayNameAttribute(noun string) schema.StringAttribute {
	return metadataAttribute("The display name of the "+noun, fireworks.DisplayNameLimit)
}

func descriptionAttribute(noun string) schema.StringAttribute {
	return metadataAttribute("The description of the "+noun, fireworks.DescriptionLimit)
}

func metadataAttribute(description string, limit int) schema.StringAttribute {
	return optionalString(fmt.Sprintf("%s, fewer than %d characters. Set to `\"\"` to clear it; removing it keeps "+
		"the value.",
		description, limit),
		stringvalidator.UTF8LengthAtMost(limit-1))
}

// metadataFromAPI returns the value of the API; prior is the value of the plan or the state.
func metadataFromAPI(text string, prior types.String) types.String {
	if text == "" && isKnown(prior) && prior.ValueString() == "" {
		return prior
	}

	return stringOrNull(text)
}

// addChangedString adds the field to those of an update if the plan changes its value in the state.
func addChangedString(fields fireworks.Fields, name string, planned, state types.String) {
	if isKnown(planned) && planned.ValueString() != state.ValueString() {
		fields[name] = planned.ValueString()
	}
}

// addChangedBool is addChangedString for a bool.
func addChangedBool(fields fireworks.Fields, name string, planned, state types.Bool) {
	if isKnown(planned) && planned.ValueBool() != state.ValueBool() {
		fields[name] = planned.ValueBool()
	}
}

// addUnappliedText adds a text that was sent and that the API did not apply.
func addUnappliedText(all []unapplied, sent fireworks.Fields, name string, wanted, have types.String) []unapplied {
	if _, ok := sent[name]; !ok || wanted.ValueString() == have.ValueString() {
		return all
	}

	return append(all, unapplied{name: name, difference: textDifference(wanted, have)})
}

// addUnappliedBool is addUnappliedText for a bool.
func addUnappliedBool(all []unapplied, sent fireworks.Fields, name string, wanted, have types.Bool) []unapplied {
	if _, ok := sent[name]; !ok || wanted.ValueBool() == have.ValueBool() {
		return all
	}

	return append(all, unapplied{name: name, want: shownValue(wanted), got: shownValue(have)})
}
