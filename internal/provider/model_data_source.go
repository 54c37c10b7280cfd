package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// modelDataSource reads a model.
type modelDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*modelDataSource)(nil)

var modelArgument = nameArgument[fireworks.ModelName]{
	objectNames: modelNames,
	attribute:   "name",
	notFound:    summaryNoSuchModel,
	notRead:     summaryModelNotRead,
	findHint:    "The data source fireworks_models lists the models of an account.",
}

func newModelDataSource() datasource.DataSource {
	return &modelDataSource{dataSource{typeName: "model", schema: modelDataSourceSchema}}
}

func modelDataSourceSchema() schema.Schema {
	attributes := modelAttributes()
	attributes["name"] = schema.StringAttribute{
		MarkdownDescription: "The model: its full name, `" + fireworks.ModelNameForm +
			"`, or a bare ID for a model in the account of the provider.",
		Required:   true,
		Validators: []validator.String{resourceNameOrID("model ID", fireworks.ParseModelName)},
	}
	attributes["id"] = computedText("The full name of the model, `" + fireworks.ModelNameForm + "`.")
	attributes["deployments"] = computedTexts("The full names of the deployments that serve the model.")

	return schema.Schema{
		MarkdownDescription: "Reads a model: a base model, a promoted model or a LoRA model.",
		Attributes:          attributes,
	}
}

func (d *modelDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	configured, name := modelArgument.read(ctx, d.data, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	model, err := d.data.client.GetModel(ctx, name)
	if err != nil {
		modelArgument.addNotRead(d.data, &resp.Diagnostics, name, err)
		return
	}

	values := modelValues(model)
	values["name"] = configured
	values["id"] = types.StringValue(name.String())
	values["deployments"] = stringList(model.Deployments)

	resp.Diagnostics.Append(setState(ctx, &resp.State, values)...)
}
