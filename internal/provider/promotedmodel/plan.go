// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"context"
	"fmt"
	"slices"
	"strings"

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

// managed returns the model in the state.
func (m resourceModel) managed() providerdata.ManagedObject {
	return providerdata.ManagedObject{Noun: "model", Name: m.ID.ValueString(),
		DeletionPolicy: m.DeletionPolicy.ValueString()}
}

// managedSince is managed, with whether the model was never ready, as the private state knows.
func (m resourceModel) managedSince(ctx context.Context, private lifecycle.PrivateReader) providerdata.ManagedObject {
	object := m.managed()
	object.NeverUsable = lifecycle.ModelStates.NeverUsable(ctx, m.State, private)
	_, object.CreationFailed = loadPendingPromotion(ctx, private)

	return object
}

// resourcePlan is one plan: what is planned, and in the state.
type resourcePlan struct{ plan, state resourceModel }

// ModifyPlan reports at plan time what would otherwise fail during apply. No attribute has a plan modifier that
// requires a replacement: here is the only place that decides about it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer func() { resp.Diagnostics = r.Data.EachCauseOnce(resp.Diagnostics) }()

	var p resourcePlan

	p.plan, p.state = providerdata.PlanAndState[resourceModel](ctx, req, &resp.Diagnostics)

	switch {
	case resp.Diagnostics.HasError():
	case req.Plan.Raw.IsNull():
		resp.Diagnostics.Append(lifecycle.PlanDestroy(r.Data, providerdata.ModelKind,
			p.state.managedSince(ctx, req.Private))...)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, &p, req, resp)
	default:
		r.planUpdate(ctx, &p, req, resp)
	}
}

// planCreate plans a new model, or the create half of a replacement.
func (r *Resource) planCreate(
	ctx context.Context, p *resourcePlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if name, ok := p.plan.outputModel(); ok {
		p.plan.setName(name)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, p.plan)...)
		r.Data.Plans.Describe(name.String(), providerdata.PlannedValues{BaseModel: p.plan.BaseModel})
	}

	lifecycle.CheckCreation(ctx, r.Data, p.creation(r.Data), req, resp)
}

// planUpdate plans an update in place or requires a replacement, whose checks it runs: Terraform drops the warnings of
// the second plan of a replacement. It marks as unknown exactly what the update may change, so that the plan shows
// nothing else.
func (r *Resource) planUpdate(
	ctx context.Context, p *resourcePlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	ready := p.state.State.ValueString() == fireworks.ModelStateReady
	failedBefore := p.failedBefore(ctx, req.Private)
	unready := failedBefore || lifecycle.ModelStates.IsPending(ctx, p.state.State, req.Private)
	replaced := lifecycle.ReplacedObject{ManagedObject: p.state.managedSince(ctx, req.Private)}

	resp.Diagnostics.Append(lifecycle.PlanKeep(r.Data, providerdata.ModelKind, replaced.ManagedObject)...)
	r.Data.Plans.Describe(replaced.Name, providerdata.PlannedValues{Ready: ready, BaseModel: p.plan.BaseModel})

	replace := p.replacedPaths()

	if failedBefore {
		replace = append(replace, path.Root("state"))

		resp.Diagnostics.AddAttributeWarning(path.Root("state"), diagnostic.SummaryPromotionFailedBefore, fmt.Sprintf(
			"The promotion of %s failed earlier and left a model that is not usable, so this plan replaces it.",
			replaced.Name))
	}

	switch {
	case resp.Diagnostics.HasError():
		return
	case len(replace) > 0:
		resp.RequiresReplace = append(resp.RequiresReplace, replace...)
		resp.Diagnostics.Append(lifecycle.PlanReplacement(ctx, r.Data, p.creation(r.Data), replaced.ManagedObject)...)
		replaced.Checked = true
	case p.state.CheckpointName.IsNull() && !lifecycle.IsApplying(req):
		resp.Diagnostics.Append(p.check(r.Data).recorded(ctx)...)
	}

	resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, lifecycle.ReplacedKey, replaced)...)

	if unknown := p.plan.unknownAfter(p.state, unready); len(unknown) > 0 {
		attribute.SetUnknown(ctx, &p.plan, unknown...)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, p.plan)...)
	}
}

// failedBefore reports whether an earlier promotion failed and left a model that never became usable.
func (p *resourcePlan) failedBefore(ctx context.Context, private lifecycle.PrivateReader) bool {
	state := p.state.State.ValueString()
	if _, failed := loadPendingPromotion(ctx, private); failed {
		return state != fireworks.ModelStateReady
	}

	return slices.Contains(lifecycle.ModelStates.Failed, state) &&
		lifecycle.ModelStates.NeverUsable(ctx, p.state.State, private)
}

// replacedPaths returns the attributes whose change cannot be made in place. An unknown value counts as a change. The
// API does not report which checkpoint a model came from, so an argument that is set for the first time after an import
// is no change.
func (p *resourcePlan) replacedPaths() (paths path.Paths) {
	changed := func(planned, prior types.String) bool { return !prior.IsNull() && !planned.Equal(prior) }

	for name, changed := range map[string]bool{
		"checkpoint_name":        changed(p.plan.CheckpointName, p.state.CheckpointName),
		"output_model_id":        changed(p.plan.OutputModelID, p.state.OutputModelID),
		"base_model":             changed(p.plan.BaseModel, p.state.BaseModel),
		"hot_load_deployment_id": p.changesHotLoadDeployment(),
	} {
		if changed {
			paths = append(paths, path.Root(name))
		}
	}

	return paths
}

// changesHotLoadDeployment reports whether another deployment is to provide the checkpoint. Only a promotion needs it,
// so it can be removed.
func (p *resourcePlan) changesHotLoadDeployment() bool {
	planned, prior := p.plan.HotLoadDeploymentID, p.state.HotLoadDeploymentID

	switch {
	case planned.IsNull():
		return false
	case prior.IsNull():
		return !p.state.CheckpointName.IsNull()
	}

	id := func(name string) string {
		return strings.TrimPrefix(name, fireworks.DeploymentName{AccountID: p.state.AccountID.ValueString()}.String())
	}

	return planned.IsUnknown() || id(planned.ValueString()) != id(prior.ValueString())
}

// creation returns the plan as one that creates a model.
func (p *resourcePlan) creation(data *providerdata.Data) lifecycle.Creation {
	c := lifecycle.Creation{Kind: providerdata.ModelKind, ID: p.plan.OutputModelID.ValueString(),
		DeletionPolicy: p.plan.DeletionPolicy.ValueString()}

	if name, ok := p.plan.outputModel(); ok {
		c.Name = name.String()
	}

	if p.plan.CheckpointName.IsUnknown() {
		c.Unknown = append(c.Unknown, "checkpoint_name")
	}

	if p.plan.BaseModel.IsUnknown() {
		c.Unknown = append(c.Unknown, "base_model")
	}

	c.Check = func(ctx context.Context, replaced string) diag.Diagnostics {
		check := p.check(data)
		check.replaced = replaced

		return check.run(ctx)
	}

	return c
}

func (p *resourcePlan) check(data *providerdata.Data) *planCheck {
	return &planCheck{data: data, plan: p.plan, promoted: p.state.CheckpointName.ValueString()}
}

// outputModel returns the name of the model that the plan creates, and whether it is known.
func (m resourceModel) outputModel() (fireworks.ModelName, bool) {
	checkpoint, err := fireworks.ParseCheckpointName(m.CheckpointName.ValueString())

	return fireworks.ModelName{AccountID: checkpoint.AccountID, ModelID: m.OutputModelID.ValueString()}, err == nil &&
		attribute.IsKnown(m.OutputModelID)
}

// unknownAfter returns the names of the computed attributes that the update may change.
func (m resourceModel) unknownAfter(state resourceModel, unready bool) []string {
	if unready {
		return reportedNames
	}

	if m.DisplayName.IsUnknown() || m.Description.IsUnknown() || m.Public.IsUnknown() || len(m.changes(&state)) > 0 {
		return []string{"update_time"}
	}

	return nil
}
