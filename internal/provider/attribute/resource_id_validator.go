// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

const resourceIDMax = 63

var resourceIDPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// ResourceID applies the rules of the platform for the IDs of deployments and routers.
func ResourceID(summary string) validator.String {
	return StringValidator{
		Summary:  summary,
		Rule:     "value must be 1 to 63 characters of a-z, 0-9 and -, the first and the last a letter or a digit",
		Problems: ResourceIDProblems,
	}
}

// ResourceIDProblems returns every rule for the IDs of deployments and routers that the ID violates.
func ResourceIDProblems(id string) []string {
	if id == "" {
		return []string{"The ID is empty. It must have 1 to 63 characters."}
	}

	var problems []string

	if n := utf8.RuneCountInString(id); n > resourceIDMax {
		problems = append(problems, fmt.Sprintf("The ID has %d characters. It must have at most %d.", n, resourceIDMax))
	}

	isAllowed := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' }
	if i := strings.IndexFunc(id, func(r rune) bool { return !isAllowed(r) }); i >= 0 {
		r, _ := utf8.DecodeRuneInString(id[i:])

		return append(problems, fmt.Sprintf("The ID contains %q at position %d. Only a-z, 0-9 and - are allowed.",
			r, utf8.RuneCountInString(id[:i])+1))
	}

	if !resourceIDPattern.MatchString(id) {
		problems = append(problems,
			"The ID starts or ends with -. The first and the last character must be a letter or a digit.")
	}

	return problems
}
