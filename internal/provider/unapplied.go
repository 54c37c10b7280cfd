package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// unapplied is a configured value that the API accepted and did not apply.
type unapplied struct {
	name      string
	want, got attr.Value
}

// warnNotApplied warns about the values that the API did not apply in a creation. An error would taint the object, so that every
// apply would create it again.
func warnNotApplied(diags *diag.Diagnostics, object string, values []unapplied) {
	for _, value := range values {
		diags.AddAttributeWarning(path.Root(value.name), summaryArgumentNotApplied, notAppliedDetail(object, value,
			"Nothing is replaced: the next plan detects the difference, and the next apply sets the value in place."))
	}
}

// addNotApplied reports the values that the API did not apply in an update. The state then contains those of the API.
func addNotApplied(diags *diag.Diagnostics, object string, values []unapplied) {
	for _, value := range values {
		diags.AddAttributeError(path.Root(value.name), summaryArgumentNotApplied, notAppliedDetail(object, value,
			"The state contains the value of the platform, so the next plan shows the difference again. "+
				"Choose a value that the platform applies, or remove the argument."))
	}
}

// notAppliedDetail describes a value that the API did not apply, and what to do next.
func notAppliedDetail(object string, value unapplied, next string) string {
	return fmt.Sprintf("The platform accepted %s of %s, but did not apply it.\n\n  configured: %s\n  applied:    %s\n\n%s",
		value.name, object, shownValue(value.want), shownValue(value.got), next)
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
