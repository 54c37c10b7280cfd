// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// ListDataSource lists the deployments of an account.
type ListDataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*ListDataSource)(nil)

func NewListDataSource() datasource.DataSource {
	return &ListDataSource{providerdata.DataSource{TypeName: "deployments", SchemaFunc: listDataSourceSchema}}
}

// listFilter is what a deployment must match; a null argument matches all.
type listFilter struct {
	AccountID types.String `tfsdk:"account_id"`
	BaseModel types.String `tfsdk:"base_model"`
	State     types.String `tfsdk:"state"`
}

// deployments are the arguments and the result of the data source.
type deployments struct {
	listFilter

	Deployments types.List `tfsdk:"deployments"`
}

func listDataSourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the deployments of an account that match all filters, newest first, " +
			"without deleted ones.",
		Attributes: map[string]schema.Attribute{
			"account_id": providerdata.AccountArgument("deployments"),
			"base_model": attribute.OptionalText("The full name of the served model, in any account: `"+
				fireworks.ModelNameForm+"`.",
				attribute.ResourceName(fireworks.ParseModelName)),
			"state": attribute.OptionalText("The state, such as `" + fireworks.DeploymentStateReady + "`."),

			"deployments": attribute.ComputedRows("The deployments.",
				listedDeploymentAttributes()),
		},
	}
}

func listedDeploymentAttributes() map[string]schema.Attribute {
	attributes := dataAttributes()
	attributes["deployment_id"] = attribute.ComputedText("The bare ID of the deployment.")

	return attributes
}

func (d *ListDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config deployments
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)

	listed := providerdata.Deployments.Read(ctx, d.Data, config.AccountID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	listed = providerdata.Filtered(listed, config.matches)
	slices.SortFunc(listed, func(a, b fireworks.Deployment) int {
		return providerdata.NewestFirst(a.CreateTime, b.CreateTime, a.Name, b.Name)
	})

	providerdata.ListState[fireworks.Deployment]{
		Attribute: "deployments", Rows: listed, Values: d.listedValues,
	}.Set(ctx, resp)
}

func (d *ListDataSource) listedValues(deployment fireworks.Deployment) map[string]attr.Value {
	values := dataValues(deployment, d.Data.Client.InferenceBaseURL())
	values["deployment_id"] = types.StringNull()

	if name, err := fireworks.ParseDeploymentName(deployment.Name); err == nil {
		values["deployment_id"] = types.StringValue(name.DeploymentID)
	}

	return values
}

func (f listFilter) matches(deployment fireworks.Deployment) bool {
	return (f.BaseModel.IsNull() || f.BaseModel.ValueString() == deployment.BaseModel) &&
		(f.State.IsNull() || f.State.ValueString() == string(deployment.State))
}
