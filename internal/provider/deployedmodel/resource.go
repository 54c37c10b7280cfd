// SPDX-License-Identifier: MPL-2.0

// Package deployedmodel is the resource fireworks_deployed_model, which loads a LoRA model onto a deployment, with the
// data source that lists them.
package deployedmodel

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Resource loads a LoRA model onto a deployment.
type Resource struct{ providerdata.Resource }

var (
	_ resource.ResourceWithConfigure   = (*Resource)(nil)
	_ resource.ResourceWithIdentity    = (*Resource)(nil)
	_ resource.ResourceWithImportState = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan  = (*Resource)(nil)
)

func NewResource() resource.Resource {
	return &Resource{providerdata.Resource{
		Kind: providerdata.DeployedModelKind, SchemaFunc: resourceSchema,
		IdentitySchemaFunc: providerdata.DeployedModelNames.IdentitySchema,
	}}
}

// Read refreshes the state from the API.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, name, ok := lifecycle.StartRead[resourceModel](ctx, r.Data, providerdata.DeployedModelNames, req, resp)
	if !ok {
		return
	}

	deployed := r.object(name, nil)

	api, err := deployed.Get(ctx)
	if !lifecycle.Found(ctx, r.Data, resp, deployed.Subject, state.InferenceModel.ValueString(), err) {
		return
	}

	before := state
	state.setName(name)
	state.Refresh(api)
	r.Data.Plans.Refresh(state.Managed(ctx, req.Private))
	deployed.SaveRefreshed(ctx, resp, before, state, api)

	// The plan replaces one that is being unloaded.
	if api.State != fireworks.DeployedModelStateUndeploying {
		deployed.WarnUnusable(ctx, resp, api)
	}
}

// Delete unloads the model and waits until that is done.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, name, ok := lifecycle.StartDelete[resourceModel](ctx, providerdata.DeployedModelNames, req, resp)
	if !ok || !r.Data.RequireClient(&resp.Diagnostics) {
		return
	}

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.delete", state.Timeouts.Delete, defaultDeleteTimeout,
		&resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return
	}

	deployed := r.object(name, nil)
	err := deployed.Delete(ctx, func(ctx context.Context) error { return r.Data.Client.DeleteDeployedModel(ctx, name) })

	// Without its deployment, the deployed model does not exist.
	if err != nil && !lifecycle.IsDeploymentGone(ctx, r.Data, state.Deployment.ValueString()) {
		deployed.Subject.AddNotDeleted(ctx, r.Data, &resp.Diagnostics, err)
		return
	}

	deployed.RecordDeletion(fmt.Sprintf("deployed model %s of the model %s on the deployment %s", name,
		state.Model.ValueString(), state.Deployment.ValueString()))
}

// ImportState imports a deployed model by its full name, its bare ID, or its identity.
func (r *Resource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	if name, ok := providerdata.DeployedModelNames.Import(ctx, r.Data, req, resp); ok {
		resp.Diagnostics.Append(resp.State.Set(ctx, imported(name))...)
	}
}
