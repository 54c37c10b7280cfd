// SPDX-License-Identifier: MPL-2.0

// Package deployment is the resource fireworks_deployment, which serves a model on dedicated GPUs, with the data
// sources about deployments.
package deployment

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Resource serves a model on dedicated GPUs.
type Resource struct{ providerdata.Resource }

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

func NewResource() resource.Resource {
	return &Resource{providerdata.Resource{
		Kind: providerdata.DeploymentKind, SchemaFunc: ResourceSchema,
		IdentitySchemaFunc: providerdata.DeploymentNames.IdentitySchema,
	}}
}

func (r *Resource) ValidateConfig(
	ctx context.Context,
	req resource.ValidateConfigRequest,
	resp *resource.ValidateConfigResponse,
) {
	var config resourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)

	if !resp.Diagnostics.HasError() {
		config.validate(&resp.Diagnostics)
	}
}

// Read refreshes the state from the API.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, name, ok := lifecycle.StartRead[resourceModel](ctx, r.Data, providerdata.DeploymentNames, req, resp)
	if !ok {
		return
	}

	api, err := r.Data.Client.GetDeployment(ctx, name)

	switch {
	case !lifecycle.Found(ctx, r.Data, resp, subjectOf(name), name.String(), err):
	case api.State != fireworks.DeploymentStateDeleted:
		r.refresh(ctx, &state, name, api, req, resp)
	default:
		lifecycle.RemoveFromState(ctx, r.Data, resp, name.String())

		if state.MinReplicaCount.ValueInt64() == 0 {
			addDeleted(&resp.Diagnostics, name, api)
		}
	}
}

// refresh saves what the API reports.
func (r *Resource) refresh(
	ctx context.Context, state *resourceModel, name fireworks.DeploymentName, api fireworks.Deployment,
	req resource.ReadRequest, resp *resource.ReadResponse,
) {
	before := *state
	state.setName(name, r.Data.Client)
	state.Refresh(api)
	r.Data.Plans.Refresh(state.Managed(ctx, req.Private))

	// The API does not report that the risk was accepted. Without a shape it was.
	if state.AcceptShapelessRisk.IsNull() && api.DeploymentShape == "" &&
		lifecycle.HasMark(ctx, req.Private, importedKey) {
		state.AcceptShapelessRisk = types.BoolValue(true)
	}

	// Until the deployment is ready for the first time, its region is hidden.
	if api.State != fireworks.DeploymentStateReady && lifecycle.HasMark(ctx, req.Private, lifecycle.CreatingKey) {
		state.hideRegion()
	}

	deployment := r.object(name, false)
	deployment.SaveRefreshed(ctx, resp, before, *state, api)
	deployment.WarnRecreated(ctx, resp, before.CreateTime, api.CreateTime)
	deployment.WarnUnusable(ctx, resp, api)

	if api.State == fireworks.DeploymentStateReady && api.LastOperationFailed() &&
		lifecycle.HasMark(ctx, req.Private, rolloutKey) {
		warnNotRolledOut(&resp.Diagnostics, name, &api)
	}
}

func addDeleted(diags *diag.Diagnostics, name fireworks.DeploymentName, api fireworks.Deployment) {
	deleted := ""
	if at := api.DeleteTime.String(); at != "" {
		deleted = " (" + at + ")"
	}

	diags.AddWarning(diagnostic.SummaryDeploymentDeleted, fmt.Sprintf(
		"Deployment %s was deleted%s and is no longer in the state. Perhaps the platform did: it deletes a deployment "+
			"with min_replica_count = 0 that has received no request for 7 days.\n\n"+
			"For about 7 days it can be restored and its ID is reserved. Choose another deployment_id, or apply: the "+
			"error has the command that restores it.",
		name, deleted))
}

// Delete does what the deletion policy says, and waits until a deleted deployment no longer exists.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, name, ok := lifecycle.StartDelete[resourceModel](ctx, providerdata.DeploymentNames, req, resp)
	if !ok {
		return
	}

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.delete", state.Timeouts.Delete, DefaultDeleteTimeout,
		&resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return
	}

	deployment, managed := r.object(name, false), state.Managed(ctx, req.Private)

	if !deployment.AllowsDeletion(ctx, &managed, &resp.Diagnostics) ||
		!lifecycle.RequireAccount(ctx, r.Data, req.Private, &resp.Diagnostics) {
		return
	}

	options := fireworks.DeleteDeploymentOptions{
		IgnoreChecks: state.ForceDestroy.ValueBool(), Hard: managed.NeverUsable || !state.SoftDelete.ValueBool(),
	}

	if err := r.deleteDeployment(ctx, deployment, name, options, managed.NeverUsable); err != nil {
		addNotDeleted(ctx, r.Data, &resp.Diagnostics, name, err)
		return
	}

	if options.Hard {
		deployment.RecordDeletion(state.describeDeleted())
	}
}

// ImportState imports a deployment by its full name, its bare ID, or its identity.
func (r *Resource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	if name, ok := providerdata.DeploymentNames.Import(ctx, r.Data, req, resp); ok {
		resp.Diagnostics.Append(resp.State.Set(ctx, imported(name, r.Data.Client))...)
		resp.Diagnostics.Append(lifecycle.SetMark(ctx, resp.Private, importedKey)...)
	}
}
