// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// WarnNotApplied warns about the values that the API did not apply in a creation. An error would taint the object, so
// that every apply would create it again.
func WarnNotApplied(diags *diag.Diagnostics, object string, values []attribute.Unapplied) {
	for _, value := range values {
		next := "Nothing is replaced: the next plan detects the difference, and the next apply sets the value in place."
		if value.CreateOnly {
			next = "The state keeps the configured value, so no plan replaces the deployment for it, and the " +
				"deployment remains as it is. To create it again, run:\n\n" +
				diagnostic.CommandHint("terraform apply -replace=", providerdata.DeploymentType)
		}

		diags.AddAttributeWarning(path.Root(value.Name), diagnostic.SummaryArgumentNotApplied,
			value.Detail(object, next))
	}
}

// AddNotApplied reports the values that the API did not apply in an update. The state then contains those of the API.
func AddNotApplied(diags *diag.Diagnostics, object string, values []attribute.Unapplied) {
	for _, value := range values {
		diags.AddAttributeError(path.Root(value.Name), diagnostic.SummaryArgumentNotApplied, value.Detail(object,
			"The state contains the value of the platform, so the next plan shows the difference again. "+
				"Choose a value that the platform applies, or remove the argument."))
	}
}
