package provider

import (
	"context"
	"fmt"
	"net/http"
	"slices"
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

// modelsDataSource lists the models of an account.
type modelsDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*modelsDataSource)(nil)

func newModelsDataSource() datasource.DataSource {
	return &modelsDataSource{dataSource{typeName: "models"}}
}

// modelFilter is what a model must match; a null argument matches all.
type modelFilter struct {
	AccountID  types.String `tfsdk:"account_id"`
	BaseModel  types.String `tfsdk:"base_model"`
	Kind       types.String `tfsdk:"kind"`
	State      types.String `tfsdk:"state"`
	NamePrefix types.String `tfsdk:"name_prefix"`
	Models     types.List   `tfsdk:"models"`
	Names      types.List   `tfsdk:"names"`
}

func (d *modelsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = modelsSchema()
}

func modelsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the models of an account, newest first. All filters are optional, and a model must match all of them. " +
			"If none does, the lists are empty.",
		Attributes: map[string]schema.Attribute{
			"account_id": accountArgument("models"),
			"base_model": schema.StringAttribute{
				MarkdownDescription: "The full name of the base model, `" + fireworks.ModelNameForm + "`: only LoRA models of it are listed.",
				Optional:            true,
				Validators:          []validator.String{resourceName(fireworks.ParseModelName)},
			},
			"kind": schema.StringAttribute{
				MarkdownDescription: "The kind of the models, such as `HF_BASE_MODEL` or `HF_PEFT_ADDON`.",
				Optional:            true,
			},
			"state": schema.StringAttribute{
				MarkdownDescription: "The state of the models, such as `" + fireworks.ModelStateReady + "`.",
				Optional:            true,
			},
			"name_prefix": schema.StringAttribute{
				MarkdownDescription: "The first characters of the model ID, or of the full name.",
				Optional:            true,
			},
			"models": schema.ListNestedAttribute{
				MarkdownDescription: "The models, newest first; models created at the same time are sorted by name.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: modelAttributes()},
			},
			"names": computedTexts("The full names of the models, in the order of `models`."),
		},
	}
}

func (d *modelsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var filter modelFilter
	resp.Diagnostics.Append(req.Config.Get(ctx, &filter)...)

	if resp.Diagnostics.HasError() || d.data.requireClient(&resp.Diagnostics) == nil {
		return
	}

	account := d.data.accountID(ctx, filter.AccountID, "The list of models", &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	models, err := d.data.listModels(ctx, account)
	if err != nil {
		addAPIError(&resp.Diagnostics, accountPath(filter.AccountID), summaryModelsNotListed,
			fmt.Sprintf("The models of the account %s could not be listed.", account), err, listRemedy(err, account))

		return
	}

	models = filtered(models, filter.matches)
	slices.SortFunc(models, func(a, b fireworks.Model) int { return newestFirst(a.CreateTime, b.CreateTime, a.Name, b.Name) })

	resp.Diagnostics.Append(filter.setModels(models)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, filter)...)
}

// matches reports whether the model matches all filters. The platform documents no filters for models, so all are applied here.
func (f modelFilter) matches(model fireworks.Model) bool {
	baseModel := ""
	if model.PEFTDetails != nil {
		baseModel = model.PEFTDetails.BaseModel
	}

	prefix := f.NamePrefix.ValueString()
	_, id, _ := strings.Cut(model.Name, "/models/")

	return (f.BaseModel.IsNull() || f.BaseModel.ValueString() == baseModel) &&
		(f.Kind.IsNull() || f.Kind.ValueString() == model.Kind) &&
		(f.State.IsNull() || f.State.ValueString() == model.State) &&
		(strings.HasPrefix(id, prefix) || strings.HasPrefix(model.Name, prefix))
}

func (f *modelFilter) setModels(models []fireworks.Model) diag.Diagnostics {
	attrTypes := rowTypes(modelAttributes())
	rows := make([]attr.Value, len(models))
	names := make([]string, len(models))

	for i, model := range models {
		rows[i] = types.ObjectValueMust(attrTypes, modelValues(model))
		names[i] = model.Name
	}

	var diags diag.Diagnostics

	f.Models, diags = types.ListValue(types.ObjectType{AttrTypes: attrTypes}, rows)
	f.Names = stringList(names)

	return diags
}

// accountPath returns the argument to blame when an account cannot be listed.
func accountPath(configured types.String) path.Path {
	if configured.IsNull() {
		return path.Empty()
	}

	return path.Root("account_id")
}

// listRemedy returns the next step after an account could not be listed; empty means the usual one.
func listRemedy(err error, account string) string {
	switch fireworks.StatusOf(err) {
	case http.StatusNotFound:
		return fmt.Sprintf("Check the account ID %q and base_url.", account)
	case http.StatusForbidden:
		return fmt.Sprintf("The API key may not list the account %q. Check account_id, or use a key of that account.", account)
	}

	return ""
}
