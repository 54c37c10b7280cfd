// SPDX-License-Identifier: MPL-2.0

package providerdata

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// DataSource is the part that all data sources share.
type DataSource struct {
	TypeName   string
	SchemaFunc func() schema.Schema
	Data       *Data
}

// Metadata sets the type name.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.TypeName
}

// Schema sets the schema.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = d.SchemaFunc()
}

// Configure takes the provider's data.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.Data = From(req.ProviderData, &resp.Diagnostics)
}

// dataLookups are the requests of data sources that are shared. Shapes do not change during a run, so each is requested
// once.
type dataLookups struct {
	deploymentShapes fireworks.SharedLookup[[]fireworks.DeploymentShapeVersion]
	trainingShapes   fireworks.SharedLookup[[]fireworks.TrainingShapeProfile]
}

func (d *Data) MatchDeploymentShapes(
	ctx context.Context, account, baseModel string, enableAddons bool,
) ([]fireworks.DeploymentShapeVersion, error) {
	key := fmt.Sprintf("%s %t", baseModel, enableAddons)

	return d.reads.deploymentShapes.Get(ctx, key, time.Time{},
		func(ctx context.Context) ([]fireworks.DeploymentShapeVersion, error) {
			return d.Client.MatchDeploymentShapes(ctx, account, baseModel, enableAddons)
		})
}

func (d *Data) FindTrainingShapes(
	ctx context.Context, query fireworks.TrainingShapeQuery,
) ([]fireworks.TrainingShapeProfile, error) {
	key := fmt.Sprintf("%+v", query)

	return d.reads.trainingShapes.Get(ctx, key, time.Time{},
		func(ctx context.Context) ([]fireworks.TrainingShapeProfile, error) {
			return d.Client.FindTrainingShapes(ctx, query)
		})
}

// AccountID returns the account of the provider. what names the thing that needs it, which an error on the attribute
// reports.
func (d *Data) AccountID(ctx context.Context, attribute path.Path, what string, diags *diag.Diagnostics) string {
	account, err := d.Account(ctx)
	if err != nil {
		d.AddAPIError(diags, attribute, diagnostic.SummaryAccountUnknown,
			fmt.Sprintf("%s needs an account, and none is configured.", what), err, "")
	}

	return account
}

// SetState writes the values of all attributes into the state of a data source.
func SetState(ctx context.Context, state *tfsdk.State, values map[string]attr.Value) diag.Diagnostics {
	attrTypes := make(map[string]attr.Type, len(values))
	for name, value := range values {
		attrTypes[name] = value.Type(ctx)
	}

	object, diags := types.ObjectValue(attrTypes, values)
	if diags.HasError() {
		return diags
	}

	return state.Set(ctx, object)
}

// KeepConfigured sets an optional argument to its configured value, if it has one: Terraform expects it to come back as
// it is, even if the object has another one.
func KeepConfigured(values map[string]attr.Value, name string, configured attr.Value) {
	if !configured.IsNull() {
		values[name] = configured
	}
}

// GetAttributes reads arguments of a data source into the targets by the names of the arguments.
func GetAttributes(ctx context.Context, config tfsdk.Config, targets map[string]any) (diags diag.Diagnostics) {
	for name, target := range targets {
		diags.Append(config.GetAttribute(ctx, path.Root(name), target)...)
	}

	return diags
}

// AccountArgument is the optional account of a listing.
func AccountArgument(what string) schema.StringAttribute {
	return attribute.OptionalText("The account of the "+what+". Defaults to the provider's account.",
		attribute.BareID("account ID"))
}
