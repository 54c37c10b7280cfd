package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// warnNotApplied warns about the values that the API did not apply in a creation. An error would taint the object, so
// that every apply would create it again.
func warnNotApplied(diags *diag.Diagnostics, object string, values []unapplied) {
	for _, value := range values {
		next := "Nothing is replaced: the next plan detects the difference, and the next apply sets the value in place."
		if value.createOnly {
			next = "The state keeps the configured value, so no plan replaces the deployment for it, and the deployment remains " +
				"as it is. To create it again, run:\n\n" + commandHint("terraform apply -replace=", deploymentType)
		}

		diags.AddAttributeWarning(path.Root(value.name), summaryArgumentNotApplied, value.detail(object, next))
	}
}

// addNotApplied reports the values that the API did not apply in an update. The state then contains those of the API.
func addNotApplied(diags *diag.Diagnostics, object string, values []unapplied) {
	for _, value := range values {
		diags.AddAttributeError(path.Root(value.name), summaryArgumentNotApplied, value.detail(object,
			"The state contains the value of the platform, so the next plan shows the difference again. "+
				"Choose a value that the platform applies, or remove the argument."))
	}
}
