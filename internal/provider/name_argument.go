package provider

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// nameArgument is the argument of a data source that names an object by its full name or its bare ID.
type nameArgument[N fmt.Stringer] struct {
	objectNames[N]

	// attribute is the argument.
	attribute string
	// notFound and notRead are the summaries of the errors.
	notFound, notRead string
	// findHint is the sentence that says how to find the name of an existing object.
	findHint string
}

// read returns the configured value and the full name of the object. A bare ID belongs to the account of the provider.
func (a nameArgument[N]) read(
	ctx context.Context, data *providerData, config tfsdk.Config, diags *diag.Diagnostics,
) (configured types.String, name N) {
	diags.Append(config.GetAttribute(ctx, path.Root(a.attribute), &configured)...)

	if data.requireClient(diags) == nil || diags.HasError() {
		return configured, name
	}

	id := configured.ValueString()
	if strings.Contains(id, "/") {
		name, err := a.parse(id)
		if err != nil {
			diags.AddAttributeError(path.Root(a.attribute), summaryInvalidResourceName, err.Error())
		}

		return configured, name
	}

	return configured, a.inAccount(ctx, data, path.Root(a.attribute), id, diags)
}

// addNotRead reports why the object could not be read.
func (a nameArgument[N]) addNotRead(data *providerData, diags *diag.Diagnostics, name N, err error) {
	summary, what, nextStep := a.notRead, fmt.Sprintf("The %s %s could not be read.", a.noun, name), ""

	switch fireworks.StatusOf(err) {
	case http.StatusNotFound:
		summary, what = a.notFound, fmt.Sprintf("The %s %s does not exist.", a.noun, name)
		nextStep = "Check the name and the account in it. " + a.findHint
	case http.StatusForbidden:
		nextStep = fmt.Sprintf("The account of the API key neither owns nor sees this %s. Check the account in the name.", a.noun)
	}

	data.addAPIError(diags, path.Root(a.attribute), summary, what, err, nextStep)
}
