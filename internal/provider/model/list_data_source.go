// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// ListDataSource lists the models of an account.
type ListDataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*ListDataSource)(nil)

func NewListDataSource() datasource.DataSource {
	return &ListDataSource{providerdata.DataSource{TypeName: "models", SchemaFunc: listDataSourceSchema}}
}

// listFilter is what a model must match; a null argument matches all.
type listFilter struct {
	AccountID  types.String `tfsdk:"account_id"`
	BaseModel  types.String `tfsdk:"base_model"`
	Kind       types.String `tfsdk:"kind"`
	State      types.String `tfsdk:"state"`
	NamePrefix types.String `tfsdk:"name_prefix"`
	Models     types.List   `tfsdk:"models"`
	Names      types.List   `tfsdk:"names"`
}

func listDataSourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the models of an account that match all filters, newest first.",
		Attributes: map[string]schema.Attribute{
			"account_id": providerdata.AccountArgument("models"),
			"base_model": attribute.OptionalText("Lists only LoRA models of this base model, a full name: `"+
				fireworks.ModelNameForm+"`.",
				attribute.ResourceName(fireworks.ParseModelName)),
			"kind":  attribute.OptionalText("The kind, such as `HF_BASE_MODEL` or `HF_PEFT_ADDON`."),
			"state": attribute.OptionalText("The state, such as `" + fireworks.ModelStateReady + "`."),
			"name_prefix": attribute.OptionalText("The first characters of the model ID, or of the full " +
				"name if the prefix contains a slash."),

			"models": attribute.ComputedRows("The models.",
				dataAttributes()),
			"names": attribute.ComputedTexts("The full names, in the same order."),
		},
	}
}

func (d *ListDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var filter listFilter
	resp.Diagnostics.Append(req.Config.Get(ctx, &filter)...)

	if resp.Diagnostics.HasError() || d.Data.RequireClient(&resp.Diagnostics) == nil {
		return
	}

	models := d.Data.Reads.Models.Read(ctx, d.Data, filter.AccountID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	models = providerdata.Filtered(models, filter.matches)
	slices.SortFunc(models, func(a, b fireworks.Model) int {
		return providerdata.NewestFirst(a.CreateTime, b.CreateTime, a.Name, b.Name)
	})

	state, err := filter.state(ctx, resp.State.Schema.Type().TerraformType(ctx), models)
	if err != nil {
		resp.Diagnostics.AddError(diagnostic.SummaryModelsNotListed, diagnostic.Sentence(err.Error()))
		return
	}

	resp.State.Raw = state
}

// matches reports whether the model matches all filters. The platform documents no filters for models, so all are
// applied here.
func (f listFilter) matches(model fireworks.Model) bool {
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
func (f listFilter) state(
	ctx context.Context, stateType tftypes.Type, models []fireworks.Model,
) (tftypes.Value, error) {
	modelType := types.ObjectType{AttrTypes: attribute.RowTypes(dataAttributes())}.TerraformType(ctx)
	rows := make([]tftypes.Value, len(models))
	names := make([]tftypes.Value, len(models))

	for i, model := range models {
		row, err := attribute.RawObject(ctx, modelType, dataValues(model))
		if err != nil {
			return tftypes.Value{}, err
		}

		rows[i] = row
		names[i] = tftypes.NewValue(tftypes.String, model.Name)
	}

	return tftypes.NewValue(stateType, map[string]tftypes.Value{
		"account_id":  attribute.RawString(f.AccountID),
		"base_model":  attribute.RawString(f.BaseModel),
		"kind":        attribute.RawString(f.Kind),
		"state":       attribute.RawString(f.State),
		"name_prefix": attribute.RawString(f.NamePrefix),
		"models":      tftypes.NewValue(tftypes.List{ElementType: modelType}, rows),
		"names":       tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, names),
	}), nil
}
