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

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Managed returns the model in the state.
func (m *resourceModel) Managed(ctx context.Context, private lifecycle.PrivateReader) providerdata.ManagedObject {
	_, failed := loadPendingPromotion(ctx, private)

	return providerdata.ManagedObject{
		Noun: "model", Name: m.ID.ValueString(), DeletionPolicy: m.DeletionPolicy.ValueString(),
		NeverUsable: lifecycle.ModelStates.NeverUsable(ctx, m.State, private), CreationFailed: failed,
	}
}

type resourcePlan = lifecycle.ResourcePlan[resourceModel]

// ModifyPlan reports at plan time what would otherwise fail during apply. No attribute has a plan modifier that
// requires a replacement: here is the only place that decides about it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	lifecycle.ModifyPlan(ctx, r.Resource, req, resp, r.planCreate, r.planUpdate)
}

// planCreate plans a new model, or the create half of a replacement.
func (r *Resource) planCreate(ctx context.Context, p *resourcePlan) {
	if name, ok := p.Plan.outputModel(); ok {
		p.Plan.setName(name)
		r.Data.Plans.Describe(name.String(), providerdata.PlannedValues{BaseModel: p.Plan.BaseModel})
	}

	p.CheckCreation(ctx, r.creation(p))
}

// planUpdate plans an update in place or requires a replacement. It marks as unknown exactly what the update may
// change, so that the plan shows nothing else.
func (r *Resource) planUpdate(ctx context.Context, p *resourcePlan) {
	ready := p.State.State.ValueString() == fireworks.ModelStateReady
	failedBefore := p.State.failedBefore(ctx, p.Req.Private)
	unready := failedBefore || lifecycle.ModelStates.IsPending(ctx, p.State.State, p.Req.Private)

	r.Data.Plans.Describe(p.Replaced.Name, providerdata.PlannedValues{Ready: ready, BaseModel: p.Plan.BaseModel})

	diags, replace := &p.Resp.Diagnostics, replacedPaths(p)

	if failedBefore {
		replace = append(replace, path.Root("state"))

		lifecycle.AddReplacesFailed(diags, r.Kind, fmt.Sprintf(
			"The promotion of %s failed earlier and left a model that is not usable, so this plan replaces it.",
			p.Replaced.Name))
	}

	switch {
	case len(replace) > 0:
		p.RequireReplacement(ctx, r.creation(p), replace)
	case p.State.CheckpointName.IsNull() && !diags.HasError() && !lifecycle.IsApplying(p.Req):
		diags.Append(r.newCheck(p).recorded(ctx)...)
	}

	attribute.SetUnknown(ctx, &p.Plan, p.Plan.unknownAfter(p.State, unready)...)
}

// failedBefore reports whether an earlier promotion failed and left a model that never became usable.
func (m *resourceModel) failedBefore(ctx context.Context, private lifecycle.PrivateReader) bool {
	state := m.State.ValueString()
	if _, failed := loadPendingPromotion(ctx, private); failed {
		return state != fireworks.ModelStateReady
	}

	return slices.Contains(lifecycle.ModelStates.Failed, state) &&
		lifecycle.ModelStates.NeverUsable(ctx, m.State, private)
}

// replacedPaths returns the attributes whose change cannot be made in place. An unknown value counts as a change. The
// API does not report which checkpoint a model came from, so an argument that is set for the first time after an import
// is no change.
func replacedPaths(p *resourcePlan) path.Paths {
	paths := attribute.Differing(&p.State, &p.Plan, "checkpoint_name", "output_model_id", "base_model")
	if p.Plan.changesHotLoadDeployment(&p.State) {
		paths = append(paths, path.Root("hot_load_deployment_id"))
	}

	return paths
}

// changesHotLoadDeployment reports whether another deployment is to provide the checkpoint. Only a promotion needs it,
// so it can be removed.
func (m *resourceModel) changesHotLoadDeployment(state *resourceModel) bool {
	planned, prior := m.HotLoadDeploymentID, state.HotLoadDeploymentID

	switch {
	case planned.IsNull():
		return false
	case prior.IsNull():
		return !state.CheckpointName.IsNull()
	}

	id := func(name string) string {
		return strings.TrimPrefix(name, fireworks.DeploymentName{AccountID: state.AccountID.ValueString()}.String())
	}

	return planned.IsUnknown() || id(planned.ValueString()) != id(prior.ValueString())
}

// creation returns the plan as one that creates a model.
func (r *Resource) creation(p *resourcePlan) lifecycle.Creation {
	c := lifecycle.Creation{Kind: r.Kind, ID: p.Plan.OutputModelID.ValueString(),
		DeletionPolicy: p.Plan.DeletionPolicy}

	if name, ok := p.Plan.outputModel(); ok {
		c.Name = name.String()
	}

	if p.Plan.CheckpointName.IsUnknown() {
		c.Unknown = append(c.Unknown, "checkpoint_name")
	}

	if p.Plan.BaseModel.IsUnknown() {
		c.Unknown = append(c.Unknown, "base_model")
	}

	c.Check = func(ctx context.Context, replaced string) diag.Diagnostics {
		check := r.newCheck(p)
		check.replaced = replaced

		return check.run(ctx)
	}

	return c
}

func (r *Resource) newCheck(p *resourcePlan) *planCheck {
	return &planCheck{data: r.Data, plan: p.Plan, promoted: p.State.CheckpointName.ValueString()}
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
