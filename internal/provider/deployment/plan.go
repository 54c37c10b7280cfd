// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"fmt"
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

// The keys of the private state of a deployment.
const (
	// importedKey marks an imported deployment, of which the API does not report how it was created.
	importedKey = "imported"
	// rolloutKey marks a deployment whose last rollout failed, or was not seen to end.
	rolloutKey = "rollout"
)

// managed returns the deployment in the state.
func (d *resourceModel) managed() providerdata.ManagedObject {
	return providerdata.ManagedObject{
		Noun: "deployment", Name: d.ID.ValueString(), DeletionPolicy: d.DeletionPolicy.ValueString(),
		SoftDelete: d.SoftDelete.ValueBool(),
	}
}

// managedSince is managed, with whether the deployment was never ready, as the private state knows.
func (d *resourceModel) managedSince(ctx context.Context, private lifecycle.PrivateReader) providerdata.ManagedObject {
	object := d.managed()
	object.NeverUsable = d.neverReady(ctx, private)

	return object
}

// resourcePlan is one plan: what is configured, planned, and in the state.
type resourcePlan struct {
	config, plan, state resourceModel
	// pending is set if an apply must wait for the deployment before it changes anything.
	pending bool
	// fullyKnown is set if the configuration contains no unknown values.
	fullyKnown bool
}

// ModifyPlan reports at plan time what would otherwise fail during apply. No attribute has a plan modifier that
// requires a replacement: here is the only place that decides about it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer func() { resp.Diagnostics = r.Data.EachCauseOnce(resp.Diagnostics) }()

	var p resourcePlan

	p.plan, p.state = providerdata.PlanAndState[resourceModel](ctx, req, &resp.Diagnostics)
	proposed := p.plan

	if !req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(req.Config.Get(ctx, &p.config)...)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(lifecycle.PlanDestroy(r.Data, providerdata.DeploymentKind,
			p.state.managedSince(ctx, req.Private))...)

		return
	}

	p.pending = lifecycle.DeploymentStates.IsAwaited(ctx, p.state.State, p.plan.WaitForInference, req.Private)
	p.fullyKnown = req.Config.Raw.IsFullyKnown()
	p.config.setDefaults()
	p.plan.MaxReplicaCount = p.config.MaxReplicaCount

	if req.State.Raw.IsNull() {
		r.planCreate(ctx, &p, req, resp)
	} else {
		r.planUpdate(ctx, &p, req, resp)
	}

	resp.Diagnostics.Append(providerdata.SetIfChanged(ctx, &resp.Plan, proposed, p.plan)...)
}

// planCreate plans a new deployment, or the create half of a replacement.
func (r *Resource) planCreate(
	ctx context.Context, p *resourcePlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if p.config.Tags.IsNull() {
		p.plan.Tags = types.MapNull(types.StringType)
	}

	check := r.newDeploymentCheck(ctx, p)
	_, isReplacement := lifecycle.LoadPrivate[lifecycle.ReplacedObject](ctx, req.Private, lifecycle.ReplacedKey)
	isNew := !isReplacement && !r.Data.Plans.RefreshedDeployment(p.config.DeploymentID.ValueString())

	if check.accountErr != nil && (!isNew || lifecycle.IsApplying(req)) {
		lifecycle.AddAccountUnknown(r.Data, &resp.Diagnostics, "Deployment "+p.config.DeploymentID.ValueString(),
			check.accountErr)

		return
	}

	if check.nameKnown {
		p.plan.setName(check.name, r.Data.Client)
		r.Data.Plans.Describe(check.name.String(), providerdata.PlannedValues{
			BaseModel: p.config.BaseModel, EnableAddons: p.config.EnableAddons,
			MaxReplicaCount: p.config.MaxReplicaCount,
		})
	}

	if !lifecycle.IsApplying(req) {
		var cancel context.CancelFunc

		ctx, cancel = r.Data.WithPlanTimeout(ctx)
		defer cancel()
	}

	if isNew {
		resp.Diagnostics.Append(check.planHardware(ctx, &p.plan, lifecycle.IsApplying(req))...)
	}

	lifecycle.CheckCreation(ctx, r.Data, p.creation(check), req, resp)
}

// planUpdate plans an update in place or requires a replacement, whose checks it runs: Terraform drops the warnings of
// the second plan of a replacement.
func (r *Resource) planUpdate(
	ctx context.Context, p *resourcePlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	replaced := lifecycle.ReplacedObject{ManagedObject: p.state.managedSince(ctx, req.Private),
		NeedsAccount: p.config.AccountID.IsNull()}

	resp.Diagnostics.Append(lifecycle.PlanKeep(r.Data, providerdata.DeploymentKind, replaced.ManagedObject)...)

	replace := p.replacedPaths(lifecycle.HasMark(ctx, req.Private, importedKey))
	replace = append(replace, r.replacedByCircumstances(ctx, p, req, resp)...)

	p.keepState()
	p.markUnknown(ctx)

	addons := p.plan.EnableAddons
	if !p.plan.DeploymentShape.Equal(p.state.DeploymentShape) {
		addons = p.config.EnableAddons
	}

	r.Data.Plans.Describe(replaced.Name, providerdata.PlannedValues{
		Ready: true, BaseModel: p.plan.BaseModel, EnableAddons: addons, MaxReplicaCount: p.plan.MaxReplicaCount,
	})

	if len(replace) > 0 && !resp.Diagnostics.HasError() {
		resp.RequiresReplace = append(resp.RequiresReplace, replace...)
		replaced.Checked = true

		check := r.newDeploymentCheck(ctx, p)
		if check.accountErr != nil {
			lifecycle.AddAccountUnknown(r.Data, &resp.Diagnostics, "Deployment "+p.config.DeploymentID.ValueString(),
				check.accountErr)

			return
		}

		creation := p.creation(check)
		if creation.Name == replaced.Name {
			r.Data.Plans.Renew(replaced.Name)
		}

		creation.DeletedFirst = p.deletedFirst(r.Data)
		resp.Diagnostics.Append(lifecycle.PlanReplacement(ctx, r.Data, creation, replaced.ManagedObject)...)
	} else {
		resp.Diagnostics.Append(r.checkChangedHardware(ctx, p)...)
	}

	resp.Diagnostics.Append(lifecycle.SavePrivate(ctx, resp.Private, lifecycle.ReplacedKey, replaced)...)
}

// replacedByCircumstances returns the attributes because of which the deployment must be replaced although no argument
// changes.
func (r *Resource) replacedByCircumstances(
	ctx context.Context, p *resourcePlan, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) path.Paths {
	state := path.Root("state")

	switch {
	case p.state.State.ValueString() == fireworks.DeploymentStateFailed &&
		lifecycle.HasMark(ctx, req.Private, lifecycle.CreatingKey):
		resp.Diagnostics.AddAttributeWarning(state, diagnostic.SummaryReplacingFailedDeployment, fmt.Sprintf(
			"The creation of deployment %s failed, so this plan replaces it.", p.state.ID.ValueString()))
	case r.Data.Plans.Replaces(p.state.BaseModel.ValueString()):
		resp.Diagnostics.AddAttributeWarning(path.Root("base_model"), diagnostic.SummaryReplacedWithBaseModel,
			fmt.Sprintf(
				"This plan replaces the model %s under its name. The platform does not delete a model that is "+
					"deployed, so deployment %s is replaced as well, and does not serve in the meantime.\n\n"+
					"The guide \"New checkpoint without downtime\" shows how to keep "+
					"serving.", p.state.BaseModel.ValueString(), p.state.ID.ValueString()))
	default:
		return nil
	}

	// Terraform ignores a path whose value does not change.
	p.plan.State = types.StringUnknown()

	return path.Paths{state}
}

// creation returns the plan as one that creates a deployment.
func (p *resourcePlan) creation(check *planCheck) lifecycle.Creation {
	c := lifecycle.Creation{Kind: providerdata.DeploymentKind, ID: p.config.DeploymentID.ValueString(),
		DeletionPolicy: p.config.DeletionPolicy.ValueString()}
	c.NeedsAccount = p.config.AccountID.IsNull()

	if check.nameKnown {
		c.Name = check.name.String()
	}

	for _, field := range fieldTable {
		if !attribute.IsWhollyKnown(field.get(&p.config)) {
			c.Unknown = append(c.Unknown, field.name)
		}
	}

	c.Check = func(ctx context.Context, replaced string) diag.Diagnostics {
		check.replaced = replaced
		return check.run(ctx)
	}

	return c
}

// deletedFirst is what else to know about a plan that deletes the deployment in the state before it creates the new
// one.
func (p *resourcePlan) deletedFirst(data *providerdata.Data) string {
	var refused, loaded string

	if !p.state.ForceDestroy.ValueBool() && p.state.State.ValueString() == fireworks.DeploymentStateReady {
		refused = "The platform refuses the deletion if the deployment received requests within the last hour, " +
			"unless force_destroy = true is applied before this change."
	}

	if models := data.Plans.LoadedOn(p.state.ID.ValueString()); len(models) > 0 {
		loaded = "The deletion unloads models that this plan keeps:\n  " + strings.Join(models, "\n  ") +
			"\n\nApply again afterwards to load them. To load them in the same apply, let the argument deployment of " +
			"fireworks_deployed_model refer to the name attribute of this resource."
	}

	return diagnostic.JoinParagraphs(refused, loaded)
}

// replacedPaths returns the attributes whose change cannot be made in place. An unknown value counts as a change.
func (p *resourcePlan) replacedPaths(imported bool) (paths path.Paths) {
	config, state := &p.config, &p.state

	for name, changed := range map[string]bool{
		"deployment_id":    !config.DeploymentID.Equal(state.DeploymentID),
		"base_model":       !config.BaseModel.Equal(state.BaseModel),
		"account_id":       !config.AccountID.IsNull() && !config.AccountID.Equal(state.AccountID),
		"deployment_shape": !state.DeploymentShape.IsNull() && config.mayHaveNoShape(),
		"placement":        changesPlacement(config.Placement, state.Placement, imported),
		"disable_speculative_decoding": config.DisableSpeculativeDecoding.IsUnknown() ||
			config.DisableSpeculativeDecoding.ValueBool() != state.DisableSpeculativeDecoding.ValueBool() &&
				(!imported || !state.DisableSpeculativeDecoding.IsNull()),
	} {
		if changed {
			paths = append(paths, path.Root(name))
		}
	}

	return paths
}

// mayHaveNoShape reports whether deployment_shape is null, or unknown and may become null: only then accelerator_type
// is set and the risk is accepted. Both outcomes must be possible after a plan, and an update in place cannot remove a
// shape.
func (d *resourceModel) mayHaveNoShape() bool {
	return d.DeploymentShape.IsNull() || d.DeploymentShape.IsUnknown() && !d.AcceleratorType.IsNull() &&
		(d.AcceptShapelessRisk.IsUnknown() || d.AcceptShapelessRisk.ValueBool())
}

// changesPlacement reports whether the configured placement is another one, or may be: an unknown attribute counts as a
// change. What the API did not report when the deployment was imported is set without a change.
func changesPlacement(configured, prior types.Object, imported bool) bool {
	if configured.IsNull() || prior.IsNull() && imported {
		return false
	}

	return !attribute.IsWhollyKnown(configured) || !placementMeaning{}.satisfies(prior, configured)
}

// keepState plans the prior value of everything that means the same as before.
func (p *resourcePlan) keepState() {
	shape := p.plan.DeploymentShape
	for _, field := range fieldTable {
		field.set(&p.plan, field.means().Keep(field.get(&p.state), field.get(&p.plan)))
	}

	// A shape is compared with what the platform uses, not with the name in the state.
	p.plan.DeploymentShape = shape
	if shapeSatisfies(shape.ValueString(), p.state.DeploymentShapeVersion.ValueString()) {
		p.plan.DeploymentShape = p.state.DeploymentShape
	}

	p.plan.Tags = keepTags(p.state.Tags, p.plan.Tags)
}

// markUnknown marks the values that only apply can determine.
func (p *resourcePlan) markUnknown(ctx context.Context) {
	shapeChanges := !p.plan.DeploymentShape.Equal(p.state.DeploymentShape)
	hardwareChanges := shapeChanges || !p.config.AcceleratorType.IsNull() &&
		!p.plan.AcceleratorType.Equal(p.state.AcceleratorType)
	waits := p.pending

	for _, field := range fieldTable {
		if field.get(&p.config).IsNull() && !field.get(&p.plan).IsUnknown() &&
			(hardwareChanges && field.hardware || waits && field.get(&p.state).IsNull() &&
				field.name != "deployment_shape") {
			attribute.SetUnknown(ctx, &p.plan, field.name)
		}
	}

	for _, name := range reportedNames {
		if waits && attribute.Value(&p.state, name).IsNull() {
			attribute.SetUnknown(ctx, &p.plan, name)
		}
	}

	if shapeChanges {
		p.plan.DeploymentShapeVersion = types.StringUnknown()
	}

	if waits || p.state.State.ValueString() != fireworks.DeploymentStateReady && p.hasChanges() {
		p.plan.State = types.StringUnknown()
	}
}

// hasChanges reports whether the update changes a field of the deployment, as far as that is known.
func (p *resourcePlan) hasChanges() bool {
	return !p.fullyKnown || len(p.plan.changes(&p.state)) > 0
}
