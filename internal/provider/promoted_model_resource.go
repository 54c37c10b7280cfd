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

// promotedModelResource promotes a checkpoint to a model, and manages that model.
type promotedModelResource struct{ baseResource }

var (
	_ resource.ResourceWithConfigure      = (*promotedModelResource)(nil)
	_ resource.ResourceWithIdentity       = (*promotedModelResource)(nil)
	_ resource.ResourceWithImportState    = (*promotedModelResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*promotedModelResource)(nil)
	_ resource.ResourceWithValidateConfig = (*promotedModelResource)(nil)
)

func newPromotedModelResource() resource.Resource {
	return &promotedModelResource{baseResource{
		typeName: promotedModelType, schema: promotedModelSchema, identitySchema: modelNames.identitySchema,
	}}
}

func (r *promotedModelResource) ValidateConfig(
	ctx context.Context,
	req resource.ValidateConfigRequest,
	resp *resource.ValidateConfigResponse,
) {
	var checkpointName, hotLoadDeployment types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("checkpoint_name"), &checkpointName)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("hot_load_deployment_id"), &hotLoadDeployment)...)

	if resp.Diagnostics.HasError() || hotLoadDeployment.IsNull() || !isKnown(checkpointName) {
		return
	}

	checkpoint, err := fireworks.ParseCheckpointName(checkpointName.ValueString())
	if err == nil && checkpoint.IsSession() {
		addHotLoadWithSession(&resp.Diagnostics)
	}
}

func addHotLoadWithSession(diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("hot_load_deployment_id"), summaryHotLoadWithSession,
		"checkpoint_name is the checkpoint of a training session, and sessions have no hot-load deployment. Remove hot_load_deployment_id.")
}

// Create promotes the checkpoint. As soon as the promotion is accepted the state contains the model.
func (r *promotedModelResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan promotedModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	ctx, cancel := withTimeout(ctx, "timeouts.create", plan.Timeouts.Create, defaultCreateTimeout, &resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return
	}

	request, err := plan.promotionRequest()
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("checkpoint_name"), summaryInvalidResourceName, err.Error())
		return
	}

	if request.Checkpoint.IsSession() && request.HotLoadDeploymentID != "" {
		addHotLoadWithSession(&resp.Diagnostics)
		return
	}

	p := r.data.newPromotion(request.OutputModel())
	if err := p.start(ctx, request); err != nil {
		addNotPromoted(ctx, &resp.Diagnostics, request, err)
		return
	}

	plan.setName(p.name)
	r.saveCreated(ctx, resp, plan, p)

	result, err := p.settle(ctx)
	switch result {
	case outcomeReady:
		r.applyMetadata(ctx, &resp.Diagnostics, plan, p)
		r.saveCreated(ctx, resp, plan, p)
	case outcomeInterrupted:
		p.lastCheck(ctx)
		r.saveCreated(ctx, resp, plan, p)
		resp.Diagnostics.AddWarning(summaryPromotionInterrupted, interruptedDetail(p))
	case outcomeTimedOut:
		p.lastCheck(ctx)
		r.saveCreated(ctx, resp, plan, p)
		resp.Diagnostics.AddError(summaryPromotionTimedOut, timedOutDetail(ctx, p))
	case outcomeFailedGone:
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, promotionKey)...)
		addPromotionFailed(&resp.Diagnostics, p, err, true)
	case outcomeFailedLeft, outcomeLost:
		r.saveCreated(ctx, resp, plan, p)
		addPromotionFailed(&resp.Diagnostics, p, err, true)
	}
}

// saveCreated saves what is known of the model in the state, and the operation that is still running in the private state.
func (r *promotedModelResource) saveCreated(ctx context.Context, resp *resource.CreateResponse, plan promotedModel, p *promotion) {
	plan.fillUnknown(p.model)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, modelNames.identity(p.name))...)
	resp.Diagnostics.Append(savePendingPromotion(ctx, resp.Private, p.operation, false)...)
}

// applyMetadata sets what a promotion cannot. A failure is a warning, because a model is not to be replaced for its metadata.
func (r *promotedModelResource) applyMetadata(ctx context.Context, diags *diag.Diagnostics, plan promotedModel, p *promotion) {
	changes := plan.changes(*p.model)
	if len(changes) == 0 {
		return
	}

	updated, err := p.client.UpdateModel(ctx, p.name, changes)
	if err != nil {
		diags.AddWarning(summaryMetadataNotSet, apiDetail(
			fmt.Sprintf("Model %s was promoted and is ready, but its display_name, description or public could not be set.", p.name),
			err, "The model is kept. The next plan detects the difference, and the next apply sets the metadata in place."))

		return
	}

	p.model = &updated
}

// Read refreshes the state from the API.
func (r *promotedModelResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state promotedModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	name, err := state.modelName()
	if err != nil {
		resp.Diagnostics.AddError(summaryModelNotRead, err.Error())
		return
	}
	// Terraform requires an identity even if the model does not exist.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, modelNames.identity(name))...)

	r.data.plans.refresh(state.managedSince(ctx, req.Private))

	if r.data.client == nil {
		return
	}

	model, err := r.data.client.GetModel(ctx, name)
	switch {
	case fireworks.IsNotFound(err):
		if !r.isStillPromoting(ctx, req) {
			r.data.plans.forget(name.String())
			resp.State.RemoveResource(ctx)
		}

		return
	case err != nil:
		resp.Diagnostics.AddError(summaryModelNotRead,
			apiDetail(fmt.Sprintf("The model %s could not be read.", name), err, ""))

		return
	}

	state.setName(name)
	state.refresh(model)
	r.data.plans.refresh(state.managedSince(ctx, req.Private))
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)

	if model.State == fireworks.ModelStateReady {
		resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, promotionKey)...)
	}
}

// isStillPromoting reports whether a missing model may still appear because its promotion is running.
func (r *promotedModelResource) isStillPromoting(ctx context.Context, req resource.ReadRequest) bool {
	name, _ := loadPendingPromotion(ctx, req.Private)
	if name == nil {
		return false
	}

	operation, err := r.data.client.GetOperation(ctx, *name)

	return err == nil && !operation.Done || err != nil && fireworks.IsTransient(err)
}

// Update changes metadata in place, after resuming the wait for a promotion that is still running.
func (r *promotedModelResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state promotedModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	name, err := state.modelName()
	if err != nil {
		resp.Diagnostics.AddError(summaryModelNotUpdated, err.Error())
		return
	}

	resp.Diagnostics.Append(resp.Identity.Set(ctx, modelNames.identity(name))...)
	resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, replacedKey)...)

	var model *fireworks.Model

	changes := plan.changes(state.mutable())
	if state.State.ValueString() != fireworks.ModelStateReady {
		if model = r.resume(ctx, req, resp, name); model == nil {
			return
		}

		changes = plan.changes(*model)
	}

	if len(changes) > 0 {
		if model = r.updateModel(ctx, &resp.Diagnostics, plan, name, changes); model == nil {
			return
		}
	}

	plan.fillUnknown(model)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// updateModel returns the updated model, or nil and an error.
func (r *promotedModelResource) updateModel(
	ctx context.Context, diags *diag.Diagnostics, plan promotedModel, name fireworks.ModelName, changes fireworks.Fields,
) *fireworks.Model {
	ctx, cancel := withTimeout(ctx, "timeouts.update", plan.Timeouts.Update, defaultUpdateTimeout, diags)
	defer cancel()

	if diags.HasError() {
		return nil
	}

	updated, err := r.data.client.UpdateModel(ctx, name, changes)
	if err != nil {
		addNotUpdated(ctx, diags, summaryModelNotUpdated, "model "+name.String(), err)
		return nil
	}

	return &updated
}

// resume waits for a promotion that an earlier apply started. It returns nil and an error if the model does not become ready.
func (r *promotedModelResource) resume(
	ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse, name fireworks.ModelName,
) *fireworks.Model {
	var plan promotedModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	ctx, cancel := withTimeout(ctx, "timeouts.create", plan.Timeouts.Create, defaultCreateTimeout, &resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return nil
	}

	p := r.data.newPromotion(name)
	p.waiter = p.waiter.immediate()
	p.operation, _ = loadPendingPromotion(ctx, req.Private)
	// A model that became unusable long after its promotion did not fail to be promoted, and is not replaced automatically.
	wasPromoting := p.operation != nil
	p.logProgress(ctx, "Resuming wait for promotion", nil)

	result, err := p.settle(ctx)
	switch result {
	case outcomeReady:
		resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, promotionKey)...)
		return p.model
	case outcomeInterrupted:
		resp.Diagnostics.AddError(summaryWaitInterrupted, interruptedDetail(p))
	case outcomeTimedOut:
		resp.Diagnostics.AddError(summaryWaitTimedOut, waitTimedOutDetail(ctx, p))
	case outcomeFailedGone, outcomeFailedLeft, outcomeLost:
		failed := result == outcomeFailedLeft && wasPromoting
		resp.Diagnostics.Append(savePendingPromotion(ctx, resp.Private, p.operation, failed)...)
		addPromotionFailed(&resp.Diagnostics, p, err, failed)
	}

	return nil
}

// Delete does what the deletion policy says, and waits until a deleted model no longer exists.
func (r *promotedModelResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state promotedModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	ctx, cancel := withTimeout(ctx, "timeouts.delete", state.Timeouts.Delete, defaultDeleteTimeout, &resp.Diagnostics)
	defer cancel()

	resp.Diagnostics.Append(state.managed().checkDestroy()...)

	if resp.Diagnostics.HasError() {
		return
	}

	if state.DeletionPolicy.ValueString() == deletionPolicyAbandon {
		tflog.Info(ctx, "Model left on the platform", map[string]any{"model": state.ID.ValueString()})
		return
	}

	name, err := state.modelName()
	if err != nil {
		resp.Diagnostics.AddError(summaryModelNotDeleted, err.Error())
		return
	}

	if r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	started := r.data.clock.Now()

	if err := r.deleteModel(ctx, name); err != nil {
		r.addNotDeleted(ctx, &resp.Diagnostics, name, err)
		return
	}

	tflog.Info(ctx, "Model deleted",
		map[string]any{"model": name.String(), "duration": r.data.clock.Now().Sub(started).Round(time.Millisecond).String()})
}
