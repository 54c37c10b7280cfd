package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// addAPIError adds an error on the attribute, or on the whole block if the path is empty: what could not be done, the
// error of the API, and the next step, as apiDetail writes it. Causes that have nothing to do with what could not be
// done have a summary of their own: a rejected key, with all that helps only in the first error of a process, and an
// API that cannot be reached.
func (d *providerData) addAPIError(
	diags *diag.Diagnostics, attribute path.Path, summary, what string, err error, nextStep string,
) {
	switch {
	case isKeyRejected(err):
		if !d.addKeyRejectedOnce(diags, err) {
			diags.AddError(summaryAPIKeyRejected, "The API rejects the API key, as another error of this run explains.")
		}
	case fireworks.IsUnreachable(err):
		diags.AddError(summaryAPINotReachable, joinParagraphs(what,
			fmt.Sprintf("The API at %s cannot be reached. The URL comes from %s.", d.baseURL, d.urlSource),
			errorDetail(err),
			"Check the URL, that a server listens there, the network and the proxy settings."))
	default:
		addErrorAt(diags, attribute, summary, apiDetail(what, err, nextStep))
	}
}

// addKeyRejectedOnce adds the error about a rejected key, unless this process has already reported it; it reports
// whether it did.
func (d *providerData) addKeyRejectedOnce(diags *diag.Diagnostics, err error) bool {
	if d.keyRejected.Swap(true) {
		return false
	}

	diags.AddError(summaryAPIKeyRejected, joinParagraphs(
		fmt.Sprintf("The API rejects the API key, which comes from %s.", d.keySource), errorDetail(err),
		"The key may be mistyped, revoked, or restricted to inference. Training endpoints need a training-scoped "+
			"key; create one at "+
			apiKeysPage+", and put it in the place of the rejected one."))

	return true
}

// keyRejection is the finding of a plan-time check whose request failed because of the key.
type keyRejection struct {
	diag.ErrorDiagnostic

	err error
}

func newKeyRejection(err error) keyRejection {
	detail := apiDetail("The API rejects the API key.", err, "")

	return keyRejection{diag.NewErrorDiagnostic(summaryAPIKeyRejected, detail), err}
}
