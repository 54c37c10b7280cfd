// SPDX-License-Identifier: MPL-2.0

// Package deploymentshape is the data source fireworks_deployment_shape.
package deploymentshape

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// DataSource reads a deployment shape by its name, or finds the one that fits a model best.
type DataSource struct{ providerdata.DataSource }

var (
	_ datasource.DataSourceWithConfigure        = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*DataSource)(nil)
)

func NewDataSource() datasource.DataSource {
	return &DataSource{providerdata.DataSource{TypeName: "deployment_shape", SchemaFunc: DataSourceSchema}}
}

func DataSourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Reads a deployment shape, a tested combination of GPUs and settings, by name " +
			"or the best one for a model.",
		Attributes: map[string]schema.Attribute{
			"shape_id": attribute.OptionalText("The full name of the shape, in any account: `"+
				fireworks.DeploymentShapeNameForm+"`. Without `/versions/{version}`, the latest validated "+
				"version is read. Set exactly one of `shape_id` and `base_model`.",
				attribute.ResourceName(fireworks.ParseDeploymentShapeName)),
			"base_model": schema.StringAttribute{
				MarkdownDescription: "The full name of the model to deploy, in any account: `" +
					fireworks.ModelNameForm + "`. The platform chooses the shape. With `shape_id`, the " +
					"model of the shape.",
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{attribute.ResourceName(fireworks.ParseModelName)},
			},
			"enable_addons": schema.BoolAttribute{
				MarkdownDescription: "Select a shape for several LoRA models; requires `base_model`. " +
					"Defaults to what the shape supports.",
				Optional:   true,
				Computed:   true,
				Validators: []validator.Bool{boolvalidator.AlsoRequires(path.MatchRoot("base_model"))},
			},

			"id": attribute.ComputedText("The full name of the version."),
			"deployment_shape": attribute.ComputedText("The same as `id`, to pin a `fireworks_deployment` " +
				"to the version."),
			"shape":             attribute.ComputedText("The full name without the version."),
			"version":           attribute.ComputedText("The version, the last part of `id`."),
			"display_name":      attribute.ComputedText("The display name."),
			"description":       attribute.ComputedText("The description."),
			"model_type":        attribute.ComputedText("The architecture of the served models, such as `qwen3`."),
			"parameter_count":   attribute.ComputedNumber("The number of parameters of the model of the shape."),
			"accelerator_type":  attribute.ComputedText("The type of the GPUs, such as `NVIDIA_H100_80GB`."),
			"accelerator_count": attribute.ComputedNumber("The number of GPUs per replica."),
			"precision":         attribute.ComputedText("The precision, such as `FP8`."),
			"max_context_length": attribute.ComputedNumber("The longest context in tokens; null for that of " +
				"the model."),
			"draft_model":              attribute.ComputedText("The full name of the draft model for speculative decoding."),
			"draft_token_count":        attribute.ComputedNumber("The number of tokens that the draft model proposes."),
			"ngram_speculation_length": attribute.ComputedNumber("The length of the n-grams for speculation."),
			"preset_type": attribute.ComputedText("What the shape is optimized for, such as `MINIMAL`, " +
				"`FAST` or `THROUGHPUT`."),
			"validated":        attribute.ComputedBool("Whether the platform has validated the version."),
			"latest_validated": attribute.ComputedBool("Whether the version is the latest validated one."),
			"public":           attribute.ComputedBool("Whether the shape is public."),
			"create_time":      attribute.ComputedText(attribute.CreateTimeText),
		},
	}
}

func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("shape_id"), path.MatchRoot("base_model")),
	}
}

func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var (
		shapeID, baseModel types.String
		enableAddons       types.Bool
	)

	resp.Diagnostics.Append(providerdata.GetAttributes(ctx, req.Config, map[string]any{
		"shape_id": &shapeID, "base_model": &baseModel, "enable_addons": &enableAddons,
	})...)

	if resp.Diagnostics.HasError() || !d.Data.RequireClient(&resp.Diagnostics) {
		return
	}

	var version fireworks.DeploymentShapeVersion
	if shapeID.IsNull() {
		version = d.match(ctx, baseModel.ValueString(), enableAddons.ValueBool(), &resp.Diagnostics)
	} else {
		version = d.resolve(ctx, shapeID.ValueString(), &resp.Diagnostics)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	values := dataValues(version)
	values["shape_id"] = shapeID
	providerdata.KeepConfigured(values, "base_model", baseModel)
	providerdata.KeepConfigured(values, "enable_addons", enableAddons)

	resp.Diagnostics.Append(providerdata.SetState(ctx, &resp.State, values)...)
}

func dataValues(version fireworks.DeploymentShapeVersion) map[string]attr.Value {
	return map[string]attr.Value{
		"id":                       types.StringValue(version.Name),
		"deployment_shape":         types.StringValue(version.Name),
		"shape":                    types.StringValue(version.Shape),
		"version":                  types.StringValue(version.VersionID),
		"base_model":               attribute.StringOrNull(version.BaseModel),
		"enable_addons":            types.BoolValue(version.EnableAddons),
		"display_name":             attribute.StringOrNull(version.DisplayName),
		"description":              attribute.StringOrNull(version.Description),
		"model_type":               attribute.StringOrNull(version.ModelType),
		"parameter_count":          attribute.Int64OrNull(version.ParameterCount),
		"accelerator_type":         attribute.StringOrNull(version.AcceleratorType),
		"accelerator_count":        attribute.Int64OrNull(version.AcceleratorCount),
		"precision":                attribute.StringOrNull(version.Precision),
		"max_context_length":       attribute.Int64OrNull(version.MaxContextLength),
		"draft_model":              attribute.StringOrNull(version.DraftModel),
		"draft_token_count":        attribute.Int64OrNull(version.DraftTokenCount),
		"ngram_speculation_length": attribute.Int64OrNull(version.NgramSpeculationLength),
		"preset_type":              attribute.StringOrNull(version.PresetType),
		"validated":                types.BoolValue(version.Validated),
		"latest_validated":         types.BoolValue(version.LatestValidated),
		"public":                   types.BoolValue(version.Public),
		"create_time":              attribute.StringOrNull(version.CreateTime.String()),
	}
}

// resolve returns the named version of a shape, or without a version the latest validated one.
func (d *DataSource) resolve(
	ctx context.Context, shapeID string, diags *diag.Diagnostics,
) fireworks.DeploymentShapeVersion {
	attribute := path.Root("shape_id")

	name, err := fireworks.ParseDeploymentShapeName(shapeID)
	if err != nil {
		diags.AddAttributeError(attribute, diagnostic.SummaryInvalidResourceName, err.Error())
		return fireworks.DeploymentShapeVersion{}
	}

	version, err := d.Data.Client.ResolveDeploymentShape(ctx, name)

	switch {
	case err == nil:
	case errors.Is(err, fireworks.ErrNoValidatedVersion):
		diags.AddAttributeError(attribute, diagnostic.SummaryNoValidatedDeploymentShape, fmt.Sprintf(
			"No version of %s is validated.\n\n"+
				"Choose another shape: with base_model, this data source finds the one that fits a model best.", name))
	case fireworks.IsNotFound(err):
		diags.AddAttributeError(attribute, diagnostic.SummaryNoSuchDeploymentShape, diagnostic.APIDetail(
			fmt.Sprintf("The deployment shape %s does not exist.", name), err,
			"Check the name. With base_model, this data source finds the shape that fits a model best."))
	case fireworks.IsPermissionDenied(err):
		diags.AddAttributeError(attribute, diagnostic.SummaryDeploymentShapeNotRead, diagnostic.APIDetail(
			fmt.Sprintf("The deployment shape %s could not be read.", name), err,
			"The account of the API key neither owns nor sees this shape. Check the account in the name; "+
				"the public shapes are named accounts/fireworks/deploymentShapes/{shape}."))
	default:
		d.Data.AddAPIError(diags, attribute, diagnostic.SummaryDeploymentShapeNotRead,
			fmt.Sprintf("The deployment shape %s could not be read.", name), err, "")
	}

	return version
}

// match returns the platform's best match for a model.
func (d *DataSource) match(
	ctx context.Context, baseModel string, enableAddons bool, diags *diag.Diagnostics,
) fireworks.DeploymentShapeVersion {
	attribute := path.Root("base_model")

	account := d.Data.AccountID(ctx, path.Empty(), "The search for deployment shapes", diags)
	if diags.HasError() {
		return fireworks.DeploymentShapeVersion{}
	}

	failed := fmt.Sprintf("No deployment shape could be searched for %s.", baseModel)
	versions, err := d.Data.MatchDeploymentShapes(ctx, account, baseModel, enableAddons)

	switch {
	case err == nil && len(versions) > 0:
		return versions[0]
	case err == nil:
		diags.AddAttributeError(attribute, diagnostic.SummaryNoMatchingDeploymentShape,
			noMatchDetail(baseModel, enableAddons))
	case fireworks.IsNotFound(err), fireworks.IsRouteNotFound(err):
		diags.AddAttributeError(attribute, diagnostic.SummaryDeploymentShapeNotRead, diagnostic.APIDetail(failed, err,
			"Either the model does not exist, or the server does not offer the selection by base model yet. "+
				"Check the name of the model, or set shape_id instead of base_model."))
	case fireworks.IsPermissionDenied(err):
		diags.AddAttributeError(attribute, diagnostic.SummaryDeploymentShapeNotRead, diagnostic.APIDetail(failed, err,
			"The API key may not search in the account "+account+". Set account_id of the provider to the "+
				"account of the key, or set shape_id instead of base_model."))
	default:
		d.Data.AddAPIError(diags, attribute, diagnostic.SummaryDeploymentShapeNotRead, failed, err, "")
	}

	return fireworks.DeploymentShapeVersion{}
}

func noMatchDetail(baseModel string, enableAddons bool) string {
	if enableAddons {
		return fmt.Sprintf("The platform has no validated deployment shape that serves several LoRA addons of %s.\n\n"+
			"Without enable_addons there may be one; or deploy without a shape, with accelerator_type and "+
			"accept_shapeless_risk.", baseModel)
	}

	return fmt.Sprintf("The platform has no validated deployment shape for %s or for models of its type and size.\n\n"+
		"Deploy without a shape, with accelerator_type and accept_shapeless_risk, or choose another model.", baseModel)
}
