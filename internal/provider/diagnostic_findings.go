package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// destroyInsteadHint ends the detail of the errors of a replacement: a destroy starts with the same plan.
const destroyInsteadHint = "To destroy the resource instead of replacing it, run terraform destroy -refresh=false."

// createdElsewhereHint is the next step after a warning about a missing object that a resource of the given type may create.
func createdElsewhereHint(resourceType, noun string) string {
	return fmt.Sprintf("If something else creates it before this is applied, ignore this warning. If a %s of this configuration creates "+
		"it, refer to its name attribute, so that Terraform creates the %s first.", resourceType, noun)
}

// withHint appends a paragraph to the errors among the findings.
func withHint(findings diag.Diagnostics, hint string) diag.Diagnostics {
	hinted := make(diag.Diagnostics, len(findings))

	for i, finding := range findings {
		hinted[i] = finding
		if finding.Severity() != diag.SeverityError {
			continue
		}

		summary := finding.Summary()
		hinted[i] = withPathOf(finding, diag.NewErrorDiagnostic(summary, joinParagraphs(finding.Detail(), hint)))
	}

	return hinted
}

// asWarnings returns the findings as warnings.
func asWarnings(findings diag.Diagnostics) diag.Diagnostics {
	warnings := make(diag.Diagnostics, len(findings))

	for i, finding := range findings {
		warnings[i] = finding
		if finding.Severity() == diag.SeverityError {
			summary := finding.Summary()
			warnings[i] = withPathOf(finding, diag.NewWarningDiagnostic(summary, finding.Detail()))
		}
	}

	return warnings
}

// withPathOf returns the diagnostic on the attribute of the finding, if that has one.
func withPathOf(finding, d diag.Diagnostic) diag.Diagnostic {
	if located, ok := finding.(diag.DiagnosticWithPath); ok {
		return diag.WithPath(located.Path(), d)
	}

	return d
}
