// SPDX-License-Identifier: MPL-2.0

package providerdata_test

import (
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

var rowAttributes = map[string]schema.Attribute{
	"name": attribute.ComputedText(""), "text": attribute.ComputedText(""), "other": attribute.ComputedText(""),
	"null": attribute.ComputedText(""), "public": attribute.ComputedBool(""), "size": attribute.ComputedNumber(""),
}

func rowValues(row int) map[string]attr.Value {
	return map[string]attr.Value{
		"name": types.StringValue(strconv.Itoa(row)), "text": types.StringValue("a"), "other": types.StringValue("b"),
		"null": types.StringNull(), "public": types.BoolValue(true), "size": types.Int64Value(int64(row)),
	}
}

// listResponse returns a response before the read, whose state is the configuration.
func listResponse(t *testing.T) *datasource.ReadResponse {
	t.Helper()

	state := tfsdk.State{Schema: schema.Schema{Attributes: map[string]schema.Attribute{
		"account_id": providerdata.AccountArgument("rows"),
		"prefix":     attribute.OptionalText(""),
		"rows":       attribute.ComputedRows("", rowAttributes),
		"names":      attribute.ComputedTexts(""),
	}}}
	stateType, _ := state.Schema.Type().TerraformType(t.Context()).(tftypes.Object)

	state.Raw = tftypes.NewValue(stateType, map[string]tftypes.Value{
		"account_id": tftypes.NewValue(tftypes.String, "demo"),
		"prefix":     tftypes.NewValue(tftypes.String, nil),
		"rows":       tftypes.NewValue(stateType.AttributeTypes["rows"], nil),
		"names":      tftypes.NewValue(stateType.AttributeTypes["names"], nil),
	})

	return &datasource.ReadResponse{State: state}
}

// ListState writes what State.Set writes.
func TestListState_Set(t *testing.T) {
	t.Parallel()

	type data struct {
		AccountID types.String `tfsdk:"account_id"`
		Prefix    types.String `tfsdk:"prefix"`
		Rows      types.List   `tfsdk:"rows"`
		Names     types.List   `tfsdk:"names"`
	}

	for _, rows := range [][]int{nil, {1}, {3, 1, 2}} {
		rowTypes := attribute.RowTypes(rowAttributes)
		names, objects := []string{}, []attr.Value{}

		for _, row := range rows {
			names = append(names, strconv.Itoa(row))
			objects = append(objects, types.ObjectValueMust(rowTypes, rowValues(row)))
		}

		want, got := listResponse(t), listResponse(t)
		want.Diagnostics.Append(want.State.Set(t.Context(), data{
			AccountID: types.StringValue("demo"), Names: attribute.StringList(names),
			Rows: types.ListValueMust(types.ObjectType{AttrTypes: rowTypes}, objects),
		})...)
		providerdata.ListState[int]{
			Attribute: "rows", Rows: rows, Values: rowValues,
			Others: map[string]attr.Value{"names": attribute.StringList(names)},
		}.Set(t.Context(), got)

		if want.Diagnostics.HasError() || got.Diagnostics.HasError() || !got.State.Raw.Equal(want.State.Raw) {
			t.Errorf("%v: got %s %v, want %s %v", rows, got.State.Raw, got.Diagnostics, want.State.Raw, want.Diagnostics)
		}
	}
}

//nolint:paralleltest // allocations are counted in the whole process
func TestListState_Allocations(t *testing.T) {
	const (
		rows = 500
		// maxPerRow is the limit for an object of six values.
		maxPerRow = 50
	)

	state := providerdata.ListState[int]{Attribute: "rows", Rows: make([]int, rows), Values: rowValues}
	allocations := testing.AllocsPerRun(20, func() { state.Set(t.Context(), listResponse(t)) })

	if perRow := allocations / rows; perRow > maxPerRow {
		t.Errorf("%.1f allocations per row, want at most %d", perRow, maxPerRow)
	}
}
