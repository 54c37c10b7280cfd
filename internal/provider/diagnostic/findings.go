// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// DestroyInsteadHint ends the detail of the errors of a replacement: a destroy starts with the same plan.
const DestroyInsteadHint = "To destroy the resource instead of replacing it, run terraform destroy -refresh=false."

// DestroyPlanHint ends the detail of the errors about something new: it may be the plan that a destroy starts with,
// after a part of the destroy was done.
const DestroyPlanHint = "If this is the plan of terraform destroy, run terraform destroy -refresh=false. It deletes only " +
	"what the state contains."

// CreatedElsewhereHint is the next step after a warning about a missing object that a resource of the given type may
// create.
func CreatedElsewhereHint(resourceType, noun string) string {
	return fmt.Sprintf("If something else creates it before this is applied, ignore this warning. If a %s of this "+
		"configuration creates it, refer to its name attribute, so that Terraform creates the %s "+
		"first.", resourceType, noun)
}

// WithHint appends a paragraph to the errors among the findings, except that about a rejected key, with which nothing
// works.
func WithHint(findings diag.Diagnostics, hint string) diag.Diagnostics {
	hinted := make(diag.Diagnostics, len(findings))

	for i, finding := range findings {
		hinted[i] = finding

		summary := finding.Summary()
		if finding.Severity() != diag.SeverityError || summary == SummaryAPIKeyRejected {
			continue
		}

		hinted[i] = WithPathOf(finding, diag.NewErrorDiagnostic(summary, JoinParagraphs(finding.Detail(), hint)))
	}

	return hinted
}

// AsWarnings returns the findings as warnings.
func AsWarnings(findings diag.Diagnostics) diag.Diagnostics {
	warnings := make(diag.Diagnostics, len(findings))

	for i, finding := range findings {
		warnings[i] = finding
		if finding.Severity() == diag.SeverityError {
			summary := finding.Summary()
			warnings[i] = WithPathOf(finding, diag.NewWarningDiagnostic(summary, finding.Detail()))
		}
	}

	return warnings
}

// WithPathOf returns the diagnostic on the attribute of the finding, if that has one.
func WithPathOf(finding, d diag.Diagnostic) diag.Diagnostic {
	if located, ok := finding.(diag.DiagnosticWithPath); ok {
		return diag.WithPath(located.Path(), d)
	}

	return d
}
