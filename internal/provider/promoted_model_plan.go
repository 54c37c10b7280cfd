package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// maxSuggestions is how many promotable checkpoints an error lists.
const maxSuggestions = 5

// ModifyPlan reports at plan time what would otherwise fail during apply.
func (r *promotedModelResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	plan, state := planAndState[promotedModel](ctx, req, &resp.Diagnostics)

	switch {
	case resp.Diagnostics.HasError():
	case req.Plan.Raw.IsNull():
		resp.Diagnostics.Append(r.data.planDestroy(state.managed())...)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, plan, req, resp)
	default:
		r.planUpdate(ctx, plan, state, req, resp)
	}
}

// planUpdate marks as unknown exactly what the update may change, so that the plan shows nothing else. When the model must be
// replaced it runs the checks of the promotion: Terraform drops the warnings of the second plan of a replacement.
func (r *promotedModelResource) planUpdate(
	ctx context.Context,
	plan, state promotedModel,
	req resource.ModifyPlanRequest,
	resp *resource.ModifyPlanResponse,
) {
	resp.Diagnostics.Append(r.data.checkUnclaimed(state.managed(), "output_model_id", summaryModelExists, fmt.Sprintf(
		"Another resource of this configuration is to create the model %s, which this resource manages.\n\n"+
			"Choose another output_model_id for the other resource. If it is this resource under a new name, add a moved block instead.",
		state.ID.ValueString()))...)

	_, failedBefore := loadPendingPromotion(ctx, req.Private)
	failedBefore = failedBefore && state.State.ValueString() != fireworks.ModelStateReady
	unready := failedBefore || modelStates.isPending(ctx, state.State, req.Private)

	replaced := replacedObject{managedObject: state.managed()}
	if failedBefore || plan.replaces(state) {
		resp.Diagnostics.Append(r.checkReplacement(ctx, plan, replaced.managedObject)...)
		replaced.Checked = true
	}

	if unready {
		r.data.planModel(replaced.Name, false)
	}

	resp.Diagnostics.Append(savePrivate(ctx, resp.Private, replacedKey, replaced)...)

	if failedBefore {
		resp.RequiresReplace.Append(path.Root("state"))
		resp.Diagnostics.AddAttributeWarning(path.Root("state"), summaryPromotionFailedBefore, fmt.Sprintf(
			"The promotion of %s failed earlier and left a model that is not usable, so this plan replaces it.", state.ID.ValueString()))
	}

	for _, name := range plan.unknownAfter(state, unready) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), unknownComputed[name])...)
	}
}

// unknownComputed are the unknown values of the attributes that only apply can determine.
var unknownComputed = map[string]attr.Value{
	"state":          types.StringUnknown(),
	"kind":           types.StringUnknown(),
	"create_time":    types.StringUnknown(),
	"update_time":    types.StringUnknown(),
	"context_length": types.Int64Unknown(),
	"peft_details":   types.ObjectUnknown(peftDetailsTypes),
}

// unknownAfter returns the names of the computed attributes that the update may change.
func (m promotedModel) unknownAfter(state promotedModel, unready bool) []string {
	if unready {
		return []string{"state", "kind", "create_time", "context_length", "peft_details", "update_time"}
	}

	if m.DisplayName.IsUnknown() || m.Description.IsUnknown() || m.Public.IsUnknown() || len(m.changes(&state)) > 0 {
		return []string{"update_time"}
	}

	return nil
}

// planCreate plans a new model, or the create half of a replacement.
func (r *promotedModelResource) planCreate(
	ctx context.Context,
	plan promotedModel,
	req resource.ModifyPlanRequest,
	resp *resource.ModifyPlanResponse,
) {
	if name, ok := plan.outputModel(); ok {
		plan.setName(name)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
		r.data.planModel(name.String(), true)
	}

	replaced, isReplacement := loadPrivate[replacedObject](ctx, req.Private, replacedKey)
	switch {
	case !isReplacement:
		resp.Diagnostics.Append(r.checkCreation(ctx, plan)...)
	case !replaced.Checked:
		resp.Diagnostics.Append(r.checkReplacement(ctx, plan, replaced.managedObject)...)
	}
}

// planModel records that the plan creates the model, or waits for it, so that other checks accept a model that is not ready yet.
func (d *providerData) planModel(name string, created bool) {
	if d != nil {
		d.plannedModels.put(name, created)
	}
}

// outputModel returns the name of the model that the plan creates, and whether it is known.
func (m promotedModel) outputModel() (fireworks.ModelName, bool) {
	checkpoint, err := fireworks.ParseCheckpointName(m.CheckpointName.ValueString())
	return fireworks.ModelName{AccountID: checkpoint.AccountID, ModelID: m.OutputModelID.ValueString()}, err == nil && isKnown(m.OutputModelID)
}

// checkPromotion finds what would make the promotion fail. The model called replaced is deleted before, "" if there is none.
func (d *providerData) checkPromotion(ctx context.Context, plan promotedModel, replaced string) diag.Diagnostics {
	var checks []planCheck

	if checkpoint, err := fireworks.ParseCheckpointName(plan.CheckpointName.ValueString()); err == nil {
		checks = append(checks, func(ctx context.Context) diag.Diagnostics { return d.checkCheckpoint(ctx, checkpoint) })
	}

	if name, ok := plan.outputModel(); ok && len(fireworks.ValidateModelID(name.ModelID)) == 0 && name.String() != replaced {
		checks = append(checks, func(ctx context.Context) diag.Diagnostics { return d.checkModelID(ctx, name) })
	}

	if baseModel, err := fireworks.ParseModelName(plan.BaseModel.ValueString()); err == nil {
		checks = append(checks, func(ctx context.Context) diag.Diagnostics { return d.checkBaseModel(ctx, baseModel) })
	}

	return d.runPlanChecks(ctx, checks...)
}

// checkCheckpoint finds a checkpoint that does not exist or cannot be promoted. That it can be promoted may come from the list
// of another resource; that it cannot is confirmed by a list request that was started after this check.
func (d *providerData) checkCheckpoint(ctx context.Context, name fireworks.CheckpointName) (diags diag.Diagnostics) {
	attribute := path.Root("checkpoint_name")
	started := d.clock.Now()

	var rows []fireworks.Checkpoint

	for _, notBefore := range []time.Time{{}, started} {
		var err error

		rows, err = d.lookUpCheckpoints(ctx, name.Parent(), notBefore)

		switch {
		case fireworks.IsNotFound(err):
			diags.AddAttributeError(attribute, summaryNoSuchTrainingRun, apiDetail(
				fmt.Sprintf("%s cannot be promoted: %s does not exist.", name, name.Parent()), err, noSuchTrainingRunHint))

			return diags
		case err != nil:
			addNotChecked(&diags, attribute, summaryCheckpointNotChecked,
				fmt.Sprintf("Whether %s exists and can be promoted was not checked.", name), err)

			return diags
		}

		if row := findCheckpoint(rows, name); row != nil && row.Promotable {
			return diags
		}
	}

	if findCheckpoint(rows, name) == nil {
		diags.AddAttributeError(attribute, summaryNoSuchCheckpoint,
			joinParagraphs(fmt.Sprintf("%s has no checkpoint %q.", name.Parent(), name.CheckpointID), suggestCheckpoints(rows)))

		return diags
	}

	diags.AddAttributeError(attribute, summaryCheckpointNotPromotable, joinParagraphs(
		fmt.Sprintf("The platform lists %s as not promotable: it is not a sampler checkpoint, or its files are not complete.", name),
		suggestCheckpoints(rows)))

	return diags
}

const noSuchTrainingRunHint = "Check the name. The platform keeps the checkpoints of a deleted trainer job for 30 days, " +
	"and those of a training session only as long as the session and its trainer exist. After that they cannot be promoted."

func findCheckpoint(rows []fireworks.Checkpoint, name fireworks.CheckpointName) *fireworks.Checkpoint {
	for i := range rows {
		if rows[i].Name == name.String() {
			return &rows[i]
		}
	}

	return nil
}

// suggestCheckpoints lists the newest checkpoints that could be promoted instead.
func suggestCheckpoints(rows []fireworks.Checkpoint) string {
	promotable := fireworks.Promotable(rows)
	if len(promotable) == 0 {
		return "None of its checkpoints can be promoted. Save a sampler checkpoint in the training run first."
	}

	lines := []string{"Its newest promotable checkpoints are:"}
	for _, row := range promotable[:min(maxSuggestions, len(promotable))] {
		lines = append(lines, fmt.Sprintf("  %s (%s)", row.Name, row.CreateTime))
	}

	return strings.Join(lines, "\n")
}

// checkModelID finds an existing model with the ID of the new one.
func (d *providerData) checkModelID(ctx context.Context, name fireworks.ModelName) (diags diag.Diagnostics) {
	attribute := path.Root("output_model_id")

	_, err := d.client.GetModel(ctx, name)
	switch {
	case err == nil:
		diags.AddAttributeError(attribute, summaryModelExists, joinParagraphs(
			fmt.Sprintf("Model %s already exists and is not managed by this resource.", name), modelImportHint(name), ownModelHint))
	case !fireworks.IsNotFound(err):
		addNotChecked(&diags, attribute, summaryModelIDNotChecked, fmt.Sprintf("Whether model %s already exists was not checked.", name), err)
	}

	return diags
}

// ownModelHint is for the cases in which Terraform does not let the provider see that this resource manages the model.
const ownModelHint = "If this resource manages the model and is being replaced: create_before_destroy needs another output_model_id " +
	"for the new model, and a tainted resource needs a plan that refreshes, without -refresh=false. " +
	"If the resource was renamed, add a moved block."

// checkBaseModel finds a base model that does not exist. Some keys may use a model that they may not read.
func (d *providerData) checkBaseModel(ctx context.Context, name fireworks.ModelName) (diags diag.Diagnostics) {
	attribute := path.Root("base_model")

	_, err := d.lookUpModel(ctx, name)
	switch {
	case fireworks.IsNotFound(err):
		diags.AddAttributeError(attribute, summaryNoSuchBaseModel, apiDetail(fmt.Sprintf("The base model %s does not exist.", name), err,
			"Specify the model that the training run started from, such as accounts/fireworks/models/qwen3-8b."))
	case err != nil:
		addNotChecked(&diags, attribute, summaryBaseModelNotChecked, fmt.Sprintf("Whether the base model %s exists was not checked.", name), err)
	}

	return diags
}
