package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// This file recognizes that a plan replaces a model, so that the checks of a creation run before the old model is destroyed,
// and do not report the old model as one that is not managed by this resource. Terraform does not say so directly; it sends
//
//	what happens               Read   Plan                                    then
//	update, or no difference   yes    prior state
//	argument that replaces     yes    prior state (we require a replacement)  no prior state, private state of the first plan
//	-replace                   yes    prior state (no difference)             no prior state, private state of the first plan
//	tainted                    yes    no prior state, no private state
//	new resource               no     no prior state, no private state
//	destroy                    yes    no planned state
//	create half, during apply  no     no prior state, no private state; the old model is deleted
//
// Read is missing with -refresh=false. The first plan of a replacement saves what is replaced in the private state.
// A tainted resource differs from a new one only in that its model was refreshed by this process and is never planned with its
// prior state. The plans of different resources are concurrent, so the plan of a new resource that wants the ID of a model in the
// state may come before the plan of the resource that manages the model. It is then taken for the tainted one, and:
//
//   - its model is claimed: a second plan without prior state gets "already exists";
//   - when the managing resource is planned with its prior state after all, that plan fails with "already exists".
//     So a configuration with two resources for one model fails in any order, with a correct statement;
//   - an error about the deletion policy adds what to do if the resource is a new one.
//
// A destroy plan makes no statement about claims: terraform destroy first plans the configuration, tainted resources included.

// replacedKey is the key of the replacedObject in the private state that the first plan of a replacement passes to the second.
const replacedKey = "replaced"

// replacedObject is what a replacement destroys.
type replacedObject struct {
	managedObject
	// Checked is set when the checks were run in the first plan.
	Checked bool
}

// managed returns the model in the state.
func (m promotedModel) managed() managedObject {
	return managedObject{Noun: "model", Name: m.ID.ValueString(), DeletionPolicy: m.DeletionPolicy.ValueString()}
}

// replaces reports whether an argument changes that cannot be changed in place; replaceUnlessImported has the same rule.
func (m promotedModel) replaces(state promotedModel) bool {
	changed := func(planned, prior types.String) bool { return !prior.IsNull() && !planned.Equal(prior) }

	return changed(m.CheckpointName, state.CheckpointName) ||
		changed(m.OutputModelID, state.OutputModelID) ||
		changed(m.BaseModel, state.BaseModel) ||
		changed(m.HotLoadDeploymentID, state.HotLoadDeploymentID) ||
		state.HotLoadDeploymentID.IsNull() && !m.HotLoadDeploymentID.IsNull() && !state.CheckpointName.IsNull()
}

// checkReplacement runs the checks of a plan that replaces the model.
func (r *promotedModelResource) checkReplacement(ctx context.Context, plan promotedModel, replaced managedObject) diag.Diagnostics {
	name, _ := plan.outputModel()

	diags := replaced.checkReplace(plan.DeletionPolicy.ValueString(), name.String(), "output_model_id")
	if diags.HasError() {
		return diags
	}

	return withHint(r.data.checkPromotion(ctx, plan, replaced.Name), destroyInsteadHint)
}

// checkCreation runs the checks of a plan without prior state, which creates a new model or replaces that of a tainted resource.
func (r *promotedModelResource) checkCreation(ctx context.Context, plan promotedModel) diag.Diagnostics {
	name, ok := plan.outputModel()
	if !ok || r.data == nil {
		return r.data.checkPromotion(ctx, plan, "")
	}

	tainted, ok := r.data.refreshed.claimTainted(name.String())
	if !ok {
		return r.data.checkPromotion(ctx, plan, "")
	}

	diags := tainted.checkReplace(plan.DeletionPolicy.ValueString(), name.String(), "output_model_id")
	if diags.HasError() {
		return withHint(diags, "If this resource is new and another one manages the model, choose another output_model_id.")
	}

	return withHint(r.data.checkPromotion(ctx, plan, tainted.Name), destroyInsteadHint)
}
