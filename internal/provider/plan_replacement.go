package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// replacedKey is the key of the replacedObject in the private state that the first plan of a replacement passes to the second.
const replacedKey = "replaced"

// replacedObject is what a replacement destroys.
type replacedObject struct {
	managedObject
	// Checked is set when the checks were run in the first plan.
	Checked bool
	// NeedsAccount is set if the new object is in the account of the API key, which must be known before the old one is deleted.
	NeedsAccount bool
}

var ()

// isApplying reports whether the plan is probably the one that Terraform makes during an apply, right before it creates or updates
// something. OpenTofu does not say so. Then the checks were made before, or are made by the request itself.
func isApplying(req resource.ModifyPlanRequest) bool { return req.ClientCapabilities.DeferralAllowed }

// creation is a plan that creates an object, as a new one or in place of one that it deletes.
type creation struct {
	kind objectKind
	// name is the full name of the object, id its last part; empty if they are not known.
	name, id string
	// deletionPolicy is the planned one.
	deletionPolicy string
	// needsAccount is set if the object is created in the account of the API key.
	needsAccount bool
	// unknown are the arguments that cannot be checked yet.
	unknown []string
	// check runs the checks. The object called replaced is deleted before, "" if there is none.
	check func(ctx context.Context, replaced string) diag.Diagnostics
}

// keepsID reports whether the creation needs the ID of the old object, so that the plan deletes that first.
func (c creation) keepsID(old managedObject) bool {
	return c.name == old.Name || c.name == "" && c.id != "" && strings.HasSuffix(old.Name, "/"+c.id)
}

// checkCreation runs the checks of a plan without prior state: of a new object, of the create half of a replacement, or of a
// tainted resource. A destroy starts with the same plan, so findings about an object that never became usable are warnings, as are
// those about an object that the refresh has just found to be missing.
func (d *providerData) checkCreation(ctx context.Context, c creation, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	replaced, isReplacement := loadPrivate[replacedObject](ctx, req.Private, replacedKey)

	var tainted *managedObject

	if c.name != "" {
		var found planConflict
		if tainted, found = d.plans.create(c.name, replaced.Name); found != noConflict {
			resp.Diagnostics.Append(c.kind.conflict(found, c.name)...)
			return
		}
	}

	switch {
	case isApplying(req) || replaced.Checked:
	case isReplacement:
		resp.Diagnostics.Append(d.checkReplacement(ctx, c, replaced.managedObject)...)
	case tainted != nil:
		// The deletion gets this private state, and no other.
		resp.Diagnostics.Append(savePrivate(ctx, resp.Private, replacedKey, replacedObject{*tainted, true, c.needsAccount})...)

		if tainted.NeverUsable {
			resp.Diagnostics.Append(asWarnings(c.check(ctx, tainted.Name))...)
		} else {
			resp.Diagnostics.Append(d.checkReplacement(ctx, c, *tainted)...)
		}
	default:
		findings := c.check(ctx, "")
		if d.plans.isMissing(c.name) {
			findings = asWarnings(findings)
		}

		resp.Diagnostics.Append(findings...)
	}
}

// planReplacement runs the checks of a plan that requires a replacement, and warns if that deletes the old object first.
func (d *providerData) planReplacement(ctx context.Context, c creation, old managedObject) diag.Diagnostics {
	diags := d.checkReplacement(ctx, c, old)

	if !diags.HasError() && c.keepsID(old) && !old.NeverUsable {
		diags.AddAttributeWarning(path.Root(c.kind.idArgument), summaryDeletedFirst, fmt.Sprintf(
			"The %s %s is replaced under its name, so it is deleted first, and nothing serves in its place until the new one is ready.\n\n"+
				"To keep serving, choose another %s and set create_before_destroy, which is not possible with an unchanged one.",
			old.Noun, old.Name, c.kind.idArgument))
	}

	if !diags.HasError() && !c.keepsID(old) {
		diags.Append(d.warnDeletedBehindRouter(old)...)
	}

	return diags
}

// checkReplacement runs the checks of a plan that replaces the old object.
func (d *providerData) checkReplacement(ctx context.Context, c creation, old managedObject) diag.Diagnostics {
	diags := c.checkPolicy(old)
	if diags.HasError() {
		return diags
	}

	if !c.keepsID(old) || old.NeverUsable {
		return withHint(c.check(ctx, old.Name), destroyInsteadHint)
	}

	if d.requireClient(&diags) == nil {
		return withHint(diags, destroyInsteadHint)
	}

	diags.Append(requireChecked(c.check(ctx, old.Name), fmt.Sprintf(
		"The plan would delete the %s %s before this is known. Try again, or use another %s.", old.Noun, old.Name, c.kind.idArgument))...)

	if len(c.unknown) > 0 {
		diags.AddAttributeWarning(path.Root(c.unknown[0]), summaryReplacementNotChecked, fmt.Sprintf(
			"The %s %s is deleted before its replacement can be checked, because the value of %s is not known until apply.\n\n"+
				"To be safe, use another %s.", old.Noun, old.Name, strings.Join(c.unknown, ", "), c.kind.idArgument))
	}

	return withHint(diags, destroyInsteadHint)
}

// checkPolicy returns an error if the old object must not be destroyed, or keeps the ID that the new one needs.
func (c creation) checkPolicy(old managedObject) diag.Diagnostics {
	prevented := old
	if c.deletionPolicy == deletionPolicyPrevent {
		prevented.DeletionPolicy = deletionPolicyPrevent
	}

	diags := prevented.checkDestroy()

	switch attribute := path.Root(c.kind.idArgument); {
	case diags.HasError() || old.NeverUsable || !c.keepsID(old):
	case old.DeletionPolicy == deletionPolicyAbandon:
		diags.AddAttributeError(attribute, summaryAbandonKeepsID, fmt.Sprintf(
			"Replacing the %s %s leaves the old one on the platform, because its deletion_policy is %s, so its ID remains taken.\n\n"+
				"Choose another %s, or set deletion_policy to %s and apply that change first.\n\n%s",
			old.Noun, old.Name, deletionPolicyAbandon, c.kind.idArgument, deletionPolicyDelete, destroyInsteadHint))
	case old.SoftDelete:
		diags.AddAttributeError(attribute, summarySoftDeleteKeepsID, fmt.Sprintf(
			"Replacing the %s %s leaves the old one restorable, because its soft_delete is true, so its ID remains reserved "+
				"for about 7 days.\n\nChoose another %s, or set soft_delete to false and apply that change first.\n\n%s",
			old.Noun, old.Name, c.kind.idArgument, destroyInsteadHint))
	}

	return diags
}

// addAccountUnknown reports that the account of what is to be created is not known where the plan must know it.
func (d *providerData) addAccountUnknown(diags *diag.Diagnostics, what string, err error) {
	d.addAPIError(diags, path.Root("account_id"), summaryAccountUnknown, what+" needs an account, and none is configured.", err,
		joinParagraphs(remedy(err), destroyInsteadHint))
}

// requireAccount reports whether the account of the object that replaces a deleted one is known, if it needs one.
func (d *providerData) requireAccount(ctx context.Context, private privateReader, diags *diag.Diagnostics) bool {
	if replaced, _ := loadPrivate[replacedObject](ctx, private, replacedKey); replaced.NeedsAccount {
		d.accountID(ctx, path.Root("account_id"), "The replacement of "+replaced.Noun+" "+replaced.Name, diags)
	}

	return !diags.HasError()
}

// existingHint is for an object that exists although its resource, as far as the provider can see, does not manage it. Importing the
// object that is being replaced would have Terraform delete it.
func existingHint(kind objectKind) string {
	return fmt.Sprintf("If this resource manages the %s already and is being replaced or tainted, do not import it: choose another %s, "+
		"which create_before_destroy needs, or remove the old entry with terraform state rm first. A tainted resource needs a plan that "+
		"refreshes, without -refresh=false. If the resource was renamed, add a moved block.", kind.noun, kind.idArgument)
}

// planDestroy returns an error if the deletion policy, or another resource, prevents that the object is destroyed.
func (d *providerData) planDestroy(kind objectKind, object managedObject) diag.Diagnostics {
	diags := kind.conflict(d.plans.destroy(object.Name), object.Name)
	if diags.HasError() {
		return diags
	}

	diags = object.checkDestroy()
	if !diags.HasError() {
		diags.Append(d.warnDeletedBehindRouter(object)...)
	}

	return diags
}

// warnDeletedBehindRouter records that the plan deletes the object, and warns if a router that the plan keeps sends it
// requests.
func (d *providerData) warnDeletedBehindRouter(object managedObject) (diags diag.Diagnostics) {
	if object.DeletionPolicy == deletionPolicyAbandon {
		return nil
	}

	if router := d.plans.remove(object.Name); router != "" {
		addDeletedBehindRouter(&diags, path.Root("deployment_id"), object.Name, router)
	}

	return diags
}

// addDeletedBehindRouter warns about a deployment that may be deleted before the router stops sending requests to it.
// Terraform does not tell providers the order.
func addDeletedBehindRouter(diags *diag.Diagnostics, attribute path.Path, deployment, router string) {
	diags.AddAttributeWarning(attribute, summaryDeletedBehindRouter, fmt.Sprintf(
		"This plan deletes deployment %s, to which router %s still sends requests.\n\n"+
			"If the deployment has create_before_destroy and the router refers to it, ignore this warning: Terraform then updates the "+
			"router first. Otherwise requests fail between the deletion and the update. To avoid that, remove the deployment from the "+
			"router and apply, and delete it afterwards; or set create_before_destroy and apply that change first.",
		deployment, router))
}

// planKeep returns an error if another resource is to create or to destroy the object, which this resource manages.
func (d *providerData) planKeep(kind objectKind, object managedObject) diag.Diagnostics {
	return kind.conflict(d.plans.keep(object.Name), object.Name)
}

// conflict returns the error about two plans that exclude each other. It is the same whichever of the two comes second.
func (k objectKind) conflict(found planConflict, name string) (diags diag.Diagnostics) {
	object := k.noun + " " + name
	summary, detail := k.exists, ""

	switch found {
	case noConflict:
		return nil
	case conflictManaged:
		detail = fmt.Sprintf("One resource of this configuration manages the %s, and another one is to create it.\n\n"+
			"Choose another %s for the other resource, or remove one of the two. If it is one resource under a new name, "+
			"add a moved block instead.", object, k.idArgument)
	case conflictRenamed:
		detail = fmt.Sprintf("This plan would destroy the %s and create it in another resource, which cannot work.\n\n"+
			"If the resource was renamed, or its key in for_each or its index in count changed, add a moved block, which destroys nothing. "+
			"If the object to destroy is a deposed one that an earlier apply left, remove the resource with terraform state rm, which "+
			"deletes nothing, and import the %s. Otherwise choose another %s.", object, k.noun, k.idArgument)
	case conflictDeposed:
		summary = summaryDestroyManaged
		detail = fmt.Sprintf("This plan would destroy the %s, which a resource of this configuration manages and keeps. "+
			"The state contains it twice, for example as a deposed object that an earlier apply left.\n\n"+
			"Remove the entry to destroy with terraform state rm, which deletes nothing. For a deposed object that removes the "+
			"whole resource: import it afterwards.", object)
	case conflictTwice:
		summary = summaryPlannedTwice
		detail = fmt.Sprintf("Two resources of this configuration are to create the %s.\n\n"+
			"If these are two resources with one ID, choose another %s for one of them, or remove it. If one of them manages the object "+
			"already and is tainted, the other one must have another %s; if it is the same resource under a new name, add a moved block "+
			"instead.", object, k.idArgument, k.idArgument)
	}

	diags.AddAttributeError(path.Root(k.idArgument), summary, joinParagraphs(detail, destroyInsteadHint))

	return diags
}
