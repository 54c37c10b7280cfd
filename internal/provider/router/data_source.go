// SPDX-License-Identifier: MPL-2.0

package router

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

// DataSource reads a router.
type DataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

var nameArgument = providerdata.NameArgument[fireworks.RouterName]{
	ObjectNames: routerNames,
	Attribute:   "router_id",
	NotFound:    diagnostic.SummaryNoSuchRouter,
	NotRead:     diagnostic.SummaryRouterNotRead,
	FindHint:    "The data source fireworks_routers lists the routers of an account.",
}

func NewDataSource() datasource.DataSource {
	return &DataSource{providerdata.DataSource{TypeName: "router", SchemaFunc: dataSourceSchema}}
}

func dataSourceSchema() schema.Schema {
	attributes := dataAttributes()
	attributes["router_id"] = schema.StringAttribute{
		MarkdownDescription: "The router: a bare ID in the provider's account, or a full name, `" +
			fireworks.RouterNameForm + "`.",
		Required:   true,
		Validators: []validator.String{attribute.ResourceNameOrID("router ID", fireworks.ParseRouterName)},
	}

	return schema.Schema{
		MarkdownDescription: "Reads a router, including one that the platform created for a deployment.",
		Attributes:          attributes,
	}
}

func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	configured, name := nameArgument.Read(ctx, d.Data, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	router, err := d.Data.Client.GetRouter(ctx, name)
	if err != nil {
		nameArgument.AddNotRead(d.Data, &resp.Diagnostics, name, err)
		return
	}

	values := dataValues(name, router, d.Data.Client)
	values["router_id"] = configured

	resp.Diagnostics.Append(providerdata.SetState(ctx, &resp.State, values)...)
}
