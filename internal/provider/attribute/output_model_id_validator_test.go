// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

func validateString(t *testing.T, v validator.String, value types.String) diag.Diagnostics {
	t.Helper()

	req := validator.StringRequest{Path: path.Root("argument"), ConfigValue: value}

	var resp validator.StringResponse
	v.ValidateString(t.Context(), req, &resp)

	return resp.Diagnostics
}

func attributeErrors(summary string, details ...string) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, detail := range details {
		diags.AddAttributeError(path.Root("argument"), summary, detail)
	}

	return diags
}

func TestOutputModelIDValidator(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		value types.String
		want  diag.Diagnostics
	}{
		"null":    {value: types.StringNull()},
		"unknown": {value: types.StringUnknown()},
		"valid":   {value: types.StringValue("qwen3-8b-step-50")},
		"longest": {value: types.StringValue(strings.Repeat("x", fireworks.MaxModelIDLength))},
		"empty": {value: types.StringValue(""), want: attributeErrors(diagnostic.SummaryInvalidOutputModelID,
			`The model ID is empty; it needs 1 to 63 characters, each one of a–z, 0–9 and "-".`)},
		"every broken rule": {
			value: types.StringValue("A" + strings.Repeat("x", fireworks.MaxModelIDLength)),
			want: attributeErrors(
				diagnostic.SummaryInvalidOutputModelID,
				`The model ID has the upper-case letter "A" at position 1; only a–z, 0–9 and "-" are allowed. For example, "axxxxxxx-tyqu3ooj-`+
					strings.Repeat("x", 45)+`" is valid.`,
				`The model ID has 64 characters, which is 1 too many; at most 63 are allowed.`,
			),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if diff := cmp.Diff(test.want, validateString(t, OutputModelID(), test.value)); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutputModelIDValidator_Description(t *testing.T) {
	t.Parallel()

	v := OutputModelID()
	for _, got := range []string{v.Description(t.Context()), v.MarkdownDescription(t.Context())} {
		if got != fireworks.ModelIDRules() {
			t.Errorf("description %q, want %q", got, fireworks.ModelIDRules())
		}
	}
}
