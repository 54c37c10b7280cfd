// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// ImportState imports a model by its full name, its bare ID, or its identity.
func (r *Resource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	if !r.Data.RequireClient(&resp.Diagnostics) {
		return
	}

	name, diags := providerdata.ModelNames.Imported(ctx, r.Data, req)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, imported(name))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, providerdata.ModelNames.Identity(name))...)
}
