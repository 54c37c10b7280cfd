package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

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

	last, err = r.data.waitUntilDeployed(ctx, r.data.newWaiter(), name, last)
	if err != nil {
		addLoadError(ctx, &resp.Diagnostics, pair, last, err)
	}

	if ctx.Err() == nil && errors.Is(err, errObjectNotFound) {
		resp.State.RemoveResource(ctx)
		return
	}

	if err == nil {
		warnNotApplied(&resp.Diagnostics, "deployed model "+last.Name, plan.notApplied(*last, fields))
	}

	saveDeployedModel(ctx, resp, plan, name, last)
}

// saveDeployedModel saves what is known of the deployed model in the state.
func saveDeployedModel(
	ctx context.Context, resp *resource.CreateResponse, plan deployedModel, name fireworks.DeployedModelName, last *fireworks.DeployedModel,
) {
	plan.fillUnknown(last)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, deployedModelNames.identity(name))...)
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
	if r.data != nil && isKnown(state.InferenceModel) {
		r.data.refreshed.refresh(state.managed())
	}

	if !r.data.isConfigured() {
		return
	}

	api, err := r.data.client.GetDeployedModel(ctx, name)

	switch {
	case fireworks.IsNotFound(err):
		r.data.refreshed.forget(state.managed().Name)
		resp.State.RemoveResource(ctx)

		return
	case err != nil:
		resp.Diagnostics.AddError(summaryDeployedModelNotRead, apiDetail(
			fmt.Sprintf("The deployed model %s could not be read.", name), err, ""))

		return
	}

	state.setName(name)
	state.refresh(api)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)

	if api.State == fireworks.DeployedModelStateDeployed {
		resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, loadFailedKey)...)
	}
}

// Update changes metadata in place, after resuming the wait for a model that is still being loaded.
func (r *deployedModelResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state deployedModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	name, err := state.deployedModelName()
	if err != nil {
		resp.Diagnostics.AddError(summaryDeployedModelNotUpdated, err.Error())
		return
	}

	resp.Diagnostics.Append(resp.Identity.Set(ctx, deployedModelNames.identity(name))...)
	resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, replacedKey)...)

	var last *fireworks.DeployedModel

	current := state.mutable()

	if state.State.ValueString() != fireworks.DeployedModelStateDeployed {
		if last = r.resume(ctx, resp, &plan, name); last == nil {
			return
		}

		current = *last
	}

	if fields := plan.changes(current); len(fields) > 0 {
		if last = r.update(ctx, &resp.Diagnostics, &plan, name, fields); last == nil {
			return
		}

		if addNotApplied(&resp.Diagnostics, "deployed model "+last.Name, plan.notApplied(*last, fields)); resp.Diagnostics.HasError() {
			plan.refresh(*last)
		}
	}

	plan.fillUnknown(last)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// resume waits for a model that an earlier apply started to load. It returns nil and an error if the model is not loaded.
func (r *deployedModelResource) resume(
	ctx context.Context, resp *resource.UpdateResponse, plan *deployedModel, name fireworks.DeployedModelName,
) *fireworks.DeployedModel {
	ctx, cancel := withTimeout(ctx, "timeouts.create", plan.Timeouts.Create, defaultLoadTimeout, &resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return nil
	}

	last, err := r.data.waitUntilDeployed(ctx, r.data.newWaiter().immediate(), name, nil)
	if err == nil {
		return last
	}

	pair, _ := plan.pair()
	addResumeError(ctx, &resp.Diagnostics, pair, last, err)

	if _, ok := errors.AsType[*unexpectedStateError](err); ok {
		resp.Diagnostics.Append(setMark(ctx, resp.Private, loadFailedKey)...)
	}

	return nil
}

// update returns the updated deployed model, or nil and an error.
func (r *deployedModelResource) update(
	ctx context.Context, diags *diag.Diagnostics, plan *deployedModel, name fireworks.DeployedModelName, fields fireworks.Fields,
) *fireworks.DeployedModel {
	ctx, cancel := withTimeout(ctx, "timeouts.update", plan.Timeouts.Update, defaultLoadUpdateTimeout, diags)
	defer cancel()

	if diags.HasError() {
		return nil
	}

	updated, err := r.data.client.UpdateDeployedModel(ctx, name, fields)
	if err != nil {
		addNotUpdated(ctx, diags, summaryDeployedModelNotUpdated, "the deployed model "+name.String(), err)
		return nil
	}

	return &updated
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

	if err := r.data.unload(ctx, name, state.Deployment.ValueString()); err != nil {
		addNotUnloaded(ctx, &resp.Diagnostics, state, err)
		return
	}

	tflog.Info(ctx, "Model unloaded", map[string]any{"deployed_model": name.String()})
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
