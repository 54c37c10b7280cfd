// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// WarnNotApplied warns about the values that the API did not apply in a creation. An error would taint the object, so
// that every apply would create it again.
func (s Subject) WarnNotApplied(diags *diag.Diagnostics, values []attribute.Unapplied) {
	for _, value := range values {
		next := "Nothing is replaced: the next plan detects the difference, and the next apply sets the value in place."
		if value.CreateOnly {
			next = fmt.Sprintf("The state keeps the configured value, so no plan replaces the %s for it. To create it "+
				"again, run:\n\n%s", s.Noun, diagnostic.CommandHint("terraform apply -replace=", s.TypeName))
		}

		diags.AddAttributeWarning(path.Root(value.Name), diagnostic.SummaryArgumentNotApplied,
			value.Detail(s.String(), next))
	}
}

// AddNotApplied reports the values that the API did not apply in an update. The state then contains those of the API.
func (s Subject) AddNotApplied(diags *diag.Diagnostics, values []attribute.Unapplied) {
	for _, value := range values {
		diags.AddAttributeError(path.Root(value.Name), diagnostic.SummaryArgumentNotApplied, value.Detail(s.String(),
			"The state contains the value of the platform, so the next plan shows the difference again. "+
				"Choose a value that the platform applies, or remove the argument."))
	}
}
