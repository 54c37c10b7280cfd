package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// ImportState takes over a model by its full name, its bare ID, or its identity.
func (r *promotedModelResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client := r.data.requireClient(&resp.Diagnostics)
	if client == nil {
		return
	}

	name, diags := r.importedName(ctx, req)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	imported := promotedModel{
		OutputModelID:  types.StringValue(name.ModelID),
		DeletionPolicy: types.StringValue(deletionPolicyDelete),
		PEFTDetails:    types.ObjectNull(peftDetailsTypes),
		Timeouts:       noTimeouts(),
	}
	imported.setName(name)
	resp.Diagnostics.Append(resp.State.Set(ctx, imported)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityOf(name))...)
}

func (r *promotedModelResource) importedName(ctx context.Context, req resource.ImportStateRequest) (fireworks.ModelName, diag.Diagnostics) {
	var diags diag.Diagnostics

	id := req.ID
	if id == "" && req.Identity != nil {
		var identity promotedModelIdentity
		diags.Append(req.Identity.Get(ctx, &identity)...)
		id = fireworks.ModelName{AccountID: identity.AccountID.ValueString(), ModelID: identity.ModelID.ValueString()}.String()
	}

	if !strings.Contains(id, "/") && fireworks.ValidateID("model ID", id) == nil {
		account, err := r.data.client.AccountID(ctx)
		if err != nil {
			summary := accountSummary(err, summaryModelNotRead)
			addAPIError(
				&diags,
				path.Empty(),
				summary,
				fmt.Sprintf("The model %q is named without its account, and the account could not be determined.", id),
				err,
				"",
			)

			return fireworks.ModelName{}, diags
		}

		return fireworks.ModelName{AccountID: account, ModelID: id}, diags
	}

	name, err := fireworks.ParseModelName(id)
	if err != nil {
		diags.AddError(summaryInvalidImportID, err.Error()+" A bare model ID will do as well, for a model in the account of the provider.")
	}

	return name, diags
}

func noTimeouts() timeouts.Value {
	return timeouts.Value{
		Object: types.ObjectNull(map[string]attr.Type{"create": types.StringType, "update": types.StringType, "delete": types.StringType}),
	}
}
