package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// routerDataSource reads a router.
type routerDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*routerDataSource)(nil)

var routerArgument = nameArgument[fireworks.RouterName]{
	objectNames: routerNames,
	attribute:   "router_id",
	notFound:    summaryNoSuchRouter,
	notRead:     summaryRouterNotRead,
	findHint:    "The data source fireworks_routers lists the routers of an account.",
}

func newRouterDataSource() datasource.DataSource {
	return &routerDataSource{dataSource{typeName: "router", schema: routerDataSourceSchema}}
}

func routerDataSourceSchema() schema.Schema {
	attributes := routerAttributes()
	attributes["router_id"] = schema.StringAttribute{
		MarkdownDescription: "The router: a bare ID for a router in the account of the provider, or its full name, `" +
			fireworks.RouterNameForm + "`.",
		Required:   true,
		Validators: []validator.String{resourceNameOrID("router ID", fireworks.ParseRouterName)},
	}

	return schema.Schema{
		MarkdownDescription: "Reads a router, including one that the platform created for a deployment.",
		Attributes:          attributes,
	}
}

func (d *routerDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	configured, name := routerArgument.read(ctx, d.data, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	router, err := d.data.client.GetRouter(ctx, name)
	if err != nil {
		routerArgument.addNotRead(d.data, &resp.Diagnostics, name, err)
		return
	}

	values := routerValues(name, router, d.data.client.InferenceBaseURL())
	values["router_id"] = configured

	resp.Diagnostics.Append(setState(ctx, &resp.State, values)...)
}
