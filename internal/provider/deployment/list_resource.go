// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// ListResource lists the deployments of an account for terraform query.
type ListResource struct{ providerdata.ListResource }

var _ list.ListResourceWithConfigure = (*ListResource)(nil)

func NewListResource() list.ListResource {
	return &ListResource{providerdata.ListResource{TypeName: providerdata.DeploymentType, Schema: deploymentListSchema}}
}

func deploymentListSchema() listschema.Schema {
	return listschema.Schema{
		MarkdownDescription: "Lists the deployments of an account, sorted by name, without deleted ones. " +
			"Requires Terraform 1.14.",
		Attributes: map[string]listschema.Attribute{
			"account_id": providerdata.ListAccount("deployments"),
			"base_model": providerdata.ListFilter("The full name of the served model, in any account: `"+
				fireworks.ModelNameForm+"`.",
				attribute.ResourceName(fireworks.ParseModelName)),
			"state": providerdata.ListFilter("The state, such as `" + fireworks.DeploymentStateReady + "`."),
		},
	}
}

func (l *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter listFilter

	diags := req.Config.Get(ctx, &filter)

	all := providerdata.Deployments.Read(ctx, l.Data, filter.AccountID, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	all = providerdata.Filtered(all, func(api fireworks.Deployment) bool {
		deleted := api.State == fireworks.DeploymentStateDeleted || api.State == fireworks.DeploymentStateDeleting

		return !deleted && filter.matches(api)
	})
	all = providerdata.SortedByName(all, func(api fireworks.Deployment) string { return api.Name })

	stream.Results = providerdata.Results(ctx, req, all, l.listed)
}

func (l *ListResource) listed(api fireworks.Deployment) (providerdata.Listed, error) {
	name, err := fireworks.ParseDeploymentName(api.Name)
	if err != nil {
		return providerdata.Listed{}, err
	}

	state := imported(name, l.Data.Client)
	state.Refresh(api)

	if api.DeploymentShape == "" {
		// The API does not report that the risk was accepted. Without a shape it was.
		state.AcceptShapelessRisk = types.BoolValue(true)
	} else {
		// The shape determines the hardware, so a generated configuration leaves it out.
		state.AcceleratorType, state.Precision = types.StringNull(), types.StringNull()
		state.AcceleratorCount = types.Int64Null()
	}

	return providerdata.Listed{DisplayName: name.DeploymentID, Identity: providerdata.DeploymentNames.Identity(name),
		State: state}, nil
}

// imported returns the state of a deployment that is imported, before it is read.
func imported(name fireworks.DeploymentName, client *fireworks.Client) resourceModel {
	imported := resourceModel{
		DeletionPolicy:    types.StringValue(lifecycle.DeletionPolicyDelete),
		ForceDestroy:      types.BoolValue(false),
		SoftDelete:        types.BoolValue(false),
		AutoscalingPolicy: types.ObjectNull(autoscalingPolicyTypes),
		Placement:         types.ObjectNull(placementTypes),
		Tags:              attribute.StringMap(nil),
		Timeouts:          lifecycle.NoTimeouts(),
	}
	imported.setName(name, client)

	return imported
}
