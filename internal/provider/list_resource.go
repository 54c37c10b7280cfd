package provider

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
)

// listResource is the part that all list resources share. Terraform 1.14 and later use them for terraform query.
type listResource struct {
	// typeName is the type of the listed resource, such as fireworks_deployment.
	typeName string
	schema   func() listschema.Schema
	data     *providerData
}

// Metadata sets the type name.
func (l *listResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = l.typeName
}

// ListResourceConfigSchema sets the schema of the filters.
func (l *listResource) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = l.schema()
}

// Configure takes the provider's data.
func (l *listResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.data = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// configure reads the filters. It returns an error if there is no client to list with.
func (l *listResource) configure(ctx context.Context, req list.ListRequest, filter any) (diags diag.Diagnostics) {
	diags.Append(req.Config.Get(ctx, filter)...)
	l.data.requireClient(&diags)

	return diags
}

// listed is an object as a list resource returns it.
type listed struct {
	displayName string
	identity    types.Object
	// state is what the state contains after an import.
	state any
}

// results streams the objects in their order, up to the limit of the request. An object that cannot be converted is a
// warning, so that it does not hide the others.
func results[T any](
	ctx context.Context, req list.ListRequest, objects []T, convert func(T) (listed, error),
) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		left := req.Limit

		for _, object := range objects {
			item, err := convert(object)
			if err != nil {
				var diags diag.Diagnostics
				diags.AddWarning(summaryObjectNotListed, fmt.Sprintf("An object was skipped. %s", err))

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

func (o listed) result(ctx context.Context, req list.ListRequest) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = o.displayName
	result.Diagnostics.Append(result.Identity.Set(ctx, o.identity)...)

	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, o.state)...)
	}

	return result
}

// listFilter is an optional argument of a list resource.
func listFilter(description string, validators ...validator.String) listschema.StringAttribute {
	return listschema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: validators}
}

// listAccount is the optional account of a list resource.
func listAccount(what string) listschema.StringAttribute {
	return listFilter("The account of the "+what+", a bare ID. Defaults to the account of the "+
		"provider.", bareID("account ID"))
}
