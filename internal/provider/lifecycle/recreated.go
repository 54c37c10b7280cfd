// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// recreatedKey is the key of the recreation that the last refresh found.
const recreatedKey = "recreated"

// recreation is an object that something else deleted and created again: the time in the state, and the new one.
type recreation struct{ Before, Now string }

// IsRecreated reports whether the platform reports another creation than the one whose time the state contains:
// something deleted the object and created another of its name. One time in two spellings is one creation.
func IsRecreated(createTime types.String, reported fireworks.Timestamp) bool {
	known, err := fireworks.ParseTimestamp(createTime.ValueString())
	if err != nil || known.String() == "" || reported.String() == "" {
		return false
	}

	return !known.Time().Equal(reported.Time())
}

// WarnRecreated warns if something else deleted the object and created it again since the state was written;
// createTime is the one in the state. The plan of a destroy, of whose refresh Terraform shows no warnings, repeats it.
func (o Object[T]) WarnRecreated(
	ctx context.Context, resp *resource.ReadResponse, createTime types.String, reported fireworks.Timestamp,
) {
	if !IsRecreated(createTime, reported) {
		if _, marked := LoadPrivate[recreation](ctx, resp.Private, recreatedKey); marked {
			resp.Diagnostics.Append(ClearPrivate(ctx, resp.Private, recreatedKey)...)
		}

		return
	}

	found := recreation{createTime.ValueString(), reported.String()}
	resp.Diagnostics.Append(SavePrivate(ctx, resp.Private, recreatedKey, found)...)
	found.addTo(&resp.Diagnostics, o.Subject.ObjectKind, o.Subject.Name, "A destroy would delete it.",
		o.Subject.Unreported)
}

// warnDestroysRecreated warns about the destroy of an object that the last refresh found created again.
func warnDestroysRecreated(
	ctx context.Context, diags *diag.Diagnostics, kind providerdata.ObjectKind, name string, private PrivateReader,
) {
	if found, ok := LoadPrivate[recreation](ctx, private, recreatedKey); ok {
		found.addTo(diags, kind, name, "This plan deletes it.", "")
	}
}

func (r recreation) addTo(diags *diag.Diagnostics, kind providerdata.ObjectKind, name, deleted, more string) {
	diags.AddWarning(diagnostic.SummaryRecreated, diagnostic.JoinParagraphs(
		fmt.Sprintf("%s %s of this state was created at %s. Something else, such as another workspace or a killed run, "+
			"deleted it and created one of the same name at %s. The state now contains that one. %s",
			diagnostic.SentenceStart(kind.Noun), name, r.Before, r.Now, deleted),
		more,
		"If that was intended, there is nothing to do. If something else manages the new one, remove it from this "+
			"state, which deletes nothing:\n\n"+diagnostic.CommandHint("terraform state rm ", kind.TypeName)))
}
