// SPDX-License-Identifier: MPL-2.0

// Package quota is the data source fireworks_quotas.
package quota

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// DataSource reads the quotas of an account.
type DataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*DataSource)(nil)

var listing = providerdata.Listing[fireworks.Quota]{
	Noun: "quotas", Summary: diagnostic.SummaryQuotasNotListed, List: (*fireworks.Client).ListQuotas,
}

func NewDataSource() datasource.DataSource {
	return &DataSource{providerdata.DataSource{TypeName: "quotas", SchemaFunc: dataSourceSchema}}
}

func dataSourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Reads the quotas of an account and how much of each is used.",
		Attributes: map[string]schema.Attribute{
			"account_id": providerdata.AccountArgument("quotas"),
			"quotas":     attribute.ComputedRows("The quotas, sorted by name.", quotaAttributes()),
			"by_name": attribute.ComputedMap("What is left of each quota, `value - usage`, by the last part "+
				"of its name, such as `global--h200-count`.", types.Float64Type),
		},
	}
}

func quotaAttributes() map[string]schema.Attribute {
	number := func(description string) schema.Float64Attribute {
		return schema.Float64Attribute{MarkdownDescription: description, Computed: true}
	}

	return map[string]schema.Attribute{
		"name":        attribute.ComputedText("The full name, `accounts/{account}/quotas/{quota}`."),
		"value":       number("The limit in force."),
		"max_value":   number("The highest limit that the account can set itself."),
		"usage":       number("How much of the quota is used."),
		"update_time": attribute.ComputedText(attribute.UpdateTimeText),
	}
}

func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var configured types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("account_id"), &configured)...)

	quotas := listing.Read(ctx, d.Data, configured, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	left := make(map[string]attr.Value, len(quotas))
	for _, quota := range quotas {
		left[quota.ID()] = types.Float64Value(float64(quota.Value) - float64(quota.Usage))
	}

	providerdata.ListState[fireworks.Quota]{
		Attribute: "quotas",
		Rows:      providerdata.SortedByName(quotas, func(quota fireworks.Quota) string { return quota.Name }),
		Values:    quotaValues,
		Others:    map[string]attr.Value{"by_name": types.MapValueMust(types.Float64Type, left)},
	}.Set(ctx, resp)
}

func quotaValues(quota fireworks.Quota) map[string]attr.Value {
	return map[string]attr.Value{
		"name":        types.StringValue(quota.Name),
		"value":       types.Float64Value(float64(quota.Value)),
		"max_value":   types.Float64Value(float64(quota.MaxValue)),
		"usage":       types.Float64Value(float64(quota.Usage)),
		"update_time": attribute.StringOrNull(quota.UpdateTime.String()),
	}
}
