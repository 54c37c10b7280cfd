package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deploymentResource serves a model on dedicated GPUs.
type deploymentResource struct{ baseResource }

var (
	_ resource.ResourceWithConfigure      = (*deploymentResource)(nil)
	_ resource.ResourceWithIdentity       = (*deploymentResource)(nil)
	_ resource.ResourceWithImportState    = (*deploymentResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*deploymentResource)(nil)
	_ resource.ResourceWithValidateConfig = (*deploymentResource)(nil)
)

func newDeploymentResource() resource.Resource {
	return &deploymentResource{baseResource{
		typeName: deploymentType, schema: deploymentSchema, identitySchema: deploymentNames.identitySchema,
	}}
}

func (r *deploymentResource) ValidateConfig(
	ctx context.Context,
	req resource.ValidateConfigRequest,
	resp *resource.ValidateConfigResponse,
) {
	var config deployment
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)

	if !resp.Diagnostics.HasError() {
		config.validate(&resp.Diagnostics)
	}
}

// Create creates the deployment with one request. As soon as that is accepted, the state contains the deployment.
func (r *deploymentResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config deployment
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	config.setDefaults()

	ctx, cancel := withTimeout(ctx, "timeouts.create", plan.Timeouts.Create, defaultDeploymentCreateTimeout, &resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return
	}

	name := r.plannedName(ctx, &resp.Diagnostics, plan)
	if resp.Diagnostics.HasError() {
		return
	}

	creation := r.newCreation(&config, name)

	last, err := creation.start(ctx)
	if err != nil {
		creation.addError(ctx, &resp.Diagnostics, err)
		return
	}

	plan.setName(name, r.data.client)
	saveCreatedDeployment(ctx, resp, plan, last)

	if !creation.checkShape(&resp.Diagnostics, *last) {
		return
	}

	last, failure := r.waitUntilReady(ctx, name, last)

	if failure != nil && failure.report(&resp.Diagnostics, deploymentSubject(name), phaseCreate) {
		resp.State.RemoveResource(ctx)
		return
	}

	saveCreatedDeployment(ctx, resp, plan, last)

	if failure == nil && plan.waitsForInference() {
		if failure = r.waitForInference(ctx, &resp.Diagnostics, name); failure != nil {
			failure.report(&resp.Diagnostics, deploymentSubject(name), phaseCreate)
		}
	}

	if failure != nil && plan.waitsForInference() {
		resp.Diagnostics.Append(setMark(ctx, resp.Private, awaitingInferenceKey)...)
	}

	if last != nil && last.State == fireworks.DeploymentStateReady && creation.checkShape(&resp.Diagnostics, *last) {
		warnNotApplied(&resp.Diagnostics, "deployment "+name.String(), creation.config.notApplied(*last, creation.request.Fields))
	}
}

// plannedName returns the name of the deployment to create.
func (r *deploymentResource) plannedName(ctx context.Context, diags *diag.Diagnostics, plan deployment) fireworks.DeploymentName {
	name := fireworks.DeploymentName{AccountID: plan.AccountID.ValueString(), DeploymentID: plan.DeploymentID.ValueString()}
	if isKnown(plan.AccountID) {
		return name
	}

	name.AccountID = r.data.accountID(ctx, path.Root("account_id"), "Deployment "+name.DeploymentID, diags)

	return name
}

// saveCreatedDeployment saves what is known of the deployment in the state.
func saveCreatedDeployment(ctx context.Context, resp *resource.CreateResponse, plan deployment, last *fireworks.Deployment) {
	isReady := last != nil && last.State == fireworks.DeploymentStateReady

	plan.fillUnknown(last)

	if !isReady {
		plan.hideRegion()
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(savePrivate(ctx, resp.Private, creatingKey, !isReady)...)

	if name, err := plan.deploymentName(); err == nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, deploymentNames.identity(name))...)
	}
}

// Read refreshes the state from the API.
func (r *deploymentResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state deployment
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	name, err := state.deploymentName()
	if err != nil {
		resp.Diagnostics.AddError(summaryDeploymentNotRead, err.Error())
		return
	}

	// Terraform requires an identity even if the deployment does not exist.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, deploymentNames.identity(name))...)

	r.data.plans.refresh(state.managedSince(ctx, req.Private))

	if r.data.client == nil {
		return
	}

	api, err := r.data.client.GetDeployment(ctx, name)
	isDeleted := err == nil && api.State == fireworks.DeploymentStateDeleted

	if isDeleted || r.data.isGone(ctx, &resp.Diagnostics, deploymentSubject(name), summaryDeploymentNotRead, err) {
		r.data.plans.forget(name.String())
		resp.State.RemoveResource(ctx)

		if isDeleted && state.MinReplicaCount.ValueInt64() == 0 {
			addDeletedByPlatform(&resp.Diagnostics, name, api)
		}

		return
	}

	if err != nil {
		return
	}

	r.refresh(ctx, &state, api, req, resp)
}

// refresh saves what the API reports.
func (r *deploymentResource) refresh(
	ctx context.Context, state *deployment, api fireworks.Deployment, req resource.ReadRequest, resp *resource.ReadResponse,
) {
	name, _ := state.deploymentName()
	state.setName(name, r.data.client)
	state.refresh(api)
	r.data.plans.refresh(state.managedSince(ctx, req.Private))

	// The API does not report that the risk was accepted. Without a shape it was.
	if state.AcceptShapelessRisk.IsNull() && api.DeploymentShape == "" && hasMark(ctx, req.Private, importedKey) {
		state.AcceptShapelessRisk = types.BoolValue(true)
	}

	resp.Diagnostics.Append(refreshCreating(ctx, resp.Private, api.State == fireworks.DeploymentStateReady)...)

	if hasMark(ctx, resp.Private, creatingKey) {
		state.hideRegion()
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)

	if deploymentStates.isStranded(ctx, state.State, resp.Private) {
		deploymentSubject(name).addUnusable(&resp.Diagnostics, observeDeployment(api))
	}
}

func addDeletedByPlatform(diags *diag.Diagnostics, name fireworks.DeploymentName, api fireworks.Deployment) {
	diags.AddWarning(summaryDeploymentDeleted, fmt.Sprintf(
		"Deployment %s was deleted (%s) and is no longer in the state.\n\nThe platform deletes a deployment with min_replica_count = 0 "+
			"that has received no request for 7 days. It stays restorable for about 7 days; until then its ID is reserved.",
		name, api.DeleteTime))
}

// Delete does what the deletion policy says, and waits until a deleted deployment no longer exists.
func (r *deploymentResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state deployment
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	ctx, cancel := withTimeout(ctx, "timeouts.delete", state.Timeouts.Delete, defaultDeploymentDeleteTimeout, &resp.Diagnostics)
	defer cancel()

	name, err := state.deploymentName()
	if err != nil {
		resp.Diagnostics.AddError(summaryDeploymentNotDeleted, err.Error())
		return
	}

	neverReady := state.neverReady(ctx, req.Private)
	options := fireworks.DeleteDeploymentOptions{IgnoreChecks: state.ForceDestroy.ValueBool(), Hard: !state.SoftDelete.ValueBool()}

	if neverReady && r.data.client != nil && r.isNeverReady(ctx, name, true) {
		// Nothing protects a deployment that never served a request.
		options.Hard = true
	} else if !state.managed().allowsDeletion(ctx, &resp.Diagnostics) {
		return
	}

	if r.data.requireClient(&resp.Diagnostics) == nil || !r.data.requireAccount(ctx, req.Private, &resp.Diagnostics) {
		return
	}

	if err := r.deleteDeployment(ctx, name, options, neverReady); err != nil {
		r.data.addDeploymentNotDeleted(ctx, &resp.Diagnostics, name, err)
	}
}

// ImportState imports a deployment by its full name, its bare ID, or its identity.
func (r *deploymentResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client := r.data.requireClient(&resp.Diagnostics)
	if client == nil {
		return
	}

	name, diags := deploymentNames.imported(ctx, r.data, req)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, importedDeployment(name, client))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, deploymentNames.identity(name))...)
	resp.Diagnostics.Append(setMark(ctx, resp.Private, importedKey)...)
}
