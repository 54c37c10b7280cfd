// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"fmt"
	"strings"

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

// checkDestroy returns an error if the deletion policy prevents that the object is destroyed, or replaced because of
// attributes.
func checkDestroy(o providerdata.ManagedObject, because path.Paths) diag.Diagnostics {
	if o.DeletionPolicy != DeletionPolicyPrevent || o.NeverUsable {
		return nil
	}

	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("deletion_policy"),
		diagnostic.SummaryDestroyPrevented, diagnostic.JoinParagraphs(
			fmt.Sprintf("This would destroy or replace the %s %s, whose deletion_policy is %s.", o.Noun, o.Name,
				DeletionPolicyPrevent),
			keepHint(o.Noun, because),
			fmt.Sprintf("To allow it, set deletion_policy to %s (or to %s, which leaves the %s on the platform), apply "+
				"only this change, and try again. If the resource was removed from the configuration, add it again "+
				"for that. %s", DeletionPolicyDelete, DeletionPolicyAbandon, o.Noun, untaintHint)))}
}

// untaintHint is for an argument that is to be applied before a replacement.
const untaintHint = "A tainted resource cannot be updated in place: run terraform untaint first for it, and for those " +
	"that it refers to."

// keepHint names the attributes that require a replacement, which nothing else shows when the plan fails.
func keepHint(noun string, because path.Paths) string {
	if len(because) == 0 {
		return ""
	}

	// An object is replaced because of its state if the model is replaced that it serves.
	if because[0].Equal(path.Root("state")) {
		return fmt.Sprintf("The replacement is required by that of the base model. To keep the %s, undo what replaces the "+
			"model, or run terraform untaint if it is tainted.", noun)
	}

	names := make([]string, len(because))
	for i, attribute := range because {
		names[i] = attribute.String()
	}

	return fmt.Sprintf("The replacement is required by %s. To keep the %s, undo that change, or correct the "+
		"configuration if this plan imports the %s.", strings.Join(names, ", "), noun, noun)
}
