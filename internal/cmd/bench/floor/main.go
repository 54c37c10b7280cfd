// Command floor is a provider that answers from memory: what a plan with it costs is what Terraform and the plugin framework cost.
// Its only data source hands out as many rows as it is asked for, in the shape of fireworks_checkpoints, and in the way
// that the framework's documentation shows.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func main() {
	newProvider := func() provider.Provider { return floor{} }
	if err := providerserver.Serve(
		context.Background(),
		newProvider,
		providerserver.ServeOpts{Address: "registry.terraform.io/fw-ai/floor"},
	); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type floor struct{}

func (floor) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "floor"
}
func (floor) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (floor) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (floor) Resources(context.Context) []func() resource.Resource                              { return nil }
func (floor) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return rows{} }}
}

type rows struct{}

type rowsState struct {
	Count int64        `tfsdk:"rows"`
	ID    types.String `tfsdk:"id"`
	Rows  []row        `tfsdk:"checkpoints"`
	Last  *row         `tfsdk:"latest_promotable"`
}

type row struct {
	Name       types.String `tfsdk:"name"`
	ID         types.String `tfsdk:"checkpoint_id"`
	CreateTime types.String `tfsdk:"create_time"`
	UpdateTime types.String `tfsdk:"update_time"`
	Type       types.String `tfsdk:"checkpoint_type"`
	Promotable types.Bool   `tfsdk:"promotable"`
}

func (rows) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "floor_rows"
}

func (rows) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{"promotable": schema.BoolAttribute{Computed: true}}
	for _, name := range []string{"name", "checkpoint_id", "create_time", "update_time", "checkpoint_type"} {
		attributes[name] = schema.StringAttribute{Computed: true}
	}

	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"rows":              schema.Int64Attribute{Required: true},
		"id":                schema.StringAttribute{Computed: true},
		"checkpoints":       schema.ListNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: attributes}},
		"latest_promotable": schema.SingleNestedAttribute{Computed: true, Attributes: attributes},
	}}
}

func (rows) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var state rowsState
	resp.Diagnostics.Append(req.Config.Get(ctx, &state)...)

	const job = "accounts/demo/rlorTrainerJobs/big-run"

	state.ID = types.StringValue(job)
	for i := range state.Count {
		id := fmt.Sprintf("step-%d-%08x", (i+1)*10, i*2654435761)
		state.Rows = append(state.Rows, row{
			Name:       types.StringValue(job + "/checkpoints/" + id),
			ID:         types.StringValue(id),
			CreateTime: types.StringValue("2026-05-01T10:00:00.123456Z"),
			UpdateTime: types.StringValue("2026-05-01T10:00:00.123456Z"),
			Type:       types.StringValue("CHECKPOINT_TYPE_INFERENCE_ARC_V2"),
			Promotable: types.BoolValue(i%5 == 4),
		})
	}

	if len(state.Rows) > 0 {
		state.Last = &state.Rows[len(state.Rows)-1]
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}
