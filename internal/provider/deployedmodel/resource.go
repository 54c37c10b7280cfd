// SPDX-License-Identifier: MPL-2.0

// Package deployedmodel is the resource fireworks_deployed_model, which loads a LoRA model onto a deployment, with the
// data source that lists them.
package deployedmodel

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
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
		TypeName: providerdata.DeployedModelType, SchemaFunc: resourceSchema,
		IdentitySchemaFunc: providerdata.DeployedModelNames.IdentitySchema,
	}}
}

// Create loads the model with one request. As soon as that is accepted, the state contains the deployed model.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() || !r.Data.RequireClient(&resp.Diagnostics) {
		return
	}

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.create", plan.Timeouts.Create, DefaultCreateTimeout,
		&resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return
	}

	// The validators have checked both names, also those that were unknown in the plan.
	pair, _ := plan.pair()
	plan.setPair()

	l := &loading{data: r.Data, pair: pair}
	fields := plan.createFields()

	last, err := l.start(ctx, fields)
	if err != nil {
		addNotLoaded(ctx, &resp.Diagnostics, l, err)
		return
	}

	name, err := fireworks.ParseDeployedModelName(last.Name)
	if err != nil {
		addNotLoaded(ctx, &resp.Diagnostics, l, err)
		return
	}

	plan.setName(name)
	saveCreated(ctx, resp, plan, name, last)

	last, failure := r.waitUntilDeployed(ctx, name, last)

	if failure != nil && failure.Report(&resp.Diagnostics, subjectOf(name), lifecycle.PhaseCreate) {
		resp.State.RemoveResource(ctx)
		return
	}

	if failure == nil {
		if failure = r.waitForInference(ctx, &resp.Diagnostics, &plan); failure != nil {
			failure.Report(&resp.Diagnostics, subjectOf(name), lifecycle.PhaseCreate)
		}

		subjectOf(name).WarnNotApplied(&resp.Diagnostics, plan.notApplied(*last, fields))
	}

	if failure != nil && plan.WaitForInference.ValueBool() {
		resp.Diagnostics.Append(lifecycle.SetMark(ctx, resp.Private, lifecycle.AwaitingInferenceKey)...)
	}

	saveCreated(ctx, resp, plan, name, last)
}

// saveCreated saves what is known of the deployed model in the state.
func saveCreated(
	ctx context.Context, resp *resource.CreateResponse, plan resourceModel, name fireworks.DeployedModelName,
	last *fireworks.DeployedModel,
) {
	isDeployed := last != nil && last.State == fireworks.DeployedModelStateDeployed

	plan.fillUnknown(last)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, providerdata.DeployedModelNames.Identity(name))...)
	resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, lifecycle.CreatingKey, !isDeployed)...)
}

// Read refreshes the state from the API.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	name := providerdata.DeployedModelNames.InState(ctx, state.ID, resp.Identity, &resp.Diagnostics)

	// A state that was just imported contains no model yet.
	if attribute.IsKnown(state.InferenceModel) {
		r.Data.Plans.Refresh(state.managed())
	}

	if r.Data.Client == nil || resp.Diagnostics.HasError() {
		return
	}

	api, err := r.Data.Client.GetDeployedModel(ctx, name)
	if !lifecycle.Found(ctx, r.Data, resp, subjectOf(name), state.managed().Name, err) {
		return
	}

	isDeployed := api.State == fireworks.DeployedModelStateDeployed

	state.setName(name)
	state.refresh(api)
	r.Data.Plans.Refresh(state.managed())
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(lifecycle.RefreshCreating(ctx, resp.Private, isDeployed)...)

	if isDeployed {
		resp.Diagnostics.Append(lifecycle.ClearPrivate(ctx, resp.Private, LoadFailedKey)...)
	}

	// The plan replaces one that is being unloaded, or could not be loaded.
	if api.State != fireworks.DeployedModelStateUndeploying && !lifecycle.HasMark(ctx, resp.Private, LoadFailedKey) {
		subjectOf(name).WarnUnusable(ctx, &resp.Diagnostics, lifecycle.DeployedModelStates, observe(api), resp.Private)
	}
}

// Delete unloads the model and waits until that is done.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() || !r.Data.RequireClient(&resp.Diagnostics) {
		return
	}

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.delete", state.Timeouts.Delete, defaultDeleteTimeout,
		&resp.Diagnostics)
	defer cancel()

	name := providerdata.DeployedModelNames.InState(ctx, state.ID, resp.Identity, &resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	if err := r.unload(ctx, name, state.Deployment.ValueString()); err != nil {
		subjectOf(name).AddNotDeleted(ctx, r.Data, &resp.Diagnostics, err)
	}
}

// ImportState imports a deployed model by its full name, its bare ID, or its identity.
func (r *Resource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	if name, ok := providerdata.DeployedModelNames.Import(ctx, r.Data, req, resp); ok {
		resp.Diagnostics.Append(resp.State.Set(ctx, imported(name))...)
	}
}
