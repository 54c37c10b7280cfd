// SPDX-License-Identifier: MPL-2.0

package providerdata

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// ListResource is the part that all list resources share. Terraform 1.14 and later use them for terraform query.
type ListResource struct {
	// TypeName is the type of the listed resource, such as fireworks_deployment.
	TypeName string
	Schema   func() listschema.Schema
	Data     *Data
}

// Metadata sets the type name.
func (l *ListResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = l.TypeName
}

// ListResourceConfigSchema sets the schema of the filters.
func (l *ListResource) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = l.Schema()
}

// Configure takes the provider's data.
func (l *ListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.Data = From(req.ProviderData, &resp.Diagnostics)
}

// Listed is an object as a list resource returns it.
type Listed struct {
	DisplayName string
	Identity    types.Object
	// State is what the state contains after an import.
	State any
}

// Results streams the objects in their order, up to the limit of the request. An object that cannot be converted is a
// warning, so that it does not hide the others.
func Results[T any](
	ctx context.Context, req list.ListRequest, objects []T, convert func(T) (Listed, error),
) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		left := req.Limit

		for _, object := range objects {
			item, err := convert(object)
			if err != nil {
				var diags diag.Diagnostics
				diags.AddWarning(diagnostic.SummaryObjectNotListed, fmt.Sprintf("An object was skipped. %s", err))

				if !push(list.ListResult{Diagnostics: diags}) {
					return
				}

				continue
			}

			// The framework does not stop at the limit.
			if !push(item.result(ctx, req)) || left == 1 {
				return
			}

			left--
		}
	}
}

func (o Listed) result(ctx context.Context, req list.ListRequest) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = o.DisplayName
	result.Diagnostics.Append(result.Identity.Set(ctx, o.Identity)...)

	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, o.State)...)
	}

	return result
}

// ListFilter is an optional argument of a list resource.
func ListFilter(description string, validators ...validator.String) listschema.StringAttribute {
	return listschema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: validators}
}

// ListAccount is the optional account of a list resource.
func ListAccount(what string) listschema.StringAttribute {
	return ListFilter("The account of the "+what+". Defaults to the provider's account.",
		attribute.BareID("account ID"))
}
