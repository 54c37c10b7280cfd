package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// baseResource is the part that all resources share.
type baseResource struct {
	// typeName is the type of the resource, such as fireworks_deployment.
	typeName       string
	schema         func(context.Context) schema.Schema
	identitySchema func() identityschema.Schema
	data           *providerData
}

// Metadata sets the type name.
func (r *baseResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.typeName
}

// Schema sets the schema.
func (r *baseResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.schema(ctx)
}

// IdentitySchema sets the schema of the resource identity.
func (r *baseResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = r.identitySchema()
}

// Configure takes the provider's data.
func (r *baseResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// planAndState returns the planned and the prior values. The plan of a destroy and the state of a creation are empty.
func planAndState[T any](ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) (plan, state T) {
	if !req.State.Raw.IsNull() {
		diags.Append(req.State.Get(ctx, &state)...)
	}

	if !req.Plan.Raw.IsNull() {
		diags.Append(req.Plan.Get(ctx, &plan)...)
	}

	return plan, state
}
