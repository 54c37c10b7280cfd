package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deploymentListResource lists the deployments of an account for terraform query.
type deploymentListResource struct{ listResource }

var _ list.ListResourceWithConfigure = (*deploymentListResource)(nil)

func newDeploymentListResource() list.ListResource {
	return &deploymentListResource{listResource{typeName: deploymentType, schema: deploymentListSchema}}
}

func deploymentListSchema() listschema.Schema {
	return listschema.Schema{
		MarkdownDescription: "Lists the deployments of an account, sorted by name, without those that are deleted. " +
			"Requires Terraform 1.14.",
		Attributes: map[string]listschema.Attribute{
			"account_id": listAccount("deployments"),
			"base_model": listFilter("The full name of the model that the deployments serve, "+
				"`"+fireworks.ModelNameForm+"`.",
				resourceName(fireworks.ParseModelName)),
			"state": listFilter("The state of the deployments, such as `" + fireworks.DeploymentStateReady + "`."),
		},
	}
}

func (l *deploymentListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter deploymentFilter

	diags := l.configure(ctx, req, &filter)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	all := l.data.reads.deployments.read(ctx, l.data, filter.AccountID, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	all = filtered(all, func(api fireworks.Deployment) bool {
		deleted := api.State == fireworks.DeploymentStateDeleted || api.State == fireworks.DeploymentStateDeleting

		return !deleted && filter.matches(api)
	})
	all = sortedByName(all, func(api fireworks.Deployment) string { return api.Name })

	stream.Results = results(ctx, req, all, l.listed)
}

func (l *deploymentListResource) listed(api fireworks.Deployment) (listed, error) {
	name, err := fireworks.ParseDeploymentName(api.Name)
	if err != nil {
		return listed{}, err
	}

	state := importedDeployment(name, l.data.client)
	state.refresh(api)

	if api.DeploymentShape == "" {
		// The API does not report that the risk was accepted. Without a shape it was.
		state.AcceptShapelessRisk = types.BoolValue(true)
	} else {
		// The shape determines the hardware, so a generated configuration leaves it out.
		state.AcceleratorType, state.Precision = types.StringNull(), types.StringNull()
		state.AcceleratorCount = types.Int64Null()
	}

	return listed{displayName: name.DeploymentID, identity: deploymentNames.identity(name), state: state}, nil
}

// importedDeployment returns the state of a deployment that is imported, before it is read.
func importedDeployment(name fireworks.DeploymentName, client *fireworks.Client) deployment {
	imported := deployment{
		DeletionPolicy:    types.StringValue(deletionPolicyDelete),
		ForceDestroy:      types.BoolValue(false),
		SoftDelete:        types.BoolValue(false),
		AutoscalingPolicy: types.ObjectNull(autoscalingPolicyTypes),
		Placement:         types.ObjectNull(placementTypes),
		Tags:              stringMap(nil),
		Timeouts:          noTimeouts(),
	}
	imported.setName(name, client)

	return imported
}
