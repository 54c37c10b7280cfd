package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deployedModelsDataSource lists the deployed models of an account.
type deployedModelsDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*deployedModelsDataSource)(nil)

func newDeployedModelsDataSource() datasource.DataSource {
	return &deployedModelsDataSource{dataSource{typeName: "deployed_models", schema: deployedModelsSchema}}
}

// deployedModelFilter is what a deployed model must match; a null argument matches all.
type deployedModelFilter struct {
	AccountID  types.String `tfsdk:"account_id"`
	Model      types.String `tfsdk:"model"`
	Deployment types.String `tfsdk:"deployment"`
}

// deployedModels are the arguments and the results of the data source.
type deployedModels struct {
	deployedModelFilter

	State          types.String `tfsdk:"state"`
	DeployedModels types.List   `tfsdk:"deployed_models"`
	Names          types.List   `tfsdk:"names"`
}

func deployedModelsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the models that are loaded onto the deployments of an account, sorted by name. " +
			"All filters are optional, and a deployed model must match all of them. If none does, the lists are empty.",
		Attributes: map[string]schema.Attribute{
			"account_id": accountArgument("deployed models"),
			"model": optionalText("The model: a bare ID of a model in the listed account, or a full name, "+
				"`"+fireworks.ModelNameForm+"`.",
				resourceNameOrID("model ID", fireworks.ParseModelName)),
			"deployment": optionalText("The deployment: a bare ID, or a full name, `"+fireworks.DeploymentNameForm+"`.",
				resourceNameOrID("deployment ID", fireworks.ParseDeploymentName)),
			"state": optionalText("The state of the deployed models, such as " +
				"`" + fireworks.DeployedModelStateDeployed + "`."),

			"deployed_models": computedRows("The deployed models, sorted by name.", deployedModelAttributes()),
			"names":           computedTexts("The full names, in the order of `deployed_models`."),
		},
	}
}

func deployedModelAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"deployed_model_id": computedText("The bare ID of the deployed model, which the platform chose."),
		"id":                computedText("The full name, `" + fireworks.DeployedModelNameForm + "`."),
		"name":              computedText("The full name of the deployed model, the same as `id`."),
		"account_id":        computedText("The account of the deployed model."),
		"model":             computedText("The full name of the model."),
		"deployment":        computedText("The full name of the deployment."),
		"display_name":      computedText("The display name of the deployed model."),
		"description":       computedText("The description of the deployed model."),
		"default":           computedBool("Whether requests that name only the model go to this deployment."),
		"public":            computedBool("Whether the deployed model is public."),
		"state":             computedText("The state, such as `" + fireworks.DeployedModelStateDeployed + "`."),
		"create_time":       computedText("The time at which the deployed model was created, RFC 3339."),
		"inference_model":   computedText("The value of `model` in inference requests."),
	}
}

func (d *deployedModelsDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	var state deployedModels
	resp.Diagnostics.Append(req.Config.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() || d.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	listed := d.data.reads.deployedModels.read(ctx, d.data, state.AccountID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	state.set(listed)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// set sets the results.
func (m *deployedModels) set(listed []fireworks.DeployedModel) {
	attrTypes := rowTypes(deployedModelAttributes())
	rows, names := []attr.Value{}, []string{}

	for _, api := range sortedByName(listed, func(api fireworks.DeployedModel) string { return api.Name }) {
		name, err := fireworks.ParseDeployedModelName(api.Name)
		if err != nil || !m.matches(api) || !m.State.IsNull() && m.State.ValueString() != string(api.State) {
			continue
		}

		rows = append(rows, types.ObjectValueMust(attrTypes, deployedModelValues(name, api)))
		names = append(names, name.String())
	}

	m.DeployedModels = types.ListValueMust(types.ObjectType{AttrTypes: attrTypes}, rows)
	m.Names = stringList(names)
}

// matches reports whether the deployed model matches all filters. A bare ID belongs to the account of the deployed
// model.
func (f deployedModelFilter) matches(api fireworks.DeployedModel) bool {
	account, _, _ := strings.Cut(api.Name, "/deployedModels/")

	return isNamed(f.Model, account+"/models/", api.Model) &&
		isNamed(f.Deployment, account+"/deployments/", api.Deployment)
}

// isNamed reports whether a filter, if it is set, is the name or, without the prefix, the ID in it.
func isNamed(filter types.String, prefix, name string) bool {
	return filter.IsNull() || filter.ValueString() == name || prefix+filter.ValueString() == name
}

func deployedModelValues(name fireworks.DeployedModelName, api fireworks.DeployedModel) map[string]attr.Value {
	return map[string]attr.Value{
		"deployed_model_id": types.StringValue(name.DeployedModelID),
		"id":                types.StringValue(name.String()),
		"name":              types.StringValue(name.String()),
		"account_id":        types.StringValue(name.AccountID),
		"model":             stringOrNull(api.Model),
		"deployment":        stringOrNull(api.Deployment),
		"display_name":      stringOrNull(api.DisplayName),
		"description":       stringOrNull(api.Description),
		"default":           types.BoolValue(api.Default),
		"public":            types.BoolValue(api.Public),
		"state":             stringOrNull(api.State),
		"create_time":       stringOrNull(api.CreateTime.String()),
		"inference_model":   types.StringValue(api.Model + "#" + api.Deployment),
	}
}
