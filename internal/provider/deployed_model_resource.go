package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deployedModelResource loads a LoRA model onto a deployment.
type deployedModelResource struct{ baseResource }

var (
	_ resource.ResourceWithConfigure   = (*deployedModelResource)(nil)
	_ resource.ResourceWithIdentity    = (*deployedModelResource)(nil)
	_ resource.ResourceWithImportState = (*deployedModelResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*deployedModelResource)(nil)
)

func newDeployedModelResource() resource.Resource {
	return &deployedModelResource{baseResource{
		typeName: deployedModelType, schema: deployedModelSchema, identitySchema: deployedModelNames.identitySchema,
	}}
}

// Create loads the model with one request. As soon as that is accepted, the state contains the deployed model.
func (r *deployedModelResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan deployedModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	ctx, cancel := withTimeout(ctx, "timeouts.create", plan.Timeouts.Create, defaultLoadTimeout, &resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return
	}

	// The validators have checked both names, also those that were unknown in the plan.
	pair, _ := plan.pair()
	plan.setPair()

	l := &loading{data: r.data, pair: pair}
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
	saveDeployedModel(ctx, resp, plan, name, last)

	last, failure := r.waitUntilDeployed(ctx, name, last)

	if failure != nil && failure.report(&resp.Diagnostics, deployedModelSubject(name), phaseCreate) {
		resp.State.RemoveResource(ctx)
		return
	}

	if failure == nil {
		if failure = r.waitForInference(ctx, &resp.Diagnostics, &plan); failure != nil {
			failure.report(&resp.Diagnostics, deployedModelSubject(name), phaseCreate)
		}

		warnNotApplied(&resp.Diagnostics, "deployed model "+last.Name, plan.notApplied(*last, fields))
	}

	if failure != nil && plan.WaitForInference.ValueBool() {
		resp.Diagnostics.Append(setMark(ctx, resp.Private, awaitingInferenceKey)...)
	}

	saveDeployedModel(ctx, resp, plan, name, last)
}

// saveDeployedModel saves what is known of the deployed model in the state.
func saveDeployedModel(
	ctx context.Context, resp *resource.CreateResponse, plan deployedModel, name fireworks.DeployedModelName, last *fireworks.DeployedModel,
) {
	isDeployed := last != nil && last.State == fireworks.DeployedModelStateDeployed

	plan.fillUnknown(last)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, deployedModelNames.identity(name))...)
	resp.Diagnostics.Append(savePrivate(ctx, resp.Private, creatingKey, !isDeployed)...)
}

// Read refreshes the state from the API.
func (r *deployedModelResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state deployedModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	name, err := state.deployedModelName()
	if err != nil {
		resp.Diagnostics.AddError(summaryDeployedModelNotRead, err.Error())
		return
	}

	// Terraform requires an identity even if the deployed model does not exist.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, deployedModelNames.identity(name))...)

	// A state that was just imported contains no model yet.
	if isKnown(state.InferenceModel) {
		r.data.plans.refresh(state.managed())
	}

	if r.data.client == nil {
		return
	}

	api, err := r.data.client.GetDeployedModel(ctx, name)

	if r.data.isGone(ctx, &resp.Diagnostics, deployedModelSubject(name), summaryDeployedModelNotRead, err) {
		r.data.plans.forget(state.managed().Name)
		resp.State.RemoveResource(ctx)

		return
	}

	if err != nil {
		return
	}

	isDeployed := api.State == fireworks.DeployedModelStateDeployed

	state.setName(name)
	state.refresh(api)
	r.data.plans.refresh(state.managed())
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(refreshCreating(ctx, resp.Private, isDeployed)...)

	if isDeployed {
		resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, loadFailedKey)...)
	}

	if deployedModelStates.isStranded(ctx, state.State, resp.Private) {
		deployedModelSubject(name).addUnusable(&resp.Diagnostics, observeDeployedModel(api))
	}
}

// Delete unloads the model and waits until that is done.
func (r *deployedModelResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state deployedModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	ctx, cancel := withTimeout(ctx, "timeouts.delete", state.Timeouts.Delete, defaultUnloadTimeout, &resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return
	}

	name, err := state.deployedModelName()
	if err != nil {
		resp.Diagnostics.AddError(summaryModelNotUnloaded, err.Error())
		return
	}

	if err := r.unload(ctx, name, state.Deployment.ValueString()); err != nil {
		deployedModelSubject(name).addNotDeleted(ctx, r.data, &resp.Diagnostics, err)
	}
}

// ImportState imports a deployed model by its full name, its bare ID, or its identity.
func (r *deployedModelResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	name, diags := deployedModelNames.imported(ctx, r.data, req)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, importedDeployedModel(name))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, deployedModelNames.identity(name))...)
}
