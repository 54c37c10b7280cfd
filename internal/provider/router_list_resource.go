package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// routerListResource lists the routers of an account for terraform query.
type routerListResource struct{ listResource }

var _ list.ListResourceWithConfigure = (*routerListResource)(nil)

func newRouterListResource() list.ListResource {
	return &routerListResource{listResource{typeName: routerType, schema: routerListSchema}}
}

func routerListSchema() listschema.Schema {
	return listschema.Schema{
		MarkdownDescription: "Lists the routers of an account, sorted by name, without those that the platform created for " +
			"deployments. Requires Terraform 1.14.",
		Attributes: map[string]listschema.Attribute{
			"account_id": listAccount("routers"),
			"deployment": listFilter("The full name of a deployment, `"+fireworks.DeploymentNameForm+
				"`: only routers in front of it are listed.", resourceName(fireworks.ParseDeploymentName)),
		},
	}
}

func (l *routerListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var filter struct {
		AccountID  types.String `tfsdk:"account_id"`
		Deployment types.String `tfsdk:"deployment"`
	}

	diags := l.configure(ctx, req, &filter)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	all := l.data.reads.routers.read(ctx, l.data, filter.AccountID, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}

	matching := routers{Deployment: filter.Deployment}
	all = sortedByName(filtered(all, matching.matches), func(api fireworks.Router) string { return api.Name })
	stream.Results = results(ctx, req, all, l.listed)
}

func (l *routerListResource) listed(api fireworks.Router) (listed, error) {
	name, err := fireworks.ParseRouterName(api.Name)
	if err != nil {
		return listed{}, err
	}

	state := importedRouter(name, l.data.client)
	state.refresh(api)

	return listed{displayName: name.RouterID, identity: routerNames.identity(name), state: state}, nil
}
