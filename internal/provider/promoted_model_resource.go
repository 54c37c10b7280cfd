package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// promotedModelResource promotes a checkpoint to a model, and owns that model.
type promotedModelResource struct{ data *providerData }

var (
	_ resource.ResourceWithConfigure      = (*promotedModelResource)(nil)
	_ resource.ResourceWithIdentity       = (*promotedModelResource)(nil)
	_ resource.ResourceWithImportState    = (*promotedModelResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*promotedModelResource)(nil)
	_ resource.ResourceWithValidateConfig = (*promotedModelResource)(nil)
)

func newPromotedModelResource() resource.Resource { return &promotedModelResource{} }

func (r *promotedModelResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_promoted_model"
}

func (r *promotedModelResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = promotedModelSchema(ctx)
}

func (r *promotedModelResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = promotedModelIdentitySchema()
}

func (r *promotedModelResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = providerDataFrom(req.ProviderData, &resp.Diagnostics)
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

// Create promotes the checkpoint. From the moment that the promotion is accepted the model is in the state.
func (r *promotedModelResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan promotedModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() || r.data.requireClient(&resp.Diagnostics) == nil {
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

	timed, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	promotion := r.data.newPromotion(request.OutputModel())

	if err := promotion.ask(timed, request); err != nil {
		addNotPromoted(ctx, timed, &resp.Diagnostics, request, err)
		return
	}

	plan.setName(promotion.name)
	r.saveCreated(ctx, resp, plan, promotion)

	if err := promotion.wait(timed, promotion.pace); err != nil {
		r.handleWaitError(ctx, resp, plan, promotion, timeout, err)
		return
	}

	r.applyMetadata(timed, &resp.Diagnostics, plan, promotion)
	promotion.operation = nil
	r.saveCreated(ctx, resp, plan, promotion)
	promotion.tell(ctx, "Checkpoint promoted", nil)
}

// saveCreated writes what is known of the model into the state, the operation that is still running beside it.
func (r *promotedModelResource) saveCreated(ctx context.Context, resp *resource.CreateResponse, plan promotedModel, promotion *promotion) {
	plan.fillUnknown(promotion.model)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityOf(promotion.name))...)
	resp.Diagnostics.Append(savePendingOperation(ctx, resp.Private, promotion.operation, false)...)
}

// handleWaitError reports why the model is not ready, and leaves in the state what there is of it.
func (r *promotedModelResource) handleWaitError(
	ctx context.Context,
	resp *resource.CreateResponse,
	plan promotedModel,
	promotion *promotion,
	timeout time.Duration,
	err error,
) {
	var (
		missing *missingModelError
		failure *fireworks.OperationFailure
	)
	switch {
	case ctx.Err() != nil:
		_ = promotion.lastCheck(ctx)
		r.saveCreated(ctx, resp, plan, promotion)
		resp.Diagnostics.AddWarning(summaryPromotionInterrupted, interruptedDetail(promotion))
	case errors.Is(err, context.DeadlineExceeded):
		_ = promotion.lastCheck(ctx)
		r.saveCreated(ctx, resp, plan, promotion)
		resp.Diagnostics.AddError(summaryPromotionTimedOut, timedOutDetail(promotion, timeout))
	case errors.As(err, &missing), errors.As(err, &failure) && !promotion.modelLeftBehind(ctx):
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(savePendingOperation(ctx, resp.Private, nil, false)...)
		addPromotionFailed(&resp.Diagnostics, promotion, err, true)
	default:
		r.saveCreated(ctx, resp, plan, promotion)
		addPromotionFailed(&resp.Diagnostics, promotion, err, true)
	}
}

// applyMetadata sets the labels that a promotion cannot: a failure is a warning, because a model is not replaced for a label.
func (r *promotedModelResource) applyMetadata(ctx context.Context, diags *diag.Diagnostics, plan promotedModel, promotion *promotion) {
	change := plan.modelUpdate(promotion.model.DisplayName, promotion.model.Description, promotion.model.Public)
	if change.IsEmpty() {
		return
	}

	updated, err := promotion.client.UpdateModel(ctx, promotion.name, change)
	if err != nil {
		diags.AddWarning(summaryMetadataNotSet, apiDetail(
			fmt.Sprintf(
				"The checkpoint was promoted, and %s is ready, but its display_name, description or public could not be set.",
				promotion.name,
			),
			err,
			"The model is kept. The next plan finds the difference and the next apply sets it in place.",
		))

		return
	}

	promotion.model = &updated
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
	// Before the call that may answer 404: Terraform wants an identity all the same.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityOf(name))...)

	if r.data != nil {
		r.data.refreshedModels.remember(name.String(), refreshedModel{deletionPolicy: state.DeletionPolicy.ValueString()})
	}

	if !r.data.isConfigured() {
		return
	}

	model, err := r.data.client.GetModel(ctx, name)
	switch {
	case fireworks.IsNotFound(err):
		if !r.isStillPromoting(ctx, req) {
			r.data.refreshedModels.forget(name.String())
			resp.State.RemoveResource(ctx)
		}

		return
	case err != nil:
		addAPIError(&resp.Diagnostics, path.Empty(), summaryModelNotRead, fmt.Sprintf("The model %s could not be read.", name), err, "")
		return
	}

	state.setName(name)
	state.refresh(model)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)

	if model.State == fireworks.ModelStateReady {
		resp.Diagnostics.Append(savePendingOperation(ctx, resp.Private, nil, false)...)
	}
}

// isStillPromoting keeps a model that is not to be seen yet in the state while its promotion is running.
func (r *promotedModelResource) isStillPromoting(ctx context.Context, req resource.ReadRequest) bool {
	remembered := loadPendingOperation(ctx, req.Private)
	if remembered.operation == nil {
		return false
	}

	operation, err := r.data.client.GetOperation(ctx, *remembered.operation)

	return err == nil && !operation.Done || err != nil && fireworks.IsTransient(err)
}

// Update sets labels in place, and first goes on waiting for a promotion that is still running.
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

	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityOf(name))...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, replacedKey, nil)...)

	var model *fireworks.Model

	change := plan.modelUpdate(state.DisplayName.ValueString(), state.Description.ValueString(), state.Public.ValueBool())
	if state.State.ValueString() != fireworks.ModelStateReady {
		if model = r.resume(ctx, req, resp, plan, name); model == nil {
			return
		}

		change = plan.modelUpdate(model.DisplayName, model.Description, model.Public)
	}

	if !change.IsEmpty() {
		timeout, diags := plan.Timeouts.Update(ctx, defaultUpdateTimeout)
		resp.Diagnostics.Append(diags...)

		timed, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()

		updated, err := r.data.client.UpdateModel(timed, name, change)
		if err != nil {
			what, nextStep := fmt.Sprintf("The model %s could not be changed.", name), ""
			if ctx.Err() == nil && timed.Err() != nil {
				what = fmt.Sprintf("The model %s could not be changed within %s (timeouts.update).", name, timeout)
				nextStep = "Run it again: a change that was made in the meantime counts as done. A longer timeouts.update waits longer."
			}

			addAPIError(&resp.Diagnostics, path.Empty(), summaryModelNotUpdated, what, err, nextStep)

			return
		}

		model = &updated
	}

	plan.fillUnknown(model)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// resume waits for a promotion that an earlier apply began. It returns nil when the model did not become ready, having said why.
func (r *promotedModelResource) resume(
	ctx context.Context,
	req resource.UpdateRequest,
	resp *resource.UpdateResponse,
	plan promotedModel,
	name fireworks.ModelName,
) *fireworks.Model {
	timeout, diags := plan.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return nil
	}

	timed, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	promotion := r.data.newPromotion(name)
	promotion.operation = loadPendingOperation(ctx, req.Private).operation
	// A model that became unusable long after its promotion is not one that failed to be promoted, and is not replaced by itself.
	isPromoting := promotion.operation != nil
	promotion.tell(ctx, "Waiting for a promotion that was begun earlier", nil)
	err := promotion.wait(timed, promotion.pace.Immediate())

	var (
		failure  *fireworks.OperationFailure
		unusable *unusableModelError
	)

	switch {
	case err == nil:
		resp.Diagnostics.Append(savePendingOperation(ctx, resp.Private, nil, false)...)
		return promotion.model
	case ctx.Err() != nil:
		resp.Diagnostics.AddError(summaryWaitInterrupted, interruptedDetail(promotion))
	case errors.Is(err, context.DeadlineExceeded):
		resp.Diagnostics.AddError(summaryWaitTimedOut, fmt.Sprintf(
			"The model %s was not ready within %s (timeouts.create); the promotion is still running%s.\n\nNothing is lost: the next apply goes on waiting. A longer timeouts.create waits longer.",
			name,
			timeout,
			lastStatus(promotion),
		))
	default:
		failed := errors.As(err, &failure) && promotion.modelLeftBehind(ctx) || errors.As(err, &unusable) && isPromoting
		resp.Diagnostics.Append(savePendingOperation(ctx, resp.Private, promotion.operation, failed)...)
		addPromotionFailed(&resp.Diagnostics, promotion, err, failed)
	}

	return nil
}

// Delete does to the model what the deletion policy says, and waits until a deleted model is gone.
func (r *promotedModelResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state promotedModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultDeleteTimeout)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	switch state.DeletionPolicy.ValueString() {
	case deletionPolicyPrevent:
		addDestroyPrevented(&resp.Diagnostics, state.ID.ValueString())
		return
	case deletionPolicyAbandon:
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

	timed, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	begin := r.data.clock.Now()
	if err := r.deleteModel(timed, name); err != nil {
		r.addNotDeleted(ctx, timed, &resp.Diagnostics, name, timeout, err)
		return
	}

	tflog.Info(
		ctx,
		"Model deleted",
		map[string]any{"model": name.String(), "duration": r.data.clock.Now().Sub(begin).Round(time.Millisecond).String()},
	)
}

func (r *promotedModelResource) deleteModel(ctx context.Context, name fireworks.ModelName) error {
	err := r.data.client.DeleteModel(ctx, name)
	if fireworks.IsNotFound(err) {
		return nil
	}

	if err != nil {
		return err
	}

	return fireworks.Poll(ctx, r.data.clock, r.data.pace.Immediate(), func(ctx context.Context) (bool, error) {
		_, err := r.data.client.GetModelOnce(ctx, name)
		if fireworks.IsNotFound(err) {
			return true, nil
		}

		return false, err
	})
}

const deleteAgain = "Run it again: a deletion that has ended in the meantime counts as done."

func (r *promotedModelResource) addNotDeleted(
	ctx, timed context.Context,
	diags *diag.Diagnostics,
	name fireworks.ModelName,
	timeout time.Duration,
	err error,
) {
	switch {
	case fireworks.IsFailedPrecondition(err):
		deployments := "Its deployments could not be listed."
		if model, getErr := r.data.client.GetModel(ctx, name); getErr == nil && len(model.Deployments) > 0 {
			deployments = "It is deployed on:\n  " + strings.Join(model.Deployments, "\n  ")
		}

		addAPIError(
			diags,
			path.Empty(),
			summaryModelDeployed,
			fmt.Sprintf("The model %s was not deleted. %s", name, deployments),
			err,
			"Delete the deployments, or take the model off them, and run this again. A deployment that Terraform manages should refer to this resource, so that it is destroyed first.",
		)
	case ctx.Err() == nil && timed.Err() != nil:
		diags.AddError(summaryDeleteTimedOut, fmt.Sprintf(
			"The deletion of %s was asked for, but the model is not known to be gone after %s (timeouts.delete).\n\n%s", name, timeout, deleteAgain))
	case ctx.Err() != nil:
		addAPIError(
			diags,
			path.Empty(),
			summaryModelNotDeleted,
			fmt.Sprintf("The deletion of %s was asked for, but the model is not known to be gone.", name),
			err,
			deleteAgain,
		)
	default:
		addAPIError(
			diags,
			path.Empty(),
			summaryModelNotDeleted,
			fmt.Sprintf("The model %s could not be deleted, or is not known to be gone.", name),
			err,
			"",
		)
	}
}
