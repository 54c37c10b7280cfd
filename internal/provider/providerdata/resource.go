// SPDX-License-Identifier: MPL-2.0

package providerdata

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// Resource is the part that all resources share.
type Resource struct {
	Kind               ObjectKind
	SchemaFunc         func(context.Context) schema.Schema
	IdentitySchemaFunc func() identityschema.Schema
	Data               *Data
}

// Metadata sets the type name.
func (r *Resource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.Kind.TypeName
}

// Schema sets the schema.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.SchemaFunc(ctx)
}

// IdentitySchema sets the schema of the resource identity.
func (r *Resource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = r.IdentitySchemaFunc()
}

// Configure takes the provider's data.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.Data = From(req.ProviderData, &resp.Diagnostics)
}

// SetIfChanged sets a plan or a state, which has the values before, to those after. Most plans and refreshes change
// nothing, and the conversion takes a tenth of their time.
func SetIfChanged[T any](
	ctx context.Context, target interface {
		Set(ctx context.Context, values any) diag.Diagnostics
	}, before, after T,
) diag.Diagnostics {
	if reflect.DeepEqual(before, after) {
		return nil
	}

	return target.Set(ctx, after)
}
