package provider

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// unapplied is a value that was sent, and that the API accepted and did not apply.
type unapplied struct {
	name string
	// createOnly is set for an argument that an update cannot change.
	createOnly bool
	// want and got are the values, for what the platform enumerates or names.
	want, got string
	// difference describes the difference of texts: the provider does not see whether a variable is sensitive.
	difference string
}

// detail describes a value that the API did not apply, and what to do next.
func (u unapplied) detail(object, next string) string {
	difference := u.difference
	if difference == "" {
		difference = fmt.Sprintf("  configured: %s\n  applied:    %s", u.want, u.got)
	}

	return joinParagraphs(
		fmt.Sprintf("The platform accepted %s of %s, but did not apply it.", u.name, object), difference, next)
}

func shownValue(value attr.Value) string {
	if value.IsNull() {
		return "nothing"
	}

	if text, ok := value.(types.String); ok {
		return fmt.Sprintf("%q", text.ValueString())
	}

	return value.String()
}

// textDifference describes how two texts differ, without showing them.
func textDifference(wanted, have attr.Value) string {
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
