package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
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

// ModifyPlan says at plan time what would otherwise fail during apply. Terraform plans the create half of a replacement
// with a null prior state, so that is where the checks of both stand.
func (r *promotedModelResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state promotedModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}

	if !req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	}

	switch {
	case resp.Diagnostics.HasError():
	case req.Plan.Raw.IsNull():
		if state.DeletionPolicy.ValueString() == deletionPolicyPrevent {
			addDestroyPrevented(&resp.Diagnostics, state.ID.ValueString())
		}
	case req.State.Raw.IsNull():
		r.planCreate(ctx, plan, req, resp)
	default:
		r.planUpdate(ctx, plan, state, req, resp)
	}
}

// planUpdate marks as unknown exactly what the update may change, so that the plan shows no noise. When it sees that the model
// must be replaced it makes the checks of the promotion: Terraform drops the warnings of the second plan of a replacement.
func (r *promotedModelResource) planUpdate(
	ctx context.Context,
	plan, state promotedModel,
	req resource.ModifyPlanRequest,
	resp *resource.ModifyPlanResponse,
) {
	if r.data != nil {
		r.data.refreshedModels.remember(
			state.ID.ValueString(),
			refreshedModel{deletionPolicy: state.DeletionPolicy.ValueString(), plannedWithState: true},
		)
	}

	unready := state.State.ValueString() != fireworks.ModelStateReady
	failedBefore := unready && loadPendingOperation(ctx, req.Private).Failed

	replaced := replacedModel{Model: state.ID.ValueString(), DeletionPolicy: state.DeletionPolicy.ValueString()}
	if failedBefore || plan.replaces(state) {
		resp.Diagnostics.Append(r.checkPromotion(ctx, plan, &replaced)...)
		replaced.Checked = true
	}

	resp.Diagnostics.Append(saveReplacement(ctx, resp.Private, replaced)...)

	if failedBefore {
		resp.RequiresReplace.Append(path.Root("state"))
		resp.Diagnostics.AddAttributeWarning(path.Root("state"), summaryPromotionFailedBefore, fmt.Sprintf(
			"The promotion of %s failed earlier and left a model that is not usable, so this plan replaces it.", state.ID.ValueString()))
	}

	var unknown []string
	if unready {
		unknown = append(unknown, "state", "kind", "create_time", "context_length", "peft_details")
	}

	change := plan.modelUpdate(state.DisplayName.ValueString(), state.Description.ValueString(), state.Public.ValueBool())

	labelsUnknown := plan.DisplayName.IsUnknown() || plan.Description.IsUnknown() || plan.Public.IsUnknown()
	if unready || labelsUnknown || !change.IsEmpty() {
		unknown = append(unknown, "update_time")
	}

	for _, name := range unknown {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), unknownComputed[name])...)
	}
}

// unknownComputed are the results that only an apply can tell, as unknown values of their types.
var unknownComputed = map[string]attr.Value{
	"state":          types.StringUnknown(),
	"kind":           types.StringUnknown(),
	"create_time":    types.StringUnknown(),
	"update_time":    types.StringUnknown(),
	"context_length": types.Int64Unknown(),
	"peft_details":   types.ObjectUnknown(peftDetailsTypes),
}

// replaces tells whether an argument changes that cannot be changed in place; replaceUnlessImported has the same rule.
func (m promotedModel) replaces(state promotedModel) bool {
	changed := func(planned, recorded types.String) bool { return !recorded.IsNull() && !planned.Equal(recorded) }

	return changed(m.CheckpointName, state.CheckpointName) || changed(m.OutputModelID, state.OutputModelID) ||
		changed(m.BaseModel, state.BaseModel) ||
		changed(m.HotLoadDeploymentID, state.HotLoadDeploymentID) ||
		state.HotLoadDeploymentID.IsNull() && !m.HotLoadDeploymentID.IsNull() && !state.CheckpointName.IsNull()
}

// planCreate checks what can be known of a promotion before it is asked for.
func (r *promotedModelResource) planCreate(
	ctx context.Context,
	plan promotedModel,
	req resource.ModifyPlanRequest,
	resp *resource.ModifyPlanResponse,
) {
	if name, ok := plan.outputModel(); ok {
		plan.setName(name)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	}

	replaced, isReplacement := loadReplacement(ctx, req.Private)
	switch {
	case !isReplacement:
		resp.Diagnostics.Append(r.checkPromotion(ctx, plan, nil)...)
	case !replaced.Checked:
		resp.Diagnostics.Append(r.checkPromotion(ctx, plan, &replaced)...)
	}
}

// outputModel is the name of the model that the plan makes, as far as it is known yet.
func (m promotedModel) outputModel() (fireworks.ModelName, bool) {
	checkpoint, err := fireworks.ParseCheckpointName(m.CheckpointName.ValueString())
	return fireworks.ModelName{AccountID: checkpoint.AccountID, ModelID: m.OutputModelID.ValueString()}, err == nil && isKnown(m.OutputModelID)
}

// checkPromotion finds what stands in the way of a promotion; replaced is the model that goes first, nil when there is none.
func (r *promotedModelResource) checkPromotion(ctx context.Context, plan promotedModel, replaced *replacedModel) diag.Diagnostics {
	var diags diag.Diagnostics

	name, nameKnown := plan.outputModel()
	if replaced == nil && r.data != nil {
		if held, ok := r.data.refreshedModels.tainted(name.String()); ok {
			replaced = &replacedModel{Model: name.String(), DeletionPolicy: held.deletionPolicy}
		}
	}

	if replaced != nil {
		if diags = checkReplacement(plan, name, *replaced); diags.HasError() {
			return diags
		}
	}

	if !r.data.isConfigured() {
		return diags
	}

	ctx, cancel := context.WithTimeout(ctx, r.data.checkBudget)
	defer cancel()

	var checks []func() diag.Diagnostics
	if checkpoint, err := fireworks.ParseCheckpointName(plan.CheckpointName.ValueString()); err == nil {
		checks = append(checks, func() diag.Diagnostics { return r.data.checkCheckpoint(ctx, checkpoint) })
	}

	if nameKnown && len(fireworks.ValidateModelID(name.ModelID)) == 0 && (replaced == nil || replaced.Model != name.String()) {
		checks = append(checks, func() diag.Diagnostics { return r.data.checkModelID(ctx, name) })
	}

	if baseModel, err := fireworks.ParseModelName(plan.BaseModel.ValueString()); err == nil {
		checks = append(checks, func() diag.Diagnostics { return r.data.checkBaseModel(ctx, baseModel) })
	}

	for _, found := range runConcurrently(checks) {
		diags.Append(found...)
	}

	return diags
}

// runConcurrently runs the checks side by side and returns what they found in the order of the checks.
func runConcurrently(checks []func() diag.Diagnostics) []diag.Diagnostics {
	found := make([]diag.Diagnostics, len(checks))

	var group sync.WaitGroup
	for i, check := range checks {
		group.Go(func() { found[i] = check() })
	}

	group.Wait()

	return found
}

// checkCheckpoint finds a checkpoint that is not there or cannot be promoted. A listing that another resource made may say yes;
// that it says no is confirmed by one that was begun after this check.
func (d *providerData) checkCheckpoint(ctx context.Context, name fireworks.CheckpointName) diag.Diagnostics {
	var diags diag.Diagnostics

	attribute := path.Root("checkpoint_name")
	begin := time.Now()

	var rows []fireworks.Checkpoint

	for _, notBefore := range []time.Time{{}, begin} {
		var err error

		rows, err = d.listCheckpoints(ctx, name.ParentName(), notBefore)
		switch {
		case fireworks.IsNotFound(err):
			addAPIError(
				&diags,
				attribute,
				summaryNoSuchTrainingRun,
				fmt.Sprintf("%s cannot be promoted: %s does not exist.", name, name.Parent()),
				err,
				noSuchTrainingRunHint,
			)

			return diags
		case err != nil:
			addNotChecked(
				&diags,
				attribute,
				summaryCheckpointNotChecked,
				fmt.Sprintf("Whether %s exists and can be promoted was not checked.", name),
				err,
			)

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

	diags.AddAttributeError(
		attribute,
		summaryCheckpointNotPromotable,
		joinParagraphs(
			fmt.Sprintf("The platform lists %s as not promotable: it is not a sampler checkpoint, or its files are not complete.", name),
			suggestCheckpoints(rows),
		),
	)

	return diags
}

const noSuchTrainingRunHint = "Check the name. The platform keeps the checkpoints of a deleted trainer job for 30 days, those of a training session only as long as the session and its trainer; after that they cannot be promoted."

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

// checkReplacement finds a replacement that the deletion policy forbids, or that cannot have the ID because the old model stays.
func checkReplacement(plan promotedModel, name fireworks.ModelName, replaced replacedModel) diag.Diagnostics {
	var diags diag.Diagnostics

	switch {
	case replaced.DeletionPolicy == deletionPolicyPrevent || plan.DeletionPolicy.ValueString() == deletionPolicyPrevent:
		addDestroyPrevented(&diags, replaced.Model)
	case replaced.DeletionPolicy == deletionPolicyAbandon && replaced.Model == name.String():
		diags.AddAttributeError(path.Root("output_model_id"), summaryAbandonKeepsID, fmt.Sprintf(
			"Replacing the model %s leaves the old one on the platform, because its deletion_policy is %s, so its ID stays taken.\n\n"+
				"Choose another output_model_id (the function model_id builds one of parts), or set deletion_policy to %s and apply that first.", name, deletionPolicyAbandon, deletionPolicyDelete))
	}

	return diags
}

// checkModelID finds a model that has the ID already.
func (d *providerData) checkModelID(ctx context.Context, name fireworks.ModelName) diag.Diagnostics {
	var diags diag.Diagnostics

	_, err := d.client.GetModel(ctx, name)
	switch {
	case err == nil:
		diags.AddAttributeError(path.Root("output_model_id"), summaryModelExists,
			joinParagraphs(fmt.Sprintf("The model %s exists already, and this resource does not hold it.", name), importHint(name), ownModelHint))
	case !fireworks.IsNotFound(err):
		addNotChecked(
			&diags,
			path.Root("output_model_id"),
			summaryModelIDNotChecked,
			fmt.Sprintf("Whether a model %s exists already was not checked.", name),
			err,
		)
	}

	return diags
}

// ownModelHint is for the two cases in which Terraform does not let the provider see that the model is this resource's own.
const ownModelHint = "If this resource is being replaced and holds the model itself: create_before_destroy needs another output_model_id for the new model, and a tainted resource needs a plan that refreshes, without -refresh=false."

// checkBaseModel finds a base model that does not exist. Some keys may promote from a model that they may not read.
func (d *providerData) checkBaseModel(ctx context.Context, name fireworks.ModelName) diag.Diagnostics {
	var diags diag.Diagnostics

	_, err := d.baseModels.Get(ctx, name.String(), time.Time{}, func(ctx context.Context) (struct{}, error) {
		_, err := d.client.GetModel(ctx, name)
		if fireworks.StatusOf(err) == http.StatusForbidden {
			err = nil
		}

		return struct{}{}, err
	})
	switch {
	case fireworks.IsNotFound(err):
		addAPIError(&diags, path.Root("base_model"), summaryNoSuchBaseModel, fmt.Sprintf("The base model %s does not exist.", name), err,
			"Name the model that the training run started from, such as accounts/fireworks/models/qwen3-8b.")
	case err != nil:
		addNotChecked(
			&diags,
			path.Root("base_model"),
			summaryBaseModelNotChecked,
			fmt.Sprintf("Whether the base model %s exists was not checked.", name),
			err,
		)
	}

	return diags
}

// addNotChecked warns of a check that could not be made: that says nothing about what was to be checked, so the plan goes on.
func addNotChecked(diags *diag.Diagnostics, attribute path.Path, summary, what string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}

	diags.AddAttributeWarning(
		attribute,
		summary,
		apiDetail(what, err, "The plan goes on without this check; what is wrong, if anything, comes out during apply.\n\n"+remedy(err)),
	)
}
