// SPDX-License-Identifier: MPL-2.0

package providerdata

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// ObjectNames are the names of the objects of one kind.
type ObjectNames[N fmt.Stringer] struct {
	// Noun is what the object is, such as "model".
	Noun string
	// IDAttribute is the attribute of the identity beside account_id, such as "model_id".
	IDAttribute string
	Parse       func(name string) (N, error)
	Join        func(accountID, id string) N
	Split       func(N) (accountID, id string)
	// IDProblems, if set, returns why no object of the kind can have the ID.
	IDProblems func(id string) []string
}

var (
	ModelNames = ObjectNames[fireworks.ModelName]{
		Noun: "model", IDAttribute: "model_id", Parse: fireworks.ParseModelName,
		Join: func(accountID, id string) fireworks.ModelName {
			return fireworks.ModelName{AccountID: accountID, ModelID: id}
		},
		Split: func(n fireworks.ModelName) (string, string) { return n.AccountID, n.ModelID },
	}
	DeploymentNames = ObjectNames[fireworks.DeploymentName]{
		Noun: "deployment", IDAttribute: "deployment_id", Parse: fireworks.ParseDeploymentName,
		Join: func(accountID, id string) fireworks.DeploymentName {
			return fireworks.DeploymentName{AccountID: accountID, DeploymentID: id}
		},
		Split:      func(n fireworks.DeploymentName) (string, string) { return n.AccountID, n.DeploymentID },
		IDProblems: attribute.ResourceIDProblems,
	}
	DeployedModelNames = ObjectNames[fireworks.DeployedModelName]{
		Noun: "deployed model", IDAttribute: "deployed_model_id", Parse: fireworks.ParseDeployedModelName,
		Join: func(accountID, id string) fireworks.DeployedModelName {
			return fireworks.DeployedModelName{AccountID: accountID, DeployedModelID: id}
		},
		Split: func(n fireworks.DeployedModelName) (string, string) { return n.AccountID, n.DeployedModelID },
	}
)

// IdentitySchema is the schema of the resource identity, which Terraform 1.12 and later use.
func (n ObjectNames[N]) IdentitySchema() identityschema.Schema {
	return identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"account_id": identityschema.StringAttribute{Description: "The account of the " + n.Noun + ".",
				RequiredForImport: true},
			n.IDAttribute: identityschema.StringAttribute{Description: "The ID of the " + n.Noun + ".",
				RequiredForImport: true},
		},
	}
}

// Identity returns the value of the resource identity.
func (n ObjectNames[N]) Identity(name N) types.Object {
	accountID, id := n.Split(name)

	return types.ObjectValueMust(
		map[string]attr.Type{"account_id": types.StringType, n.IDAttribute: types.StringType},
		map[string]attr.Value{"account_id": types.StringValue(accountID), n.IDAttribute: types.StringValue(id)},
	)
}

// ToCreate returns the name of the object to create, in the planned account or that of the API key. An error is added to
// diags.
func (n ObjectNames[N]) ToCreate(
	ctx context.Context, data *Data, accountID, id types.String, diags *diag.Diagnostics,
) N {
	account := accountID.ValueString()
	if !attribute.IsKnown(accountID) {
		account = data.AccountID(ctx, path.Root("account_id"), diagnostic.SentenceStart(n.Noun)+" "+id.ValueString(),
			diags)
	}

	return n.Join(account, id.ValueString())
}

// Planned returns the name of the object that a plan creates, and whether it is known; accountErr is why the account of
// the API key is not. That request has a separate time limit: a name that one plan knows must not be unknown in the
// next.
func (n ObjectNames[N]) Planned(
	ctx context.Context, data *Data, accountID, id types.String,
) (name N, known bool, accountErr error) {
	if data.Client == nil || !attribute.IsKnown(id) || accountID.IsUnknown() {
		return name, false, nil
	}

	account := accountID.ValueString()
	if accountID.IsNull() {
		account, accountErr = data.Client.AccountID(ctx)
	}

	return n.Join(account, id.ValueString()), accountErr == nil, accountErr
}

// InState returns the name of the object with the ID in the state, and sets the identity, which Terraform requires even
// if the object does not exist. An error is added to diags.
func (n ObjectNames[N]) InState(
	ctx context.Context, id types.String, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) N {
	name, err := n.Parse(id.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("id"), diagnostic.SummaryInvalidResourceName, fmt.Sprintf("%s\n\n"+
			"Something else changed the state. Remove the resource with terraform state rm, which deletes nothing, and "+
			"import the %s.", err, n.Noun))

		return name
	}

	diags.Append(identity.Set(ctx, n.Identity(name))...)

	return name
}

// Import returns the full name of an object to import, which is given by its full name, its bare ID, or its identity,
// and sets the identity. It reports whether the name is known, otherwise it adds an error.
func (n ObjectNames[N]) Import(
	ctx context.Context, data *Data, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) (N, bool) {
	if !data.RequireClient(&resp.Diagnostics) {
		var none N
		return none, false
	}

	name, diags := n.imported(ctx, data, req)
	resp.Diagnostics.Append(diags...)

	if !diags.HasError() {
		resp.Diagnostics.Append(resp.Identity.Set(ctx, n.Identity(name))...)
	}

	return name, !resp.Diagnostics.HasError()
}

func (n ObjectNames[N]) imported(
	ctx context.Context, data *Data, req resource.ImportStateRequest,
) (name N, diags diag.Diagnostics) {
	id := req.ID
	if id == "" && req.Identity != nil {
		var accountID, objectID types.String
		diags.Append(req.Identity.GetAttribute(ctx, path.Root("account_id"), &accountID)...)
		diags.Append(req.Identity.GetAttribute(ctx, path.Root(n.IDAttribute), &objectID)...)

		id = n.Join(accountID.ValueString(), objectID.ValueString()).String()
	}

	if strings.Contains(id, "/") || fireworks.ValidateID(n.Noun+" ID", id) != nil {
		parsed, err := n.Parse(id)
		if err != nil {
			diags.AddError(diagnostic.SummaryInvalidImportID, fmt.Sprintf("%s The bare ID of a %s in the provider's "+
				"account is accepted as well.", err, n.Noun))

			return parsed, diags
		}

		name = parsed
		_, id = n.Split(name)
	}

	if n.IDProblems != nil {
		for _, problem := range n.IDProblems(id) {
			diags.AddError(diagnostic.SummaryInvalidImportID, fmt.Sprintf("%q is not the ID of a %s. %s", id, n.Noun,
				problem))
		}
	}

	if account, _ := n.Split(name); account != "" || diags.HasError() {
		return name, diags
	}

	return n.inAccount(ctx, data, path.Empty(), id, &diags), diags
}

// inAccount returns the full name of the object with a bare ID in the account of the provider. An error is on the
// attribute.
func (n ObjectNames[N]) inAccount(
	ctx context.Context, data *Data, attribute path.Path, id string, diags *diag.Diagnostics,
) N {
	return n.Join(data.AccountID(ctx, attribute, fmt.Sprintf("The bare %s ID %q", n.Noun, id), diags), id)
}
