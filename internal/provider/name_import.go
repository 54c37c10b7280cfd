package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// objectNames are the names of the objects of one kind.
type objectNames[N fmt.Stringer] struct {
	// noun is what the object is, such as "model".
	noun string
	// idAttribute is the attribute of the identity beside account_id, such as "model_id".
	idAttribute string
	parse       func(name string) (N, error)
	join        func(accountID, id string) N
	split       func(N) (accountID, id string)
}

var (
	modelNames = objectNames[fireworks.ModelName]{
		noun: "model", idAttribute: "model_id", parse: fireworks.ParseModelName,
		join: func(accountID, id string) fireworks.ModelName {
			return fireworks.ModelName{AccountID: accountID, ModelID: id}
		},
		split: func(n fireworks.ModelName) (string, string) { return n.AccountID, n.ModelID },
	}
	deploymentNames = objectNames[fireworks.DeploymentName]{
		noun: "deployment", idAttribute: "deployment_id", parse: fireworks.ParseDeploymentName,
		join: func(accountID, id string) fireworks.DeploymentName {
			return fireworks.DeploymentName{AccountID: accountID, DeploymentID: id}
		},
		split: func(n fireworks.DeploymentName) (string, string) { return n.AccountID, n.DeploymentID },
	}
	deployedModelNames = objectNames[fireworks.DeployedModelName]{
		noun: "deployed model", idAttribute: "deployed_model_id", parse: fireworks.ParseDeployedModelName,
		join: func(accountID, id string) fireworks.DeployedModelName {
			return fireworks.DeployedModelName{AccountID: accountID, DeployedModelID: id}
		},
		split: func(n fireworks.DeployedModelName) (string, string) { return n.AccountID, n.DeployedModelID },
	}
)

// identitySchema is the schema of the resource identity, which Terraform 1.12 and later use.
func (n objectNames[N]) identitySchema() identityschema.Schema {
	return identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"account_id":  identityschema.StringAttribute{Description: "The account of the " + n.noun + ".", RequiredForImport: true},
			n.idAttribute: identityschema.StringAttribute{Description: "The ID of the " + n.noun + ".", RequiredForImport: true},
		},
	}
}

// identity returns the value of the resource identity.
func (n objectNames[N]) identity(name N) types.Object {
	accountID, id := n.split(name)

	return types.ObjectValueMust(
		map[string]attr.Type{"account_id": types.StringType, n.idAttribute: types.StringType},
		map[string]attr.Value{"account_id": types.StringValue(accountID), n.idAttribute: types.StringValue(id)},
	)
}

// imported returns the full name of an object to import, which is given by its full name, its bare ID, or its identity.
func (n objectNames[N]) imported(
	ctx context.Context, data *providerData, req resource.ImportStateRequest,
) (name N, diags diag.Diagnostics) {
	id := req.ID
	if id == "" && req.Identity != nil {
		var accountID, objectID types.String
		diags.Append(req.Identity.GetAttribute(ctx, path.Root("account_id"), &accountID)...)
		diags.Append(req.Identity.GetAttribute(ctx, path.Root(n.idAttribute), &objectID)...)

		id = n.join(accountID.ValueString(), objectID.ValueString()).String()
	}

	if strings.Contains(id, "/") || fireworks.ValidateID(n.noun+" ID", id) != nil {
		name, err := n.parse(id)
		if err != nil {
			diags.AddError(summaryInvalidImportID, fmt.Sprintf("%s The bare ID of a %s in the provider's account is accepted as well.", err, n.noun))
		}

		return name, diags
	}

	return n.inAccount(ctx, data, path.Empty(), id, &diags), diags
}

// inAccount returns the full name of the object with a bare ID in the account of the provider. An error is on the attribute.
func (n objectNames[N]) inAccount(
	ctx context.Context, data *providerData, attribute path.Path, id string, diags *diag.Diagnostics,
) N {
	return n.join(data.accountID(ctx, attribute, fmt.Sprintf("The bare %s ID %q", n.noun, id), diags), id)
}
