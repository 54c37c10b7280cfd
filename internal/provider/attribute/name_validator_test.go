// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

func TestNameValidator(t *testing.T) {
	t.Parallel()

	model := ResourceName(fireworks.ParseModelName)
	job := ResourceNameOrID("job ID", fireworks.ParseJobName)

	tests := map[string]struct {
		validator validator.String
		value     types.String
		want      diag.Diagnostics
	}{
		"name, null":    {validator: model, value: types.StringNull()},
		"name, unknown": {validator: model, value: types.StringUnknown()},
		"name, valid":   {validator: model, value: types.StringValue("accounts/fireworks/models/qwen3-8b")},
		"name, bare ID": {validator: model, value: types.StringValue("qwen3-8b"), want: attributeErrors(
			diagnostic.SummaryInvalidResourceName,
			`"qwen3-8b" is not a valid model name: it is only an ID; the full name is required. `+
				`The expected form is accounts/{account}/models/{model}.`,
		)},
		"either, null":      {validator: job, value: types.StringNull()},
		"either, unknown":   {validator: job, value: types.StringUnknown()},
		"either, bare ID":   {validator: job, value: types.StringValue("sft-qwen3-8b")},
		"either, full name": {validator: job, value: types.StringValue("accounts/demo/rlorTrainerJobs/sft-qwen3-8b")},
		"either, session": {
			validator: job,
			value:     types.StringValue("accounts/demo/trainingSessions/s"),
			want: attributeErrors(
				diagnostic.SummaryInvalidResourceName,
				`"accounts/demo/trainingSessions/s" is not a valid trainer job name: it is a training session name. `+
					`The expected form is accounts/{account}/rlorTrainerJobs/{job}.`,
			),
		},
		"either, empty": {validator: job, value: types.StringValue(""),
			want: attributeErrors(diagnostic.SummaryInvalidResourceName,
				`"" is not a valid job ID: it is empty. The expected form is an ID without a slash.`)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if diff := cmp.Diff(test.want, validateString(t, test.validator, test.value)); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNameValidator_Description(t *testing.T) {
	t.Parallel()

	tests := map[string]validator.String{
		"value must have the form accounts/{account}/models/{model}": ResourceName(fireworks.ParseModelName),
		"value must be a bare job ID or have the form accounts/{account}/rlorTrainerJobs/{job}": ResourceNameOrID(
			"job ID",
			fireworks.ParseJobName,
		),
	}
	for want, v := range tests {
		for _, got := range []string{v.Description(t.Context()), v.MarkdownDescription(t.Context())} {
			if got != want {
				t.Errorf("description %q, want %q", got, want)
			}
		}
	}
}
