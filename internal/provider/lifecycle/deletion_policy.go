// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// The deletion policies: what destroying the resource does to the object.
const (
	DeletionPolicyDelete  = "DELETE"
	DeletionPolicyAbandon = "ABANDON"
	DeletionPolicyPrevent = "PREVENT"
)

func DeletionPolicyAttribute(noun string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "What a destroy does: `" + DeletionPolicyDelete + "` deletes the " + noun + ". Once it " +
			"has been ready, `" + DeletionPolicyAbandon + "` leaves it on the platform, and `" + DeletionPolicyPrevent +
			"` refuses to destroy or replace it. Apply it before the destroy. Defaults to `" + DeletionPolicyDelete + "`.",
		Optional: true,
		Computed: true,
		Default:  stringdefault.StaticString(DeletionPolicyDelete),
		Validators: []validator.String{stringvalidator.OneOf(DeletionPolicyDelete, DeletionPolicyAbandon,
			DeletionPolicyPrevent)},
	}
}

// isProtected reports whether destroying the object would not delete it for good.
func isProtected(o providerdata.ManagedObject) bool {
	return o.SoftDelete || o.DeletionPolicy == DeletionPolicyAbandon || o.DeletionPolicy == DeletionPolicyPrevent
}

// isAbandoned reports whether destroying the object leaves it on the platform.
func isAbandoned(o providerdata.ManagedObject) bool {
	return o.DeletionPolicy == DeletionPolicyAbandon && !o.NeverUsable
}

// checkDestroy returns an error if the deletion policy prevents that the object is destroyed or replaced.
func checkDestroy(o providerdata.ManagedObject) diag.Diagnostics {
	if o.DeletionPolicy != DeletionPolicyPrevent || o.NeverUsable {
		return nil
	}

	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("deletion_policy"),
		diagnostic.SummaryDestroyPrevented, fmt.Sprintf(
			"This would destroy or replace the %s %s, whose deletion_policy is %s.\n\n"+
				"To allow it, set deletion_policy to %s (or to %s, which leaves the %s on the platform), apply only "+
				"this change, and try again. A tainted resource cannot be updated in place: run terraform untaint "+
				"first.",
			o.Noun, o.Name, DeletionPolicyPrevent, DeletionPolicyDelete, DeletionPolicyAbandon, o.Noun))}
}
