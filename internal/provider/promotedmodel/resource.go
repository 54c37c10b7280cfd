// SPDX-License-Identifier: MPL-2.0

// Package promotedmodel is the resource fireworks_promoted_model, which promotes a checkpoint and manages the model.
package promotedmodel

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

// Resource promotes a checkpoint to a model, and manages that model.
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
		Kind: providerdata.ModelKind, SchemaFunc: ResourceSchema,
		IdentitySchemaFunc: providerdata.ModelNames.IdentitySchema,
	}}
}

func (r *Resource) ValidateConfig(
	ctx context.Context,
	req resource.ValidateConfigRequest,
	resp *resource.ValidateConfigResponse,
) {
	var checkpointName, hotLoadDeployment types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("checkpoint_name"), &checkpointName)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("hot_load_deployment_id"), &hotLoadDeployment)...)

	if resp.Diagnostics.HasError() || !attribute.IsKnown(hotLoadDeployment) || !attribute.IsKnown(checkpointName) {
		return
	}

	checkpoint, err := fireworks.ParseCheckpointName(checkpointName.ValueString())
	if err == nil && checkpoint.IsSession() {
		addHotLoadWithSession(&resp.Diagnostics)
	}
}

func addHotLoadWithSession(diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("hot_load_deployment_id"), diagnostic.SummaryHotLoadWithSession,
		"checkpoint_name is the checkpoint of a training session, and sessions have no hot-load deployment. Remove "+
			"hot_load_deployment_id.")
}

// Create promotes the checkpoint. As soon as the promotion is accepted the state contains the model.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := lifecycle.StartCreate[resourceModel](ctx, r.Data, req, resp)
	if !ok {
		return
	}

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.create", plan.Timeouts.Create, DefaultCreateTimeout,
		&resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return
	}

	request, err := plan.promotionRequest()
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("checkpoint_name"), diagnostic.SummaryInvalidResourceName,
			err.Error())

		return
	}

	if request.Checkpoint.IsSession() && request.HotLoadDeploymentID != "" {
		addHotLoadWithSession(&resp.Diagnostics)
		return
	}

	p := newPromotion(r.Data, request.OutputModel())
	defer p.NoteDeleted(resp)

	if err := p.start(ctx, request); err != nil {
		addNotPromoted(ctx, r.Data, &resp.Diagnostics, request, err)
		return
	}

	plan.setName(p.name)
	r.saveCreated(ctx, resp, plan, p, false)

	failure := p.wait(ctx)

	if failure != nil && failure.Report(&resp.Diagnostics, subjectOf(p.name), lifecycle.PhaseCreate) {
		resp.State.RemoveResource(ctx)
		return
	}

	if failure == nil {
		r.applyMetadata(ctx, &resp.Diagnostics, plan, p)
	}

	r.saveCreated(ctx, resp, plan, p, failure != nil && failure.End == lifecycle.EndFailed)
}

// saveCreated saves what is known of the model in the state, and the pending or failed promotion in the private state.
func (r *Resource) saveCreated(
	ctx context.Context, resp *resource.CreateResponse, plan resourceModel, p *promotion, failed bool,
) {
	isReady := p.model != nil && p.model.State == fireworks.ModelStateReady

	lifecycle.SaveCreated(ctx, resp, p.Object, plan, providerdata.ModelNames.Identity(p.name), p.model)
	resp.Diagnostics.Append(savePendingPromotion(ctx, resp.Private, p.operation, failed)...)
	resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, unsetMetadataKey, !isReady)...)
}

// applyMetadata sets what a promotion cannot. A failure is a warning, because a model is not to be replaced for its
// metadata.
func (r *Resource) applyMetadata(ctx context.Context, diags *diag.Diagnostics, plan resourceModel, p *promotion) {
	var current resourceModel
	current.Refresh(*p.model)

	changes := plan.changes(&current)
	if len(changes) == 0 {
		return
	}

	// The model may have become ready just when the timeout expired.
	ctx, cancel := lifecycle.AfterEnd(ctx)
	defer cancel()

	updated, err := r.Data.Client.UpdateModel(ctx, p.name, changes)
	if err != nil {
		diags.AddWarning(diagnostic.SummaryMetadataNotSet, diagnostic.APIDetail(
			fmt.Sprintf("Model %s was promoted and is ready, but its display_name, description or public could not "+
				"be set.", p.name),
			err, "The model is kept. The next plan detects the difference, and the next apply sets the metadata in "+
				"place."))

		return
	}

	p.model = &updated
	subjectOf(p.name).WarnNotApplied(diags, plan.notApplied(updated, changes))
}

// Read refreshes the state from the API.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, name, ok := lifecycle.StartRead[resourceModel](ctx, r.Data, providerdata.ModelNames, req, resp)
	if !ok {
		return
	}

	promoted := object(r.Data, name)

	model, err := promoted.Get(ctx)
	if fireworks.IsNotFound(err) && r.isStillPromoting(ctx, req) ||
		!lifecycle.Found(ctx, r.Data, resp, promoted.Subject, name.String(), err) {
		return
	}

	before := state
	state.setName(name)
	state.Refresh(model)

	if model.State == fireworks.ModelStateReady && !r.refreshPromotion(ctx, req, resp, name) {
		return
	}

	promoted.SaveRefreshed(ctx, resp, before, state, model)
	resp.Diagnostics.Append(lifecycle.ClearPrivate(ctx, resp.Private, unsetMetadataKey)...)
	r.Data.Plans.Refresh(state.Managed(ctx, req.Private))
	promoted.WarnUnusable(ctx, resp, model)

	// The operation of a pending promotion tells whether the model is its result.
	if pending, _ := loadPendingPromotion(ctx, resp.Private); pending == "" {
		promoted.WarnRecreated(ctx, resp, before.CreateTime, model.CreateTime)
	}
}

// isStillPromoting reports whether a missing model may still appear: without an operation that is done, its promotion
// may be running.
func (r *Resource) isStillPromoting(ctx context.Context, req resource.ReadRequest) bool {
	name, _ := loadPendingPromotion(ctx, req.Private)
	if name == "" {
		return false
	}

	operation, err := getOperation(ctx, r.Data, name)

	return err != nil || !operation.Done
}

// refreshPromotion clears the pending promotion of a model that is ready once its operation has succeeded. If the
// operation failed, the model is not its result: refreshPromotion removes it from the state and returns false.
func (r *Resource) refreshPromotion(
	ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse, name fireworks.ModelName,
) bool {
	pending, _ := loadPendingPromotion(ctx, req.Private)
	if pending == "" {
		resp.Diagnostics.Append(lifecycle.ClearPrivate(ctx, resp.Private, PromotionKey)...)
		return true
	}

	operation, err := getOperation(ctx, r.Data, pending)

	switch {
	case isUnreadable(err) && lifecycle.HasMark(ctx, req.Private, lifecycle.CreatingKey):
		warnResultUnknown(&resp.Diagnostics, name, err)
		return true
	case err != nil || !operation.Done:
		return true
	case operation.Failure == nil:
		resp.Diagnostics.Append(lifecycle.ClearPrivate(ctx, resp.Private, PromotionKey)...)
		return true
	}

	lifecycle.RemoveFromState(ctx, r.Data, resp, name.String())
	resp.Diagnostics.AddWarning(diagnostic.SummaryPromotionFailed, diagnostic.JoinParagraphs(
		fmt.Sprintf("The promotion of model %s failed, and the model of that name was created by something else, "+
			"such as another workspace. It is no longer in the state.", name),
		diagnostic.ErrorDetail(operation.Failure), lifecycle.ImportHint(providerdata.ModelKind, name.String())))

	return false
}

// Delete does what the deletion policy says, and waits until a deleted model no longer exists.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, name, ok := lifecycle.StartDelete[resourceModel](ctx, providerdata.ModelNames, req, resp)
	if !ok {
		return
	}

	ctx, cancel := lifecycle.WithTimeout(ctx, "timeouts.delete", state.Timeouts.Delete, DefaultDeleteTimeout,
		&resp.Diagnostics)
	defer cancel()

	if resp.Diagnostics.HasError() {
		return
	}

	managed := state.Managed(ctx, req.Private)
	neverUsable := managed.NeverUsable

	if !object(r.Data, name).AllowsDeletion(ctx, &managed, &resp.Diagnostics) ||
		!r.Data.RequireClient(&resp.Diagnostics) {
		return
	}

	pending, failed := loadPendingPromotion(ctx, req.Private)
	replaced, _ := lifecycle.LoadPrivate[lifecycle.ReplacedObject](ctx, req.Private, lifecycle.ReplacedKey)
	mayBeRunning := neverUsable && !failed && !replaced.CreationFailed

	if (mayBeRunning || pending != "") && !r.awaitPromotion(ctx, req, resp, name) {
		return
	}

	if err := r.deleteModel(ctx, name, state); err != nil {
		r.addModelNotDeleted(ctx, &resp.Diagnostics, name, err)
	}
}

// ImportState imports a model by its full name, its bare ID, or its identity.
func (r *Resource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	if name, ok := providerdata.ModelNames.Import(ctx, r.Data, req, resp); ok {
		resp.Diagnostics.Append(resp.State.Set(ctx, imported(name))...)
	}
}
