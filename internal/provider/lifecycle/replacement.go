// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// ReplacedKey is the key of the ReplacedObject in the private state that the first plan of a replacement passes to the
// second.
const ReplacedKey = "replaced"

// ReplacedObject is what a replacement destroys.
type ReplacedObject struct {
	providerdata.ManagedObject
	// Checked is set when the checks were run in the first plan.
	Checked bool
	// NeedsAccount is set if the new object is in the account of the API key, which must be known before the old one is
	// deleted.
	NeedsAccount bool
}

// planReplacement runs the checks of a plan that requires a replacement, and warns if that deletes the old object
// first.
func planReplacement(
	ctx context.Context, d *providerdata.Data, c Creation, old providerdata.ManagedObject,
) diag.Diagnostics {
	diags := checkReplacement(ctx, d, c, old)
	c.warnPolicyUnknown(&diags, old)

	if !diags.HasError() && c.hasID() && c.keepsID(old) && !old.NeverUsable {
		detail := fmt.Sprintf("The %s %s is replaced under its name, so it is deleted first, and nothing serves in "+
			"its place until the new one is ready.\n\n"+
			"To keep serving, choose another %s and set create_before_destroy. With create_before_destroy and the "+
			"unchanged one, the apply fails instead, because the new %s would have to exist beside the old one.",
			old.Noun, old.Name, c.Kind.IDArgument, old.Noun)
		diags.AddAttributeWarning(path.Root(c.Kind.IDArgument), diagnostic.SummaryDeletedFirst,
			diagnostic.JoinParagraphs(detail, c.DeletedFirst))
	}

	switch left := d.Plans.LeftOn(old.Name); {
	case diags.HasError():
	case !c.keepsID(old):
		diags.Append(warnUsers(d, old)...)
	case len(left) > 0:
		addLeftOn(&diags, old.Name, left...)
	}

	return diags
}

// SameNameHint says what a replacement under the same name cannot have. Neither a plan nor a creation sees it.
func SameNameHint(k providerdata.ObjectKind) string {
	return fmt.Sprintf("With create_before_destroy, which a resource also takes over from those that depend on it, the "+
		"replacement fails, because the new %[1]s would have to exist beside the old one. Choose another %[2]s then, "+
		"or remove create_before_destroy for one apply.", k.Noun, k.ChosenBy())
}

// AddReplacesFailed warns about the replacement of an object that never became usable; what says why.
func AddReplacesFailed(diags *diag.Diagnostics, k providerdata.ObjectKind, what string) {
	diags.AddAttributeWarning(path.Root("state"), k.ReplacesFailed, what+"\n\n"+SameNameHint(k))
}

// checkReplacement runs the checks of a plan that replaces the old object.
func checkReplacement(
	ctx context.Context, d *providerdata.Data, c Creation, old providerdata.ManagedObject,
) diag.Diagnostics {
	diags := c.checkPolicy(old)
	if diags.HasError() {
		return diags
	}

	if c.isIDUnknown() && !old.NeverUsable {
		diags.AddAttributeWarning(path.Root(c.Kind.IDArgument), diagnostic.SummaryReplacementNotChecked, fmt.Sprintf(
			"The %s %s is replaced, and its new %s is not known until apply, so the replacement cannot be checked. "+
				"Without create_before_destroy, the old one is deleted first.\n\n"+
				"To be safe, use a value that the plan knows.", old.Noun, old.Name, c.Kind.IDArgument))
	}

	if !c.keepsID(old) || old.NeverUsable {
		findings := c.Check(ctx, old.Name)
		if !old.NeverUsable && !isAbandoned(old) && providerdata.IsUnchecked(findings) {
			diags.AddAttributeWarning(path.Root(c.Kind.IDArgument), diagnostic.SummaryReplacementNotChecked,
				fmt.Sprintf("The %s %s is replaced, and whether the new one can be created could not be checked. "+
					"Without create_before_destroy, the old one is deleted first, and nothing takes its place if the "+
					"creation fails.\n\n"+
					"Set create_before_destroy, or plan again when the check is possible.", old.Noun, old.Name))
		}

		return append(diags, diagnostic.WithHint(findings, diagnostic.DestroyInsteadHint)...)
	}

	if !d.RequireClient(&diags) {
		return diagnostic.WithHint(diags, diagnostic.DestroyInsteadHint)
	}

	diags.Append(providerdata.RequireChecked(c.Check(ctx, old.Name), fmt.Sprintf(
		"The plan would delete the %s %s before this is known. Try again, or use another %s with "+
			"create_before_destroy.", old.Noun, old.Name, c.Kind.IDArgument))...)

	if len(c.Unknown) > 0 {
		diags.AddAttributeWarning(path.Root(c.Unknown[0]), diagnostic.SummaryReplacementNotChecked, fmt.Sprintf(
			"The %s %s is deleted before its replacement can be checked, because the value of %s is not known until "+
				"apply.\n\n"+
				"To be safe, use another %s with create_before_destroy.", old.Noun, old.Name,
			strings.Join(c.Unknown, ", "), c.Kind.IDArgument))
	}

	return diagnostic.WithHint(diags, diagnostic.DestroyInsteadHint)
}

// checkPolicy returns an error if the old object must not be destroyed, keeps the ID that the new one needs, or is
// deleted although the plan sets what is to keep it.
func (c Creation) checkPolicy(old providerdata.ManagedObject) diag.Diagnostics {
	diags := checkDestroy(old, c.Because)
	attribute, policy := path.Root(c.Kind.IDArgument), c.DeletionPolicy.ValueString()

	switch {
	case diags.HasError() || old.NeverUsable:
	case policy == DeletionPolicyPrevent && old.DeletionPolicy == DeletionPolicyDelete,
		policy == DeletionPolicyAbandon && !isProtected(old):
		c.addNotApplied(&diags, old, "deletion_policy", policy)
	case c.SoftDelete.ValueBool() && !isProtected(old):
		c.addNotApplied(&diags, old, "soft_delete", "true")
	case !c.keepsID(old):
	case old.DeletionPolicy == DeletionPolicyAbandon:
		diags.AddAttributeError(attribute, diagnostic.SummaryAbandonKeepsID, fmt.Sprintf(
			"Replacing the %s %s leaves the old one on the platform, because its deletion_policy is %s, so its ID "+
				"remains taken.\n\n"+
				"Choose another %s, or set deletion_policy to %s and apply only that change first. %s\n\n%s",
			old.Noun, old.Name, DeletionPolicyAbandon, c.Kind.IDArgument, DeletionPolicyDelete, untaintHint,
			diagnostic.DestroyInsteadHint))
	case old.SoftDelete:
		diags.AddAttributeError(attribute, diagnostic.SummarySoftDeleteKeepsID, fmt.Sprintf(
			"Replacing the %s %s leaves the old one restorable, because its soft_delete is true, so its ID remains "+
				"reserved for about 7 days.\n\n"+
				"Choose another %s, or set soft_delete to false and apply only that change first. %s\n\n%s",
			old.Noun, old.Name, c.Kind.IDArgument, untaintHint, diagnostic.DestroyInsteadHint))
	}

	return diags
}

// addNotApplied reports that the plan sets an argument that is to keep the old object, and deletes that before the
// argument is in the state.
func (c Creation) addNotApplied(diags *diag.Diagnostics, old providerdata.ManagedObject, argument, value string) {
	keep := keepHint(old.Noun, c.Because)
	if keep == "" {
		keep = fmt.Sprintf("If the resource is tainted, terraform untaint keeps the %s.", old.Noun)
	}

	leaves := ""
	if value != DeletionPolicyPrevent {
		leaves = fmt.Sprintf("To leave the old %s there, apply only the change of %s first. %s", old.Noun, argument,
			untaintHint)
	}

	diags.AddAttributeError(path.Root(argument), diagnostic.SummaryProtectionNotApplied, diagnostic.JoinParagraphs(
		fmt.Sprintf("This plan sets %s to %s and replaces the %s %s, which would delete it: a deletion follows the "+
			"value in the state.", argument, value, old.Noun, old.Name),
		keep,
		leaves,
		fmt.Sprintf("To delete the old %s and protect the new one, replace it without this change, and set %s with "+
			"another apply.", old.Noun, argument),
		diagnostic.DestroyInsteadHint))
}

// warnPolicyUnknown warns about a replacement that deletes the old object whatever a value turns out to be.
func (c Creation) warnPolicyUnknown(diags *diag.Diagnostics, old providerdata.ManagedObject) {
	if old.NeverUsable || isProtected(old) {
		return
	}

	var unknown []string
	if c.DeletionPolicy.IsUnknown() {
		unknown = append(unknown, "deletion_policy")
	}

	if c.SoftDelete.IsUnknown() {
		unknown = append(unknown, "soft_delete")
	}

	for _, argument := range unknown {
		diags.AddAttributeWarning(path.Root(argument), diagnostic.SummaryReplacementNotChecked, fmt.Sprintf(
			"The %s %s is replaced, and deleted whatever %s will be: a deletion follows the value in the state.\n\n"+
				"To protect it, use a value that the plan knows, and apply that first.", old.Noun, old.Name, argument))
	}
}

// RequireAccount reports whether there is a client, and the account in which a replacement creates the new object is
// known or not needed.
func RequireAccount(ctx context.Context, d *providerdata.Data, private PrivateReader, diags *diag.Diagnostics) bool {
	if !d.RequireClient(diags) {
		return false
	}

	if replaced, _ := LoadPrivate[ReplacedObject](ctx, private, ReplacedKey); replaced.NeedsAccount {
		d.AccountID(ctx, path.Root("account_id"), "The replacement of "+replaced.Noun+" "+replaced.Name, diags)
	}

	return !diags.HasError()
}

// planDestroy returns an error if the deletion policy, or another resource, does not allow destroying the object.
func planDestroy(
	ctx context.Context, d *providerdata.Data, kind providerdata.ObjectKind, object providerdata.ManagedObject,
	private PrivateReader,
) diag.Diagnostics {
	diags := conflictDiagnostics(kind, d.Plans.Destroy(object.Name), object.Name)
	if diags.HasError() {
		return diags
	}

	diags = checkDestroy(object, nil)
	if diags.HasError() {
		return diags
	}

	if !isAbandoned(object) {
		warnDestroysRecreated(ctx, &diags, kind, object.Name, private)
	}

	return append(diags, warnUsers(d, object)...)
}

// warnUsers records that the plan deletes the object, or leaves it on the platform, and warns about what the plan keeps
// and needs what it deletes: a router that sends it requests, models that are loaded onto it, a deployment that serves
// it.
func warnUsers(d *providerdata.Data, object providerdata.ManagedObject) (diags diag.Diagnostics) {
	if isAbandoned(object) {
		if object.BaseModel != "" && d.Plans.Leave(object.BaseModel, object.Name) {
			addLeftOn(&diags, object.BaseModel, object.Name)
		}

		return diags
	}

	users := d.Plans.Remove(object.Name)
	if users.Router != "" {
		AddDeletedBehindRouter(&diags, path.Root("deployment_id"), object.Name, users.Router)
	}

	if len(users.Loaded) > 0 {
		AddUnloads(&diags, path.Root("deployment_id"), object.Name, users.Loaded...)
	}

	if len(users.Left) > 0 {
		addLeftOn(&diags, object.Name, users.Left...)
	}

	return diags
}

// addLeftOn warns about the deletion of a model that deployments serve which the plan leaves on the platform.
func addLeftOn(diags *diag.Diagnostics, model string, deployments ...string) {
	diags.AddAttributeWarning(path.Root("deletion_policy"), diagnostic.SummaryModelDeployed, fmt.Sprintf(
		"This plan deletes model %s, and leaves deployments of it on the platform, because their deletion_policy is "+
			"%s:\n  %s\n\n"+
			"The platform does not delete a model that is deployed, so the apply will fail. Set deletion_policy to %s "+
			"for the model, too, or to %s for the deployments until they are deleted, and apply only that change first.",
		model, DeletionPolicyAbandon, strings.Join(deployments, "\n  "), DeletionPolicyAbandon, DeletionPolicyDelete))
}

// AddUnloads warns about the deletion of a deployment that unloads models which the plan keeps loaded.
func AddUnloads(diags *diag.Diagnostics, attribute path.Path, deployment string, models ...string) {
	diags.AddAttributeWarning(attribute, diagnostic.SummaryUnloadsModels, fmt.Sprintf(
		"This plan deletes deployment %s. That unloads models which the plan keeps loaded onto it:\n  %s\n\n"+
			"Let the argument deployment of fireworks_deployed_model refer to the name attribute of the deployment "+
			"that is to have them, or remove those resources as well.", deployment, strings.Join(models, "\n  ")))
}

// AddDeletedBehindRouter warns about a deployment that may be deleted before the router stops sending requests to it.
// The provider does not see the order.
func AddDeletedBehindRouter(diags *diag.Diagnostics, attribute path.Path, deployment, router string) {
	diags.AddAttributeWarning(attribute, diagnostic.SummaryDeletedBehindRouter, fmt.Sprintf(
		"This plan deletes deployment %s, to which router %s still sends requests.\n\n"+
			"If the deployment has create_before_destroy and the router refers to it, ignore this warning: Terraform "+
			"then updates the router first, unless the deployment was moved to another address. Otherwise requests "+
			"fail between the deletion and the update. To avoid that, remove the deployment from the router and "+
			"apply, and delete it afterwards; or set create_before_destroy and apply that change first.",
		deployment, router))
}

// planKeep returns an error if another resource is to create or to destroy the object, which this resource manages.
func planKeep(d *providerdata.Data, kind providerdata.ObjectKind, object providerdata.ManagedObject) diag.Diagnostics {
	return conflictDiagnostics(kind, d.Plans.Keep(object.Name), object.Name)
}

// conflictDiagnostics returns the error about two plans that exclude each other. It is the same whichever of the two
// comes second.
func conflictDiagnostics(
	k providerdata.ObjectKind, found providerdata.PlanConflict, name string,
) (diags diag.Diagnostics) {
	object := k.Noun + " " + name
	summary, detail := k.Exists, ""

	switch found {
	case providerdata.NoConflict:
		return nil
	case providerdata.ConflictManaged:
		detail = fmt.Sprintf("One resource of this configuration manages the %s, and another one is to create it.\n\n"+
			"Choose another %s for the other resource, or remove one of the two. If it is one resource under a new "+
			"name, add a moved block instead.", object, k.ChosenBy())
	case providerdata.ConflictRenamed:
		detail = fmt.Sprintf("This plan would destroy the %s and create it in another resource, which cannot "+
			"work.\n\n"+
			"If the resource was renamed, or its key in for_each or its index in count changed, add a moved block, "+
			"which destroys nothing. If the object to destroy is a deposed one that an earlier apply left, and its "+
			"resource has no current object, remove that resource with terraform state rm, which deletes nothing, "+
			"and import the %s. Otherwise choose another %s.", object, k.Noun, k.ChosenBy())
	case providerdata.ConflictRollback:
		detail = fmt.Sprintf("This plan would destroy the %s and create it again in place of another %s, which "+
			"cannot work.\n\n"+
			"If the object to destroy is a deposed one that an earlier apply left, set %s back to that of the "+
			"current object and apply, which deletes only the deposed one. Then change it again. If an index in "+
			"count moved from one object to another, use for_each and add moved blocks. Otherwise choose another %s.",
			object, k.Noun, k.ChosenBy(), k.ChosenBy())
	case providerdata.ConflictDeposed:
		summary = diagnostic.SummaryDestroyManaged
		detail = fmt.Sprintf("This plan would destroy the %s, which a resource of this configuration manages and "+
			"keeps. The state contains it twice, for example as a deposed object that an earlier apply left.\n\n"+
			"Remove the entry to destroy with terraform state rm, which deletes nothing. For a deposed object that "+
			"removes the whole resource: import its current object afterwards.", object)
	case providerdata.ConflictTwice:
		summary = diagnostic.SummaryPlannedTwice
		detail = fmt.Sprintf("Two resources of this configuration are to create the %s.\n\n"+
			"If these are two resources with one ID, choose another %s for one of them, or remove it. If one of them "+
			"manages the object already and is tainted, the other one must have another %s; if it is the same "+
			"resource under a new name, add a moved block instead.", object, k.ChosenBy(), k.ChosenBy())
	}

	diags.AddAttributeError(path.Root(k.IDArgument), summary,
		diagnostic.JoinParagraphs(detail, diagnostic.DestroyPlanHint))

	return diags
}
