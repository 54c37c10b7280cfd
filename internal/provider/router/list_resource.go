// SPDX-License-Identifier: MPL-2.0

package router

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// ListResource lists the routers of an account for terraform query.
type ListResource struct{ providerdata.ListResource }

var _ list.ListResourceWithConfigure = (*ListResource)(nil)

func NewListResource() list.ListResource {
	return &ListResource{providerdata.ListResource{TypeName: providerdata.RouterType, Schema: listResourceSchema}}
}

func listResourceSchema() listschema.Schema {
	return listschema.Schema{
		MarkdownDescription: "Lists the routers of an account, sorted by name, without those that the " +
			"platform created for deployments. Requires Terraform 1.14.",
		Attributes: map[string]listschema.Attribute{
			"account_id": providerdata.ListAccount("routers"),
			"deployment": providerdata.ListFilter("Lists only routers in front of this deployment, a full name: `"+
				fireworks.DeploymentNameForm+"`.", attribute.ResourceName(fireworks.ParseDeploymentName)),
		},
	}
}

func (l *ListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter struct {
		AccountID  types.String `tfsdk:"account_id"`
		Deployment types.String `tfsdk:"deployment"`
	}

	diags := req.Config.Get(ctx, &filter)

	all := listing.Read(ctx, l.Data, filter.AccountID, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	matching := routers{Deployment: filter.Deployment}
	all = providerdata.SortedByName(providerdata.Filtered(all, matching.matches),
		func(api fireworks.Router) string { return api.Name })
	stream.Results = providerdata.Results(ctx, req, all, l.listed)
}

func (l *ListResource) listed(api fireworks.Router) (providerdata.Listed, error) {
	name, err := fireworks.ParseRouterName(api.Name)
	if err != nil {
		return providerdata.Listed{}, err
	}

	state := imported(name, l.Data.Client)
	state.Refresh(api)

	return providerdata.Listed{DisplayName: name.RouterID, Identity: routerNames.Identity(name), State: state}, nil
}
