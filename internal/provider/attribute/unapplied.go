// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// Unapplied is a value that was sent, and that the API accepted and did not apply.
type Unapplied struct {
	Name string
	// CreateOnly is set for an argument that an update cannot change.
	CreateOnly bool
	// Want and Got are the configured and the applied value, "" for texts.
	Want, Got string
	// Difference describes the difference of texts: the provider does not see whether a variable is sensitive.
	Difference string
}

// Detail describes a value that the API did not apply, and what to do next.
func (u Unapplied) Detail(object, next string) string {
	difference := u.Difference
	if difference == "" {
		difference = fmt.Sprintf("  configured: %s\n  applied:    %s", u.Want, u.Got)
	}

	return diagnostic.JoinParagraphs(
		fmt.Sprintf("The platform accepted %s of %s, but did not apply it.", u.Name, object), difference, next)
}

func ShownValue(value attr.Value) string {
	if value.IsNull() {
		return "nothing"
	}

	if text, ok := value.(types.String); ok {
		return fmt.Sprintf("%q", text.ValueString())
	}

	return value.String()
}

// TextDifference describes how two texts differ, without showing them.
func TextDifference(wanted, have attr.Value) string {
	want, _ := wanted.(types.String)
	got, _ := have.(types.String)

	switch configured, applied := want.ValueString(), got.ValueString(); {
	case applied == "":
		return "The platform has no value."
	case strings.TrimSpace(configured) == strings.TrimSpace(applied):
		return "The value of the platform differs only in the spaces at its start or end."
	case strings.EqualFold(configured, applied):
		return "The value of the platform differs only in upper and lower case."
	default:
		return fmt.Sprintf(
			"The value of the platform is another text: it has %d characters, and the configured one has %d.",
			utf8.RuneCountInString(applied), utf8.RuneCountInString(configured))
	}
}
