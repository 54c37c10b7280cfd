// SPDX-License-Identifier: MPL-2.0

// Package model has the data sources about models.
package model

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// DataSource reads a model.
type DataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

var nameArgument = providerdata.NameArgument[fireworks.ModelName]{
	ObjectNames: providerdata.ModelNames,
	Attribute:   "name",
	NotFound:    diagnostic.SummaryNoSuchModel,
	NotRead:     diagnostic.SummaryModelNotRead,
	FindHint:    "The data source fireworks_models lists the models of an account.",
}

func NewDataSource() datasource.DataSource {
	return &DataSource{providerdata.DataSource{TypeName: "model", SchemaFunc: DataSourceSchema}}
}

func DataSourceSchema() schema.Schema {
	attributes := dataAttributes()
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "The model: a bare ID in the provider's account, or a full name, `" +
			fireworks.ModelNameForm + "`.",
		Required:   true,
		Validators: []validator.String{attribute.ResourceNameOrID("model ID", fireworks.ParseModelName)},
	}
	attributes["id"] = attribute.ComputedText("The full name, `" + fireworks.ModelNameForm + "`.")
	attributes["deployments"] = attribute.ComputedTexts("The full names of the deployments that serve the model.")

	return schema.Schema{
		MarkdownDescription: "Reads a model: a base model, a promoted model or a LoRA model.",
		Attributes:          attributes,
	}
}

func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	configured, name := nameArgument.Read(ctx, d.Data, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	model, err := d.Data.Client.GetModel(ctx, name)
	if err != nil {
		nameArgument.AddNotRead(d.Data, &resp.Diagnostics, name, err)
		return
	}

	values := dataValues(model)
	values["name"] = configured
	values["id"] = types.StringValue(name.String())
	values["deployments"] = attribute.StringList(model.Deployments)

	resp.Diagnostics.Append(providerdata.SetState(ctx, &resp.State, values)...)
}
