package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// The deletion policies: what destroying the resource does to the object.
const (
	deletionPolicyDelete  = "DELETE"
	deletionPolicyAbandon = "ABANDON"
	deletionPolicyPrevent = "PREVENT"
)

func deletionPolicyAttribute(noun string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "What a destroy does: `" + deletionPolicyDelete + "` deletes the " + noun + ", `" +
			deletionPolicyAbandon + "` leaves it on the platform, `" + deletionPolicyPrevent + "` refuses to " +
			"destroy or replace it. Must be applied before the destroy. Defaults to `" + deletionPolicyDelete + "`.",
		Optional:   true,
		Computed:   true,
		Default:    stringdefault.StaticString(deletionPolicyDelete),
		Validators: []validator.String{stringvalidator.OneOf(deletionPolicyDelete, deletionPolicyAbandon, deletionPolicyPrevent)},
	}
}

// checkDestroy returns an error if the deletion policy prevents that the object is destroyed or replaced.
func (o managedObject) checkDestroy() diag.Diagnostics {
	if o.DeletionPolicy != deletionPolicyPrevent || o.NeverUsable {
		return nil
	}

	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("deletion_policy"), summaryDestroyPrevented, fmt.Sprintf(
		"This would destroy or replace the %s %s, whose deletion_policy is %s.\n\n"+
			"To allow it, set deletion_policy to %s (or to %s, which leaves the %s on the platform), apply only this change, and try again. "+
			"A tainted resource cannot be updated in place: run terraform untaint first.",
		o.Noun, o.Name, deletionPolicyPrevent, deletionPolicyDelete, deletionPolicyAbandon, o.Noun))}
}
