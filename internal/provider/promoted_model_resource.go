package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

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

	if resp.Diagnostics.HasError() || !isKnown(hotLoadDeployment) || !isKnown(checkpointName) {
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
		r.data.addNotPromoted(ctx, &resp.Diagnostics, request, err)
		return
	}

	plan.setName(p.name)
	r.saveCreated(ctx, resp, plan, p, false)

	failure := p.wait(ctx)

	if failure != nil && failure.report(&resp.Diagnostics, modelSubject(p.name), phaseCreate) {
		resp.State.RemoveResource(ctx)
		return
	}

	if failure == nil {
		r.applyMetadata(ctx, &resp.Diagnostics, plan, p)
	}

	r.saveCreated(ctx, resp, plan, p, failure != nil && failure.end == endFailed)
}

// saveCreated saves what is known of the model in the state, and the pending or failed promotion in the private state.
func (r *promotedModelResource) saveCreated(
	ctx context.Context, resp *resource.CreateResponse, plan promotedModel, p *promotion, failed bool,
) {
	isReady := p.model != nil && p.model.State == fireworks.ModelStateReady

	plan.fillUnknown(p.model)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, modelNames.identity(p.name))...)
	resp.Diagnostics.Append(savePendingPromotion(ctx, resp.Private, p.operation, failed)...)
	resp.Diagnostics.Append(savePrivate(ctx, resp.Private, creatingKey, !isReady)...)
	resp.Diagnostics.Append(savePrivate(ctx, resp.Private, unsetMetadataKey, !isReady)...)
}

// applyMetadata sets what a promotion cannot. A failure is a warning, because a model is not to be replaced for its metadata.
func (r *promotedModelResource) applyMetadata(ctx context.Context, diags *diag.Diagnostics, plan promotedModel, p *promotion) {
	var current promotedModel
	current.refresh(*p.model)

	changes := plan.changes(&current)
	if len(changes) == 0 {
		return
	}

	// The model may have become ready just when the timeout expired.
	ctx, cancel := afterEnd(ctx)
	defer cancel()

	updated, err := r.data.client.UpdateModel(ctx, p.name, changes)
	if err != nil {
		diags.AddWarning(summaryMetadataNotSet, apiDetail(
			fmt.Sprintf("Model %s was promoted and is ready, but its display_name, description or public could not be set.", p.name),
			err, "The model is kept. The next plan detects the difference, and the next apply sets the metadata in place."))

		return
	}

	p.model = &updated
	warnNotApplied(diags, "model "+p.name.String(), plan.notApplied(updated, changes))
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
	case fireworks.IsNotFound(err) && r.isStillPromoting(ctx, req):
		return
	case r.data.isGone(ctx, &resp.Diagnostics, modelSubject(name), summaryModelNotRead, err):
		r.data.plans.forget(name.String())
		resp.State.RemoveResource(ctx)

		return
	case err != nil:
		return
	}

	state.setName(name)
	state.refresh(model)

	if model.State == fireworks.ModelStateReady && !r.refreshPromotion(ctx, req, resp, name) {
		return
	}

	resp.Diagnostics.Append(refreshCreating(ctx, resp.Private, model.State == fireworks.ModelStateReady)...)
	resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, unsetMetadataKey)...)
	r.data.plans.refresh(state.managedSince(ctx, req.Private))
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)

	brokeLater := slices.Contains(modelStates.failed, string(model.State)) && !hasMark(ctx, resp.Private, creatingKey)
	if brokeLater || modelStates.isStranded(ctx, state.State, resp.Private) {
		modelSubject(name).addUnusable(&resp.Diagnostics, observationOf(model.State, model.Status))
	}
}

// isStillPromoting reports whether a missing model may still appear: without an operation that is done, its promotion may be running.
func (r *promotedModelResource) isStillPromoting(ctx context.Context, req resource.ReadRequest) bool {
	name, _ := loadPendingPromotion(ctx, req.Private)
	if name == "" {
		return false
	}

	operation, err := r.data.getOperation(ctx, name)

	return err != nil || !operation.Done
}

// refreshPromotion clears the pending promotion of a model that is ready once its operation has succeeded. If the operation failed, the
// model is not its result: refreshPromotion removes it from the state and returns false.
func (r *promotedModelResource) refreshPromotion(
	ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse, name fireworks.ModelName,
) bool {
	pending, _ := loadPendingPromotion(ctx, req.Private)
	if pending == "" {
		resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, promotionKey)...)
		return true
	}

	operation, err := r.data.getOperation(ctx, pending)

	switch {
	case err != nil || !operation.Done:
		return true
	case operation.Failure == nil:
		resp.Diagnostics.Append(clearPrivate(ctx, resp.Private, promotionKey)...)
		return true
	}

	r.data.plans.forget(name.String())
	resp.State.RemoveResource(ctx)
	resp.Diagnostics.AddWarning(summaryPromotionFailed, joinParagraphs(
		fmt.Sprintf("The promotion of model %s failed, and the model of that name was created by something else, such as another workspace. "+
			"It is no longer in the state.", name),
		errorDetail(operation.Failure), modelImportHint(name)))

	return false
}

// Delete does what the deletion policy says, and waits until a deleted model no longer exists.
func (r *promotedModelResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state promotedModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	ctx, cancel := withTimeout(ctx, "timeouts.delete", state.Timeouts.Delete, defaultDeleteTimeout, &resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return
	}

	name, err := state.modelName()
	if err != nil {
		resp.Diagnostics.AddError(summaryModelNotDeleted, err.Error())
		return
	}

	neverUsable := modelStates.neverUsable(ctx, state.State, req.Private)

	// Nothing protects a model that was never usable.
	if !neverUsable || r.data.client == nil || r.isUsable(ctx, name) {
		if !state.managed().allowsDeletion(ctx, &resp.Diagnostics) {
			return
		}
	}

	if r.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	if neverUsable && !r.awaitPromotion(ctx, req, resp, name) {
		return
	}

	if err := r.deleteModel(ctx, name); err != nil {
		r.addModelNotDeleted(ctx, &resp.Diagnostics, name, err)
	}
}
