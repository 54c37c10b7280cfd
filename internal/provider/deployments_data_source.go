package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deploymentsDataSource lists the deployments of an account.
type deploymentsDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*deploymentsDataSource)(nil)

func newDeploymentsDataSource() datasource.DataSource {
	return &deploymentsDataSource{dataSource{typeName: "deployments", schema: deploymentsSchema}}
}

// deploymentFilter is what a deployment must match; a null argument matches all.
type deploymentFilter struct {
	AccountID types.String `tfsdk:"account_id"`
	BaseModel types.String `tfsdk:"base_model"`
	State     types.String `tfsdk:"state"`
}

// deployments are the arguments and the result of the data source.
type deployments struct {
	deploymentFilter

	Deployments types.List `tfsdk:"deployments"`
}

func deploymentsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the deployments of an account, newest first, without those that are deleted. All filters are optional, " +
			"and a deployment must match all of them. If none does, the list is empty.",
		Attributes: map[string]schema.Attribute{
			"account_id": accountArgument("deployments"),
			"base_model": optionalText("The full name of the model that the deployments serve, `"+fireworks.ModelNameForm+"`.",
				resourceName(fireworks.ParseModelName)),
			"state": optionalText("The state of the deployments, such as `" + fireworks.DeploymentStateReady + "`."),

			"deployments": computedRows("The deployments, newest first; deployments created at the same time are sorted by name.",
				listedDeploymentAttributes()),
		},
	}
}

func listedDeploymentAttributes() map[string]schema.Attribute {
	attributes := deploymentAttributes()
	attributes["deployment_id"] = computedText("The bare ID of the deployment.")

	return attributes
}

func (d *deploymentsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var state deployments
	resp.Diagnostics.Append(req.Config.Get(ctx, &state)...)

	client := d.data.requireClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	listed := d.data.reads.deployments.read(ctx, d.data, state.AccountID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	listed = filtered(listed, state.matches)
	slices.SortFunc(listed, func(a, b fireworks.Deployment) int {
		return newestFirst(a.CreateTime, b.CreateTime, a.Name, b.Name)
	})

	attrTypes := rowTypes(listedDeploymentAttributes())
	rows := make([]attr.Value, len(listed))

	for i, deployment := range listed {
		values := deploymentValues(deployment, client.InferenceBaseURL())
		values["deployment_id"] = types.StringNull()

		if name, err := fireworks.ParseDeploymentName(deployment.Name); err == nil {
			values["deployment_id"] = types.StringValue(name.DeploymentID)
		}

		rows[i] = types.ObjectValueMust(attrTypes, values)
	}

	state.Deployments = types.ListValueMust(types.ObjectType{AttrTypes: attrTypes}, rows)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// matches reports whether the deployment matches all filters.
func (f deploymentFilter) matches(deployment fireworks.Deployment) bool {
	return (f.BaseModel.IsNull() || f.BaseModel.ValueString() == deployment.BaseModel) &&
		(f.State.IsNull() || f.State.ValueString() == string(deployment.State))
}
