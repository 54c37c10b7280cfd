// SPDX-License-Identifier: MPL-2.0

// Package deployment is the resource fireworks_deployment, which serves a model on dedicated GPUs, with the data
// sources about deployments.
package deployment

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
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
		TypeName: providerdata.DeploymentType, SchemaFunc: ResourceSchema,
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

// Create creates the deployment with one request. As soon as that is accepted, the state contains the deployment.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)

	if resp.Diagnostics.HasError() || !r.Data.RequireClient(&resp.Diagnostics) {
		return
	}

	config.setDefaults()

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.create", plan.Timeouts.Create, DefaultCreateTimeout,
		&resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return
	}

	name := r.plannedName(ctx, &resp.Diagnostics, plan)
	if resp.Diagnostics.HasError() {
		return
	}

	creation := r.newCreation(&config, name)

	defer lifecycle.NoteDeleted(r.Data, resp, name)

	last, err := creation.start(ctx)
	if err != nil {
		creation.addError(ctx, &resp.Diagnostics, err)
		return
	}

	plan.setName(name, r.Data.Client)
	saveCreated(ctx, resp, plan, name, last)

	if !creation.checkShape(&resp.Diagnostics, *last) {
		return
	}

	last, failure := r.waitUntilReady(ctx, name, last)

	if failure != nil && failure.Report(&resp.Diagnostics, subjectOf(name), lifecycle.PhaseCreate) {
		resp.State.RemoveResource(ctx)
		return
	}

	saveCreated(ctx, resp, plan, name, last)

	if failure == nil && plan.waitsForInference() {
		if failure = r.waitForInference(ctx, &resp.Diagnostics, name); failure != nil {
			failure.Report(&resp.Diagnostics, subjectOf(name), lifecycle.PhaseCreate)
		}
	}

	if failure != nil && plan.waitsForInference() {
		resp.Diagnostics.Append(lifecycle.SetMark(ctx, resp.Private, lifecycle.AwaitingInferenceKey)...)
	}

	creation.warnNotApplied(&resp.Diagnostics, last)
}

// plannedName returns the name of the deployment to create.
func (r *Resource) plannedName(
	ctx context.Context, diags *diag.Diagnostics, plan resourceModel,
) fireworks.DeploymentName {
	name := fireworks.DeploymentName{AccountID: plan.AccountID.ValueString(),
		DeploymentID: plan.DeploymentID.ValueString()}
	if attribute.IsKnown(plan.AccountID) {
		return name
	}

	name.AccountID = r.Data.AccountID(ctx, path.Root("account_id"), "Deployment "+name.DeploymentID, diags)

	return name
}

// saveCreated saves what is known of the deployment in the state.
func saveCreated(
	ctx context.Context, resp *resource.CreateResponse, plan resourceModel, name fireworks.DeploymentName,
	last *fireworks.Deployment,
) {
	isReady := last != nil && last.State == fireworks.DeploymentStateReady

	plan.fillUnknown(last)

	if !isReady {
		plan.hideRegion()
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, lifecycle.CreatingKey, !isReady)...)

	resp.Diagnostics.Append(resp.Identity.Set(ctx, providerdata.DeploymentNames.Identity(name))...)
}

// Read refreshes the state from the API.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	name := providerdata.DeploymentNames.InState(ctx, state.ID, resp.Identity, &resp.Diagnostics)
	r.Data.Plans.Refresh(state.managedSince(ctx, req.Private))

	if r.Data.Client == nil || resp.Diagnostics.HasError() {
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
			addDeletedByPlatform(&resp.Diagnostics, name, api)
		}
	}
}

// refresh saves what the API reports.
func (r *Resource) refresh(
	ctx context.Context, state *resourceModel, name fireworks.DeploymentName, api fireworks.Deployment,
	req resource.ReadRequest, resp *resource.ReadResponse,
) {
	state.setName(name, r.Data.Client)
	state.refresh(api)
	r.Data.Plans.Refresh(state.managedSince(ctx, req.Private))

	// The API does not report that the risk was accepted. Without a shape it was.
	if state.AcceptShapelessRisk.IsNull() && api.DeploymentShape == "" &&
		lifecycle.HasMark(ctx, req.Private, importedKey) {
		state.AcceptShapelessRisk = types.BoolValue(true)
	}

	resp.Diagnostics.Append(lifecycle.RefreshCreating(ctx, resp.Private,
		api.State == fireworks.DeploymentStateReady)...)

	if lifecycle.HasMark(ctx, resp.Private, lifecycle.CreatingKey) {
		state.hideRegion()
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)

	subjectOf(name).WarnUnusable(ctx, &resp.Diagnostics, lifecycle.DeploymentStates, observe(api), resp.Private)

	if api.State == fireworks.DeploymentStateReady && api.LastOperationFailed() &&
		lifecycle.HasMark(ctx, req.Private, rolloutKey) {
		warnNotRolledOut(&resp.Diagnostics, name, &api)
	}
}

func addDeletedByPlatform(diags *diag.Diagnostics, name fireworks.DeploymentName, api fireworks.Deployment) {
	diags.AddWarning(diagnostic.SummaryDeploymentDeleted, fmt.Sprintf(
		"Deployment %s was deleted (%s) and is no longer in the state.\n\n"+
			"The platform deletes a deployment with min_replica_count = 0 that has received no request for 7 days. "+
			"It stays restorable for about 7 days; until then its ID is reserved.",
		name, api.DeleteTime))
}

// Delete does what the deletion policy says, and waits until a deleted deployment no longer exists.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.delete", state.Timeouts.Delete, DefaultDeleteTimeout,
		&resp.Diagnostics)
	defer cancel()

	name := providerdata.DeploymentNames.InState(ctx, state.ID, resp.Identity, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	neverReady := state.neverReady(ctx, req.Private)
	options := fireworks.DeleteDeploymentOptions{IgnoreChecks: state.ForceDestroy.ValueBool(),
		Hard: !state.SoftDelete.ValueBool()}

	if neverReady && r.Data.Client != nil && r.isNeverReady(ctx, name, true) {
		// Nothing protects a deployment that never served a request.
		options.Hard = true
	} else if !lifecycle.AllowsDeletion(ctx, state.managed(), &resp.Diagnostics) {
		return
	}

	if !r.Data.RequireClient(&resp.Diagnostics) ||
		!lifecycle.RequireAccount(ctx, r.Data, req.Private, &resp.Diagnostics) {
		return
	}

	if err := r.deleteDeployment(ctx, name, &state, options, neverReady); err != nil {
		addNotDeleted(ctx, r.Data, &resp.Diagnostics, name, err)
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
