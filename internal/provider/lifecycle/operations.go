// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// StartCreate returns the plan of a creation, and whether that can go on.
func StartCreate[M any](
	ctx context.Context, d *providerdata.Data, req resource.CreateRequest, resp *resource.CreateResponse,
) (plan M, ok bool) {
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	return plan, !resp.Diagnostics.HasError() && d.RequireClient(&resp.Diagnostics)
}

// StartRead returns the state of a refresh and the name of the object, and whether the object is to be read. It records
// that the state contains the object.
func StartRead[M any, N fmt.Stringer, P managed[M]](
	ctx context.Context, d *providerdata.Data, names providerdata.ObjectNames[N], req resource.ReadRequest,
	resp *resource.ReadResponse,
) (state M, name N, ok bool) {
	state, name, ok = stateAndName[M](ctx, names, req.State, resp.Identity, &resp.Diagnostics)

	if object := P(&state).Managed(ctx, req.Private); object.Name != "" {
		d.Plans.Refresh(object)
	}

	return state, name, ok && d.Client != nil
}

// StartUpdate returns the plan and the state of an update and the name of the object, and whether the update can go on.
// From now on nothing is being replaced.
func StartUpdate[M any, N fmt.Stringer](
	ctx context.Context, d *providerdata.Data, names providerdata.ObjectNames[N], req resource.UpdateRequest,
	resp *resource.UpdateResponse,
) (plan, state M, name N, ok bool) {
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	state, name, ok = stateAndName[M](ctx, names, req.State, resp.Identity, &resp.Diagnostics)
	if !ok || !d.RequireClient(&resp.Diagnostics) {
		return plan, state, name, false
	}

	resp.Diagnostics.Append(ClearPrivate(ctx, resp.Private, ReplacedKey)...)

	return plan, state, name, true
}

// StartDelete returns the state before a deletion and the name of the object, and whether the deletion can go on.
func StartDelete[M any, N fmt.Stringer](
	ctx context.Context, names providerdata.ObjectNames[N], req resource.DeleteRequest, resp *resource.DeleteResponse,
) (state M, name N, ok bool) {
	return stateAndName[M](ctx, names, req.State, resp.Identity, &resp.Diagnostics)
}

// stateAndName returns the state and the name of the object in it, and whether diags contain no error. It sets the
// identity.
func stateAndName[M any, N fmt.Stringer](
	ctx context.Context, names providerdata.ObjectNames[N], current tfsdk.State, identity *tfsdk.ResourceIdentity,
	diags *diag.Diagnostics,
) (state M, name N, ok bool) {
	diags.Append(current.Get(ctx, &state)...)

	if diags.HasError() {
		return state, name, false
	}

	id, _ := attribute.Value(&state, "id").(types.String)
	name = names.InState(ctx, id, identity, diags)

	return state, name, !diags.HasError()
}
