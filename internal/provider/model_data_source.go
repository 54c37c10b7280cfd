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

// modelDataSource reads a model.
type modelDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*modelDataSource)(nil)

func newModelDataSource() datasource.DataSource {
	return &modelDataSource{dataSource{typeName: "model"}}
}

func (d *modelDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = modelDataSourceSchema()
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
	var configured types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("name"), &configured)...)

	client := d.data.requireClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	name := d.modelName(ctx, configured.ValueString(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	model, err := client.GetModel(ctx, name)
	if err != nil {
		addModelNotRead(&resp.Diagnostics, path.Root("name"), name, err)
		return
	}

	values := modelValues(model)
	maps.Copy(values, map[string]attr.Value{
		"name":        configured,
		"id":          types.StringValue(name.String()),
		"deployments": stringList(model.Deployments),
	})

	resp.Diagnostics.Append(setState(ctx, &resp.State, values)...)
}

// modelName returns the full name of a model that is configured by its full name or its bare ID.
func (d *modelDataSource) modelName(ctx context.Context, configured string, diags *diag.Diagnostics) fireworks.ModelName {
	if strings.Contains(configured, "/") {
		name, err := fireworks.ParseModelName(configured)
		if err != nil {
			diags.AddAttributeError(path.Root("name"), summaryInvalidResourceName, err.Error())
		}

		return name
	}

	account := d.data.accountID(ctx, types.StringNull(), fmt.Sprintf("The bare model ID %q", configured), diags)

	return fireworks.ModelName{AccountID: account, ModelID: configured}
}

// addModelNotRead reports why a model that the configuration names could not be read.
func addModelNotRead(diags *diag.Diagnostics, attribute path.Path, name fireworks.ModelName, err error) {
	switch fireworks.StatusOf(err) {
	case http.StatusNotFound:
		addAPIError(diags, attribute, summaryNoSuchModel, apiDetail(fmt.Sprintf("The model %s does not exist.", name), err,
			"Check the name and the account in it. The data source fireworks_models lists the models of an account."))

	case http.StatusForbidden:
		addAPIError(diags, attribute, summaryModelNotRead, apiDetail(fmt.Sprintf("The model %s could not be read.", name), err,
			"The account of the API key neither owns nor sees this model. Check the account in the name."))

	default:
		addAPIError(diags, attribute, summaryModelNotRead, apiDetail(fmt.Sprintf("The model %s could not be read.", name), err, ""))
	}
}
