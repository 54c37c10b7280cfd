// SPDX-License-Identifier: MPL-2.0

package deployedmodel

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// ListDataSource lists the deployed models of an account.
type ListDataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*ListDataSource)(nil)

var listing = providerdata.Listing[fireworks.DeployedModel]{
	Noun: "deployed models", Summary: diagnostic.SummaryDeployedModelsNotListed,
	List: (*fireworks.Client).ListDeployedModels,
}

func NewListDataSource() datasource.DataSource {
	return &ListDataSource{providerdata.DataSource{TypeName: "deployed_models", SchemaFunc: deployedModelsSchema}}
}

// deployedModelFilter is what a deployed model must match; a null argument matches all.
type deployedModelFilter struct {
	AccountID  types.String `tfsdk:"account_id"`
	Model      types.String `tfsdk:"model"`
	Deployment types.String `tfsdk:"deployment"`
}

// DeployedModels are the arguments and the results of the data source.
type deployedModels struct {
	deployedModelFilter

	State          types.String `tfsdk:"state"`
	DeployedModels types.List   `tfsdk:"deployed_models"`
	Names          types.List   `tfsdk:"names"`
}

func deployedModelsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the models that are loaded onto deployments of an account and match all " +
			"filters, sorted by name.",
		Attributes: map[string]schema.Attribute{
			"account_id": providerdata.AccountArgument("deployed models"),
			"model": attribute.OptionalText("The model: a bare ID in the listed account, or a full name, `"+
				fireworks.ModelNameForm+"`.",
				attribute.ResourceNameOrID("model ID", fireworks.ParseModelName)),
			"deployment": attribute.OptionalText("The deployment: a bare ID in the listed account, or a "+
				"full name, `"+fireworks.DeploymentNameForm+"`.",
				attribute.ResourceNameOrID("deployment ID", fireworks.ParseDeploymentName)),
			"state": attribute.OptionalText("The state, such as `" + fireworks.DeployedModelStateDeployed + "`."),

			"deployed_models": attribute.ComputedRows("The deployed models.",
				deployedModelAttributes()),
			"names": attribute.ComputedTexts("The full names, in the same order."),
		},
	}
}

func deployedModelAttributes() map[string]schema.Attribute {
	attributes := attribute.DataAttributes(reportedAttributes())
	maps.Copy(attributes, map[string]schema.Attribute{
		"deployed_model_id": attribute.ComputedText("The bare ID, which the platform chose."),
		"id":                attribute.ComputedText("The full name, `" + fireworks.DeployedModelNameForm + "`."),
		"name":              attribute.ComputedText("The same as `id`."),
		"account_id":        attribute.ComputedText("The account of the deployed model."),
		"model":             attribute.ComputedText("The full name of the model."),
		"deployment":        attribute.ComputedText("The full name of the deployment."),
		"display_name":      attribute.ComputedText("The display name."),
		"description":       attribute.ComputedText("The description."),
		"default":           attribute.ComputedBool("Whether requests that name only the model go to this deployment."),
		"public":            attribute.ComputedBool("Whether other accounts can send requests."),
		"state":             attribute.ComputedText("The state, such as `" + fireworks.DeployedModelStateDeployed + "`."),
		"create_time":       attribute.ComputedText(attribute.CreateTimeText),
		"inference_model":   attribute.ComputedText(attribute.InferenceModelText),
	})

	return attributes
}

// dataNames are the names of deployedModelAttributes.
var dataNames = slices.Collect(maps.Keys(deployedModelAttributes()))

func (d *ListDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	var config deployedModels
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)

	listed := listing.Read(ctx, d.Data, config.AccountID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	listed = providerdata.SortedByName(providerdata.Filtered(listed, config.matches),
		func(api fireworks.DeployedModel) string { return api.Name })

	names := make([]string, len(listed))
	for i, api := range listed {
		names[i] = api.Name
	}

	providerdata.ListState[fireworks.DeployedModel]{
		Attribute: "deployed_models", Rows: listed, Values: deployedModelValues,
		Others: map[string]attr.Value{"names": attribute.StringList(names)},
	}.Set(ctx, resp)
}

// matches reports whether the deployed model has a valid name and matches all filters.
func (m *deployedModels) matches(api fireworks.DeployedModel) bool {
	_, err := fireworks.ParseDeployedModelName(api.Name)

	return err == nil && m.deployedModelFilter.matches(api) &&
		(m.State.IsNull() || m.State.ValueString() == string(api.State))
}

func (f deployedModelFilter) matches(api fireworks.DeployedModel) bool {
	account, _, _ := strings.Cut(api.Name, "/deployedModels/")

	return isNamed(f.Model, account+"/models/", api.Model) &&
		isNamed(f.Deployment, account+"/deployments/", api.Deployment)
}

// isNamed reports whether a filter, if it is set, is the name or, without the prefix, the ID in it.
func isNamed(filter types.String, prefix, name string) bool {
	return filter.IsNull() || filter.ValueString() == name || prefix+filter.ValueString() == name
}

// deployedModelValues returns the values of a deployed model with a valid name.
func deployedModelValues(api fireworks.DeployedModel) map[string]attr.Value {
	name, _ := fireworks.ParseDeployedModelName(api.Name)

	model := imported(name)
	model.Refresh(api)

	values := attribute.Values(&model, dataNames)
	values["deployed_model_id"] = types.StringValue(name.DeployedModelID)
	values["inference_model"] = types.StringValue(api.Model + "#" + api.Deployment)

	return values
}
