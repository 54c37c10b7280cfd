package provider

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deploymentDataSource reads a deployment.
type deploymentDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*deploymentDataSource)(nil)

func newDeploymentDataSource() datasource.DataSource {
	return &deploymentDataSource{dataSource{typeName: "deployment"}}
}

func (d *deploymentDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = deploymentDataSourceSchema()
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
		MarkdownDescription: "Reads a deployment, with the number of replicas that it has at present.",
		Attributes:          attributes,
	}
}

func (d *deploymentDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	attribute := path.Root("deployment_id")

	var configured types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, attribute, &configured)...)

	client := d.data.requireClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	name := d.deploymentName(ctx, configured.ValueString(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	deployment, err := client.GetDeployment(ctx, name)
	if err != nil {
		addDeploymentDataNotRead(&resp.Diagnostics, attribute, name, err)
		return
	}

	values := deploymentValues(deployment, client.InferenceBaseURL())
	maps.Copy(values, map[string]attr.Value{"deployment_id": configured})
	resp.Diagnostics.Append(setState(ctx, &resp.State, values)...)
}

// deploymentName returns the full name of a deployment that is configured by its full name or its bare ID.
func (d *deploymentDataSource) deploymentName(ctx context.Context, configured string, diags *diag.Diagnostics) fireworks.DeploymentName {
	if strings.Contains(configured, "/") {
		name, err := fireworks.ParseDeploymentName(configured)
		if err != nil {
			diags.AddAttributeError(path.Root("deployment_id"), summaryInvalidResourceName, err.Error())
		}

		return name
	}

	account := d.data.accountID(ctx, types.StringNull(), fmt.Sprintf("The bare deployment ID %q", configured), diags)

	return fireworks.DeploymentName{AccountID: account, DeploymentID: configured}
}

// addDeploymentDataNotRead reports why a deployment that the configuration names could not be read.
func addDeploymentDataNotRead(diags *diag.Diagnostics, attribute path.Path, name fireworks.DeploymentName, err error) {
	switch fireworks.StatusOf(err) {
	case http.StatusNotFound:
		addAPIError(diags, attribute, summaryNoSuchDeployment, apiDetail(fmt.Sprintf("The deployment %s does not exist.", name), err,
			"Check the name and the account in it; the data source fireworks_deployments lists the deployments of an account. "+
				"The platform deletes a deployment with min_replica_count 0 after 7 days without traffic."))

	case http.StatusForbidden:
		addAPIError(diags, attribute, summaryDeploymentNotRead, apiDetail(fmt.Sprintf("The deployment %s could not be read.", name), err,
			"The account of the API key neither owns nor sees this deployment. Check the account in the name."))

	default:
		addAPIError(diags, attribute, summaryDeploymentNotRead, apiDetail(fmt.Sprintf("The deployment %s could not be read.", name), err, ""))
	}
}
