// SPDX-License-Identifier: MPL-2.0

package providerdata

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// NameArgument is the argument of a data source that names an object by its full name or its bare ID.
type NameArgument[N fmt.Stringer] struct {
	ObjectNames[N]

	// Attribute is the argument.
	Attribute string
	// NotFound and NotRead are the summaries of the errors.
	NotFound, NotRead string
	// FindHint is the sentence that says how to find the name of an existing object.
	FindHint string
}

// Read returns the configured value and the full name of the object. A bare ID belongs to the account of the provider.
func (a NameArgument[N]) Read(
	ctx context.Context, data *Data, config tfsdk.Config, diags *diag.Diagnostics,
) (configured types.String, name N) {
	diags.Append(config.GetAttribute(ctx, path.Root(a.Attribute), &configured)...)

	if !data.RequireClient(diags) || diags.HasError() {
		return configured, name
	}

	id := configured.ValueString()
	if strings.Contains(id, "/") {
		name, err := a.Parse(id)
		if err != nil {
			diags.AddAttributeError(path.Root(a.Attribute), diagnostic.SummaryInvalidResourceName, err.Error())
		}

		return configured, name
	}

	return configured, a.inAccount(ctx, data, path.Root(a.Attribute), id, diags)
}

// AddNotRead reports why the object could not be read.
func (a NameArgument[N]) AddNotRead(data *Data, diags *diag.Diagnostics, name N, err error) {
	summary, what, nextStep := a.NotRead, fmt.Sprintf("The %s %s could not be read.", a.Noun, name), ""

	switch {
	case fireworks.IsNotFound(err):
		summary, what = a.NotFound, fmt.Sprintf("The %s %s does not exist.", a.Noun, name)
		nextStep = "Check the name and the account in it. " + a.FindHint
	case fireworks.IsPermissionDenied(err):
		nextStep = fmt.Sprintf("The account of the API key neither owns nor sees this %s. Check the account in the "+
			"name.", a.Noun)
	}

	data.AddAPIError(diags, path.Root(a.Attribute), summary, what, err, nextStep)
}
