// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"fmt"
	"strings"

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

// Managed returns the deployment in the state.
func (d *resourceModel) Managed(ctx context.Context, private lifecycle.PrivateReader) providerdata.ManagedObject {
	return providerdata.ManagedObject{
		Noun: "deployment", Name: d.ID.ValueString(), DeletionPolicy: d.DeletionPolicy.ValueString(),
		BaseModel:  d.BaseModel.ValueString(),
		SoftDelete: d.SoftDelete.ValueBool(), NeverUsable: d.neverReady(ctx, private),
	}
}

// resourcePlan is one plan: what is configured, planned, and in the state.
type resourcePlan struct {
	*lifecycle.ResourcePlan[resourceModel]

	// pending is set if an apply must wait for the deployment before it changes anything.
	pending bool
	// fullyKnown is set if the configuration contains no unknown values.
	fullyKnown bool
}

// ModifyPlan reports at plan time what would otherwise fail during apply. No attribute has a plan modifier that
// requires a replacement: here is the only place that decides about it.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	lifecycle.ModifyPlan(ctx, r.Resource, req, resp, r.planCreate, r.planUpdate)
}

// newPlan sets what the configuration leaves to the provider.
func newPlan(ctx context.Context, p *lifecycle.ResourcePlan[resourceModel]) *resourcePlan {
	p.ReadConfig(ctx)
	p.Config.setDefaults()
	p.Plan.MaxReplicaCount = p.Config.MaxReplicaCount
	p.Replaced.NeedsAccount = p.Config.AccountID.IsNull()

	return &resourcePlan{
		ResourcePlan: p,
		pending:      lifecycle.DeploymentStates.IsAwaited(ctx, p.State.State, p.Plan.WaitForInference, p.Req.Private),
		fullyKnown:   p.Req.Config.Raw.IsFullyKnown(),
	}
}

// planCreate plans a new deployment, or the create half of a replacement.
func (r *Resource) planCreate(ctx context.Context, planned *lifecycle.ResourcePlan[resourceModel]) {
	p := newPlan(ctx, planned)
	if p.Config.Tags.IsNull() {
		p.Plan.Tags = types.MapNull(types.StringType)
	}

	check := r.newDeploymentCheck(ctx, p)
	_, isReplacement := lifecycle.LoadPrivate[lifecycle.ReplacedObject](ctx, p.Req.Private, lifecycle.ReplacedKey)
	isNew := !isReplacement && !r.Data.Plans.RefreshedDeployment(check.creation.ID)
	isApplying := lifecycle.IsApplying(p.Req)

	if check.creation.AccountErr != nil && (!isNew || isApplying) {
		check.creation.AddAccountUnknown(r.Data, &p.Resp.Diagnostics)
		return
	}

	if check.creation.Name != "" {
		p.Plan.setName(check.name, r.Data.Client)
		r.Data.Plans.Describe(check.creation.Name, providerdata.PlannedValues{
			BaseModel: p.Config.BaseModel, EnableAddons: p.Config.EnableAddons,
			MaxReplicaCount: p.Config.MaxReplicaCount,
		})
	}

	if !isApplying {
		var cancel context.CancelFunc

		ctx, cancel = r.Data.WithPlanTimeout(ctx)
		defer cancel()
	}

	if isNew {
		p.Resp.Diagnostics.Append(check.planHardware(ctx, &p.Plan, isApplying)...)
	}

	p.CheckCreation(ctx, check.creation)
}

// planUpdate plans an update in place or requires a replacement.
func (r *Resource) planUpdate(ctx context.Context, planned *lifecycle.ResourcePlan[resourceModel]) {
	p := newPlan(ctx, planned)

	replace := p.replacedPaths(lifecycle.HasMark(ctx, p.Req.Private, importedKey))
	replace = append(replace, r.replacedByCircumstances(ctx, p)...)

	p.keepState()
	p.markUnknown(ctx)

	addons := p.Plan.EnableAddons
	if !p.Plan.DeploymentShape.Equal(p.State.DeploymentShape) {
		addons = p.Config.EnableAddons
	}

	r.Data.Plans.Describe(p.Replaced.Name, providerdata.PlannedValues{
		Ready: true, BaseModel: p.Plan.BaseModel, EnableAddons: addons, MaxReplicaCount: p.Plan.MaxReplicaCount,
	})

	if len(replace) == 0 || p.Resp.Diagnostics.HasError() {
		p.Resp.Diagnostics.Append(r.checkChangedHardware(ctx, p)...)
		return
	}

	creation := r.newDeploymentCheck(ctx, p).creation
	if creation.Name == p.Replaced.Name {
		r.Data.Plans.Renew(creation.Name)
	}

	creation.DeletedFirst = p.deletedFirst(r.Data)
	p.RequireReplacement(ctx, creation, replace)
}

// replacedByCircumstances returns the attributes because of which the deployment must be replaced although no argument
// changes.
func (r *Resource) replacedByCircumstances(ctx context.Context, p *resourcePlan) path.Paths {
	state, diags := path.Root("state"), &p.Resp.Diagnostics

	switch {
	case p.State.State.ValueString() == fireworks.DeploymentStateFailed &&
		lifecycle.HasMark(ctx, p.Req.Private, lifecycle.CreatingKey):
		lifecycle.AddReplacesFailed(diags, r.Kind, fmt.Sprintf(
			"The creation of deployment %s failed, so this plan replaces it.", p.State.ID.ValueString()))
	case r.Data.Plans.Replaces(p.State.BaseModel.ValueString()):
		diags.AddAttributeWarning(path.Root("base_model"), diagnostic.SummaryReplacedWithBaseModel,
			fmt.Sprintf(
				"This plan replaces the model %s under its name. The platform does not delete a model that is "+
					"deployed, so deployment %s is replaced as well, and does not serve in the meantime.\n\n"+
					"The guide \"New checkpoint without downtime\" shows how to keep "+
					"serving.", p.State.BaseModel.ValueString(), p.State.ID.ValueString()))
	default:
		return nil
	}

	// Terraform ignores a path whose value does not change.
	p.Plan.State = types.StringUnknown()

	return path.Paths{state}
}

// deletedFirst is what else to know about a plan that deletes the deployment in the state before it creates the new
// one.
func (p *resourcePlan) deletedFirst(data *providerdata.Data) string {
	var refused, loaded string

	if !p.State.ForceDestroy.ValueBool() && p.State.State.ValueString() == fireworks.DeploymentStateReady {
		refused = "The platform refuses the deletion if the deployment received requests within the last hour, " +
			"unless force_destroy = true is applied before this change."
	}

	if models := data.Plans.LoadedOn(p.State.ID.ValueString()); len(models) > 0 {
		loaded = "The deletion unloads models that this plan keeps:\n  " + strings.Join(models, "\n  ") +
			"\n\nApply again afterwards to load them. To load them in the same apply, let the argument deployment of " +
			"fireworks_deployed_model refer to the name attribute of this resource."
	}

	return diagnostic.JoinParagraphs(refused, loaded)
}

// replacedPaths returns the attributes whose change cannot be made in place. An unknown value counts as a change.
func (p *resourcePlan) replacedPaths(imported bool) (paths path.Paths) {
	config, state := &p.Config, &p.State

	paths = attribute.Differing(config, state, "deployment_id", "base_model", "account_id")

	for name, changed := range map[string]bool{
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
	shape := p.Plan.DeploymentShape
	for _, field := range fieldTable {
		field.set(&p.Plan, field.means().Keep(field.get(&p.State), field.get(&p.Plan)))
	}

	// A shape is compared with what the platform uses, not with the name in the state.
	p.Plan.DeploymentShape = shape
	if shapeSatisfies(shape.ValueString(), p.State.DeploymentShapeVersion.ValueString()) {
		p.Plan.DeploymentShape = p.State.DeploymentShape
	}

	p.Plan.Tags = keepTags(p.State.Tags, p.Plan.Tags)
}

// markUnknown marks the values that only apply can determine.
func (p *resourcePlan) markUnknown(ctx context.Context) {
	shapeChanges := !p.Plan.DeploymentShape.Equal(p.State.DeploymentShape)
	hardwareChanges := shapeChanges || !p.Config.AcceleratorType.IsNull() &&
		!p.Plan.AcceleratorType.Equal(p.State.AcceleratorType)
	waits := p.pending

	for _, field := range fieldTable {
		if field.get(&p.Config).IsNull() && !field.get(&p.Plan).IsUnknown() &&
			(hardwareChanges && field.hardware || waits && field.get(&p.State).IsNull() &&
				field.name != "deployment_shape") {
			attribute.SetUnknown(ctx, &p.Plan, field.name)
		}
	}

	for _, name := range reportedNames {
		if waits && attribute.Value(&p.State, name).IsNull() {
			attribute.SetUnknown(ctx, &p.Plan, name)
		}
	}

	if shapeChanges {
		p.Plan.DeploymentShapeVersion = types.StringUnknown()
	}

	if waits || p.State.State.ValueString() != fireworks.DeploymentStateReady && p.hasChanges() {
		p.Plan.State = types.StringUnknown()
	}
}

// hasChanges reports whether the update changes a field of the deployment, as far as that is known.
func (p *resourcePlan) hasChanges() bool {
	return !p.fullyKnown || len(p.Plan.changes(&p.State)) > 0
}
