// SPDX-License-Identifier: MPL-2.0

package providerdata

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// AddAPIError adds an error on the attribute, or on the whole block if the path is empty: what could not be done, the
// error of the API, and the next step, as APIDetail writes it. Causes that have nothing to do with what could not be
// done have a summary of their own: a rejected key, with all that helps only in the first error of a process, and an
// API that cannot be reached.
func (d *Data) AddAPIError(
	diags *diag.Diagnostics, attribute path.Path, summary, what string, err error, nextStep string,
) {
	switch {
	case diagnostic.IsKeyRejected(err):
		if !d.AddKeyRejectedOnce(diags, err) {
			diags.AddError(diagnostic.SummaryAPIKeyRejected, "The API rejects the API key, as another error of this "+
				"run explains.")
		}
	case fireworks.IsUnreachable(err):
		diags.AddError(diagnostic.SummaryAPINotReachable, diagnostic.JoinParagraphs(what,
			fmt.Sprintf("The API at %s cannot be reached. The URL comes from %s.", d.BaseURL, d.URLSource),
			diagnostic.ErrorDetail(err),
			"Check the URL, that a server listens there, the network and the proxy settings."))
	default:
		diagnostic.AddErrorAt(diags, attribute, summary, diagnostic.APIDetail(what, err, nextStep))
	}
}

// AddKeyRejectedOnce adds the error about a rejected key, unless this process has already reported it; it reports
// whether it did.
func (d *Data) AddKeyRejectedOnce(diags *diag.Diagnostics, err error) bool {
	if d.keyRejected.Swap(true) {
		return false
	}

	diags.AddError(diagnostic.SummaryAPIKeyRejected, diagnostic.JoinParagraphs(
		fmt.Sprintf("The API rejects the API key, which comes from %s.", d.KeySource), diagnostic.ErrorDetail(err),
		"The key may be mistyped, revoked, or restricted to inference. Training endpoints need a training-scoped "+
			"key; create one at "+diagnostic.APIKeysPage+", and use it instead of the rejected one."))

	return true
}

// keyRejection is the finding of a plan-time check whose request failed because of the key.
type keyRejection struct {
	diag.ErrorDiagnostic

	err error
}

func newKeyRejection(err error) keyRejection {
	detail := diagnostic.APIDetail("The API rejects the API key.", err, "")

	return keyRejection{diag.NewErrorDiagnostic(diagnostic.SummaryAPIKeyRejected, detail), err}
}
