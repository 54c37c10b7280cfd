package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deploymentDataSource reads a deployment.
type deploymentDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*deploymentDataSource)(nil)

var deploymentArgument = nameArgument[fireworks.DeploymentName]{
	objectNames: deploymentNames,
	attribute:   "deployment_id",
	notFound:    summaryNoSuchDeployment,
	notRead:     summaryDeploymentNotRead,
	findHint: "The data source fireworks_deployments lists the deployments of an account. " +
		"The platform deletes a deployment with min_replica_count 0 after 7 days without traffic.",
}

func newDeploymentDataSource() datasource.DataSource {
	return &deploymentDataSource{dataSource{typeName: "deployment", schema: deploymentDataSourceSchema}}
}

func deploymentDataSourceSchema() schema.Schema {
	attributes := deploymentAttributes()
	attributes["deployment_id"] = schema.StringAttribute{
		MarkdownDescription: "The deployment: a bare ID for a deployment in the account of the provider, or its full name, `" +
			fireworks.DeploymentNameForm + "`.",
		Required:   true,
		Validators: []validator.String{resourceNameOrID("deployment ID", fireworks.ParseDeploymentName)},
	}

	return schema.Schema{
		MarkdownDescription: "Reads a deployment, with its current number of replicas.",
		Attributes:          attributes,
	}
}

func (d *deploymentDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	configured, name := deploymentArgument.read(ctx, d.data, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	deployment, err := d.data.client.GetDeployment(ctx, name)
	if err != nil {
		deploymentArgument.addNotRead(d.data, &resp.Diagnostics, name, err)
		return
	}

	values := deploymentValues(deployment, d.data.client.InferenceBaseURL())
	values["deployment_id"] = configured

	resp.Diagnostics.Append(setState(ctx, &resp.State, values)...)
}
