package provider

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// modelsDataSource lists the models of an account.
type modelsDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*modelsDataSource)(nil)

func newModelsDataSource() datasource.DataSource {
	return &modelsDataSource{dataSource{typeName: "models", schema: modelsSchema}}
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

func modelsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the models of an account, newest first. All filters are optional, and a model must match all of them. " +
			"If none does, the lists are empty.",
		Attributes: map[string]schema.Attribute{
			"account_id": accountArgument("models"),
			"base_model": optionalText("The full name of the base model, `"+fireworks.ModelNameForm+"`: only LoRA models of it are listed.",
				resourceName(fireworks.ParseModelName)),
			"kind":  optionalText("The kind of the models, such as `HF_BASE_MODEL` or `HF_PEFT_ADDON`."),
			"state": optionalText("The state of the models, such as `" + fireworks.ModelStateReady + "`."),
			"name_prefix": optionalText("The first characters of the model ID, or of the full name if the prefix " +
				"contains a slash."),

			"models": computedRows("The models, newest first; models created at the same time are sorted by name.",
				modelAttributes()),
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

	models := d.data.reads.models.read(ctx, d.data, filter.AccountID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	models = filtered(models, filter.matches)
	slices.SortFunc(models, func(a, b fireworks.Model) int { return newestFirst(a.CreateTime, b.CreateTime, a.Name, b.Name) })

	state, err := filter.state(ctx, resp.State.Schema.Type().TerraformType(ctx), models)
	if err != nil {
		resp.Diagnostics.AddError(summaryModelsNotListed, sentence(err.Error()))
		return
	}

	resp.State.Raw = state
}

// matches reports whether the model matches all filters. The platform documents no filters for models, so all are applied here.
func (f modelFilter) matches(model fireworks.Model) bool {
	baseModel := ""
	if model.PEFTDetails != nil {
		baseModel = model.PEFTDetails.BaseModel
	}

	prefix, name := f.NamePrefix.ValueString(), model.Name
	if !strings.Contains(prefix, "/") {
		_, name, _ = strings.Cut(name, "/models/")
	}

	return (f.BaseModel.IsNull() || f.BaseModel.ValueString() == baseModel) &&
		(f.Kind.IsNull() || f.Kind.ValueString() == string(model.Kind)) &&
		(f.State.IsNull() || f.State.ValueString() == string(model.State)) &&
		strings.HasPrefix(name, prefix)
}

// state builds the state value by value: an account may have thousands of models.
func (f modelFilter) state(ctx context.Context, stateType tftypes.Type, models []fireworks.Model) (tftypes.Value, error) {
	modelType := types.ObjectType{AttrTypes: rowTypes(modelAttributes())}.TerraformType(ctx)
	rows := make([]tftypes.Value, len(models))
	names := make([]tftypes.Value, len(models))

	for i, model := range models {
		row, err := rawObject(ctx, modelType, modelValues(model))
		if err != nil {
			return tftypes.Value{}, err
		}

		rows[i] = row
		names[i] = tftypes.NewValue(tftypes.String, model.Name)
	}

	return tftypes.NewValue(stateType, map[string]tftypes.Value{
		"account_id":  rawString(f.AccountID),
		"base_model":  rawString(f.BaseModel),
		"kind":        rawString(f.Kind),
		"state":       rawString(f.State),
		"name_prefix": rawString(f.NamePrefix),
		"models":      tftypes.NewValue(tftypes.List{ElementType: modelType}, rows),
		"names":       tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, names),
	}), nil
}
