package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

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
	resp.Diagnostics.Append(setMark(ctx, resp.Private, creatingKey)...)
	saveCreatedDeployment(ctx, resp, plan, last)

	if last != nil && !creation.checkShape(&resp.Diagnostics, *last) {
		return
	}

	last, err = r.waitUntilReady(ctx, name, last)
	if err != nil {
		r.handleCreateWaitError(ctx, resp, plan, last, err)
		return
	}

	saveCreatedDeployment(ctx, resp, plan, last)
	resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, creatingKey)...)

	if creation.checkShape(&resp.Diagnostics, *last) {
		warnNotApplied(&resp.Diagnostics, "deployment "+name.String(), creation.config.notApplied(*last, creation.request.Fields))
	}

	tflog.Info(ctx, "Deployment ready", map[string]any{"deployment": name.String()})
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
	plan.fillUnknown(last)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)

	if name, err := plan.deploymentName(); err == nil {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, deploymentNames.identity(name))...)
	}
}

// handleCreateWaitError reports why the deployment is not ready, and saves in the state what exists of it.
func (r *deploymentResource) handleCreateWaitError(
	ctx context.Context, resp *resource.CreateResponse, plan deployment, last *fireworks.Deployment, err error,
) {
	name, _ := plan.deploymentName()

	if ctx.Err() != nil {
		last = r.lastCheck(ctx, name, last)
	}

	addWaitError(ctx, &resp.Diagnostics, name, last, err)

	if ctx.Err() == nil && wasDeleted(last, err) {
		resp.State.RemoveResource(ctx)
		return
	}

	saveCreatedDeployment(ctx, resp, plan, last)
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

	if r.data != nil {
		r.data.refreshed.refresh(state.managed())
	}

	if !r.data.isConfigured() {
		return
	}

	api, err := r.data.client.GetDeployment(ctx, name)

	switch {
	case fireworks.IsNotFound(err), err == nil && api.State == fireworks.DeploymentStateDeleted:
		r.data.refreshed.forget(name.String())
		resp.State.RemoveResource(ctx)

		if err == nil && state.MinReplicaCount.ValueInt64() == 0 {
			resp.Diagnostics.AddWarning(summaryDeploymentDeleted, fmt.Sprintf(
				"Deployment %s was deleted (%s) and is no longer in the state.\n\nThe platform deletes a deployment with min_replica_count = 0 "+
					"that has received no request for 7 days. It stays restorable for about 7 days; until then its ID is reserved.",
				name, api.DeleteTime))
		}

		return
	case err != nil:
		resp.Diagnostics.AddError(summaryDeploymentNotRead, apiDetail(fmt.Sprintf("Deployment %s could not be read.", name), err, ""))
		return
	}

	state.setName(name, r.data.client)
	state.refresh(api)

	// The API does not report that the risk was accepted. Without a shape it was.
	if state.AcceptShapelessRisk.IsNull() && api.DeploymentShape == "" && hasMark(ctx, req.Private, importedKey) {
		state.AcceptShapelessRisk = types.BoolValue(true)
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)

	if api.State == fireworks.DeploymentStateReady {
		resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, creatingKey)...)
	}
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

	resp.Diagnostics.Append(state.managed().checkDestroy()...)

	if resp.Diagnostics.HasError() {
		return
	}

	if state.DeletionPolicy.ValueString() == deletionPolicyAbandon {
		tflog.Info(ctx, "Deployment left on the platform", map[string]any{"deployment": state.ID.ValueString()})
		return
	}

	name, err := state.deploymentName()
	if err != nil {
		resp.Diagnostics.AddError(summaryDeploymentNotDeleted, err.Error())
		return
	}

	if r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	started := r.data.clock.Now()
	options := fireworks.DeleteDeploymentOptions{IgnoreChecks: state.ForceDestroy.ValueBool(), Hard: !state.SoftDelete.ValueBool()}

	if err := r.deleteDeployment(ctx, name, options); err != nil {
		addDeploymentNotDeleted(ctx, &resp.Diagnostics, name, err)
		return
	}

	tflog.Info(ctx, "Deployment deleted",
		map[string]any{"deployment": name.String(), "duration": r.data.clock.Now().Sub(started).Round(time.Millisecond).String()})
}

func (r *deploymentResource) deleteDeployment(
	ctx context.Context, name fireworks.DeploymentName, options fireworks.DeleteDeploymentOptions,
) error {
	client := r.data.client
	err := client.DeleteDeployment(ctx, name, options)

	if fireworks.IsFailedPrecondition(err) && !options.IgnoreChecks {
		// A deployment that never became ready served no request. The state may be older than that.
		deployment, getErr := client.GetDeployment(ctx, name)
		neverReady := deployment.State == fireworks.DeploymentStateCreating || deployment.State == fireworks.DeploymentStateFailed

		if getErr == nil && neverReady {
			options.IgnoreChecks = true
			err = client.DeleteDeployment(ctx, name, options)
		}
	}

	if err == nil {
		err = waitUntilGone(ctx, r.data.newWaiter().immediate(), func(ctx context.Context) (fireworks.Deployment, error) {
			return client.GetDeploymentOnce(ctx, name)
		}, func(d fireworks.Deployment) bool { return d.State == fireworks.DeploymentStateDeleted })
	}

	if err != nil && !fireworks.IsNotFound(err) {
		return err
	}

	if options.Hard {
		r.data.hardDeleted.put(name.String(), r.data.clock.Now())
	}

	return nil
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
