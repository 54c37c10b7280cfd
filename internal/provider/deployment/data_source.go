// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// DataSource reads a deployment.
type DataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

var nameArgument = providerdata.NameArgument[fireworks.DeploymentName]{
	ObjectNames: providerdata.DeploymentNames,
	Attribute:   "deployment_id",
	NotFound:    diagnostic.SummaryNoSuchDeployment,
	NotRead:     diagnostic.SummaryDeploymentNotRead,
	FindHint: "The data source fireworks_deployments lists the deployments of an account. " +
		"The platform deletes a deployment with min_replica_count 0 after 7 days without traffic.",
}

func NewDataSource() datasource.DataSource {
	return &DataSource{providerdata.DataSource{TypeName: "deployment", SchemaFunc: DataSourceSchema}}
}

func DataSourceSchema() schema.Schema {
	attributes := dataAttributes()
	attributes["deployment_id"] = schema.StringAttribute{
		MarkdownDescription: "The deployment: a bare ID in the provider's account, or a full name, `" +
			fireworks.DeploymentNameForm + "`.",
		Required:   true,
		Validators: []validator.String{attribute.ResourceNameOrID("deployment ID", fireworks.ParseDeploymentName)},
	}

	return schema.Schema{
		MarkdownDescription: "Reads a deployment, with its current number of replicas.",
		Attributes:          attributes,
	}
}

func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	configured, name := nameArgument.Read(ctx, d.Data, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	deployment, err := d.Data.Client.GetDeployment(ctx, name)
	if err != nil {
		nameArgument.AddNotRead(d.Data, &resp.Diagnostics, name, err)
		return
	}

	values := dataValues(deployment, d.Data.Client.InferenceBaseURL())
	values["deployment_id"] = configured

	resp.Diagnostics.Append(providerdata.SetState(ctx, &resp.State, values)...)
}
