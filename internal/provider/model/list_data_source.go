// SPDX-License-Identifier: MPL-2.0

package model

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// ListDataSource lists the models of an account.
type ListDataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*ListDataSource)(nil)

func NewListDataSource() datasource.DataSource {
	return &ListDataSource{providerdata.DataSource{TypeName: "models", SchemaFunc: listDataSourceSchema}}
}

// models are the arguments and results; a null argument matches all models.
type models struct {
	providerdata.ModelFilter

	Models types.List `tfsdk:"models"`
	Names  types.List `tfsdk:"names"`
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
	var config models
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)

	listed := providerdata.Models.Read(ctx, d.Data, config.AccountID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	listed = providerdata.Filtered(listed, config.Matches)
	slices.SortFunc(listed, func(a, b fireworks.Model) int {
		return providerdata.NewestFirst(a.CreateTime, b.CreateTime, a.Name, b.Name)
	})

	names := make([]string, len(listed))
	for i, model := range listed {
		names[i] = model.Name
	}

	providerdata.ListState[fireworks.Model]{
		Attribute: "models", Rows: listed, Values: dataValues,
		Others: map[string]attr.Value{"names": attribute.StringList(names)},
	}.Set(ctx, resp)
}
