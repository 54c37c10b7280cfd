package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ImportState imports a model by its full name, its bare ID, or its identity.
func (r *promotedModelResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	name, diags := modelNames.imported(ctx, r.data, req)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, importedModel(name))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, modelNames.identity(name))...)
}
