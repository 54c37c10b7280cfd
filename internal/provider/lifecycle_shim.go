package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// addAPIError is replaced by that of the config branch.
func (d *providerData) addAPIError(diags *diag.Diagnostics, attribute path.Path, summary, what string, err error, nextStep string) {
	addErrorAt(diags, attribute, summary, apiDetail(what, err, nextStep))
}
