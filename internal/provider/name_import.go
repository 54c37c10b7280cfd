package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// nameImport imports objects of one kind by their full name, their bare ID, or their identity.
type nameImport[N fmt.Stringer] struct {
	// noun is what the object is, such as "model".
	noun string
	// idAttribute is the attribute of the identity beside account_id, such as "model_id".
	idAttribute string
	parse       func(name string) (N, error)
	join        func(accountID, id string) N
	// summary is that of the error when the account of a bare ID cannot be requested.
	summary string
}

// name returns the full name of the object to import.
func (i nameImport[N]) name(ctx context.Context, data *providerData, req resource.ImportStateRequest) (name N, diags diag.Diagnostics) {
	id := req.ID
	if id == "" && req.Identity != nil {
		var accountID, objectID types.String
		diags.Append(req.Identity.GetAttribute(ctx, path.Root("account_id"), &accountID)...)
		diags.Append(req.Identity.GetAttribute(ctx, path.Root(i.idAttribute), &objectID)...)

		id = i.join(accountID.ValueString(), objectID.ValueString()).String()
	}

	if strings.Contains(id, "/") || fireworks.ValidateID(i.noun+" ID", id) != nil {
		name, err := i.parse(id)
		if err != nil {
			diags.AddError(summaryInvalidImportID, fmt.Sprintf("%s The bare ID of a %s in the provider's account is accepted as well.", err, i.noun))
		}

		return name, diags
	}

	accountID, err := data.client.AccountID(ctx)
	if err != nil {
		summary := accountSummary(err, i.summary)
		addAPIError(&diags, path.Empty(), summary, apiDetail(
			fmt.Sprintf("The ID %q does not include the account of the %s, and the account could not be determined.", id, i.noun), err, ""))

		return name, diags
	}

	return i.join(accountID, id), diags
}
