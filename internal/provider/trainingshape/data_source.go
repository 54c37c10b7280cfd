// SPDX-License-Identifier: MPL-2.0

// Package trainingshape is the data source fireworks_training_shape.
package trainingshape

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
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

// DataSource resolves a training shape to its profile.
type DataSource struct{ providerdata.DataSource }

var (
	_ datasource.DataSourceWithConfigure        = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*DataSource)(nil)
)

func NewDataSource() datasource.DataSource {
	return &DataSource{providerdata.DataSource{TypeName: "training_shape", SchemaFunc: DataSourceSchema}}
}

type dataSourceArguments struct {
	ShapeID, BaseModel, TrainerMode types.String
	MinContextLength                types.Int64
	PublicOnly                      types.Bool
}

func DataSourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Reads a training shape, by name or the best one for a model, and its deployment shape.",
		Attributes: map[string]schema.Attribute{
			"shape_id": attribute.OptionalText("The full name of the shape, in any account: `"+
				fireworks.TrainingShapeNameForm+"`. Without `/versions/{version}`, the latest validated "+
				"version is read. Set exactly one of `shape_id` and `base_model`.",
				attribute.ResourceName(fireworks.ParseTrainingShapeName)),
			"base_model": schema.StringAttribute{
				MarkdownDescription: "The full name of the model to train, in any account: `" +
					fireworks.ModelNameForm + "`. Selects a shape for it, else for a model of the " +
					"same type and a similar size. With `shape_id`, the model of the shape.",
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{attribute.ResourceName(fireworks.ParseModelName)},
			},
			"trainer_mode": schema.StringAttribute{
				MarkdownDescription: "The mode of the trainer: `POLICY_TRAINER`, `FORWARD_ONLY`, `" +
					fireworks.TrainerModeLoRA + "` or another. Requires `base_model`. Defaults to `" +
					fireworks.TrainerModePolicy + "`.",
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("base_model"))},
			},
			"min_context_length": schema.Int64Attribute{
				CustomType: attribute.WholeNumberType{},
				MarkdownDescription: "Selects the shape with the smallest sufficient context length, in " +
					"tokens. Requires `base_model`. Defaults to the newest shape.",
				Optional: true,
				Validators: []validator.Int64{
					int64validator.AtLeast(1), int64validator.AlsoRequires(path.MatchRoot("base_model")),
				},
			},
			"public_only": schema.BoolAttribute{
				MarkdownDescription: "Select among public shapes only. Requires `base_model`. Defaults to `false`.",
				Optional:            true,
				Validators:          []validator.Bool{boolvalidator.AlsoRequires(path.MatchRoot("base_model"))},
			},

			"id":                           attribute.ComputedText("The full name of the version."),
			"training_shape_version":       attribute.ComputedText("The same as `id`."),
			"training_shape":               attribute.ComputedText("The full name without the version."),
			"trainer_image_tag":            attribute.ComputedText("The tag of the trainer's Docker image."),
			"max_supported_context_length": attribute.ComputedNumber("The maximum context length in tokens."),
			"node_count":                   attribute.ComputedNumber("The number of trainer nodes."),
			"deployment_shape_version": attribute.ComputedText("The same as `deployment_shape`, but `\"\"` " +
				"if there is none."),
			"deployment_shape": attribute.ComputedText(
				"The full, versioned name of the deployment shape; null if there is none.",
			),
			"deployment_image_tag":        attribute.ComputedText("The tag of the deployment's Docker image."),
			"accelerator_type":            attribute.ComputedText("The type of the GPUs, such as `NVIDIA_B200_192GB`."),
			"accelerator_count":           attribute.ComputedNumber("The number of GPUs per node."),
			"base_model_weight_precision": attribute.ComputedText("The precision of the weights, such as `BFLOAT16`."),
			"pipeline_parallelism":        attribute.ComputedNumber("The pipeline parallelism."),
			"tensor_parallelism":          attribute.ComputedNumber("The tensor parallelism."),
			"context_parallelism":         attribute.ComputedNumber("The context parallelism."),
			"expert_parallelism":          attribute.ComputedNumber("The expert parallelism."),
			"supports_lora":               attribute.ComputedBool("Whether the shape trains LoRA adapters."),
			"model_type":                  attribute.ComputedText("The type of the base model."),
			"parameter_count":             attribute.ComputedNumber("The number of parameters of the base model."),
			"display_name":                attribute.ComputedText("The display name."),
			"description":                 attribute.ComputedText("The description."),
			"validated":                   attribute.ComputedBool("Whether the platform has validated the version."),
			"public":                      attribute.ComputedBool("Whether the version is public."),
			"create_time":                 attribute.ComputedText(attribute.CreateTimeText),
		},
	}
}

func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("shape_id"), path.MatchRoot("base_model")),
	}
}

func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var arguments dataSourceArguments

	resp.Diagnostics.Append(providerdata.GetAttributes(ctx, req.Config, map[string]any{
		"shape_id":           &arguments.ShapeID,
		"base_model":         &arguments.BaseModel,
		"trainer_mode":       &arguments.TrainerMode,
		"min_context_length": &arguments.MinContextLength,
		"public_only":        &arguments.PublicOnly,
	})...)

	if resp.Diagnostics.HasError() || !d.Data.RequireClient(&resp.Diagnostics) {
		return
	}

	var profile fireworks.TrainingShapeProfile
	if arguments.ShapeID.IsNull() {
		profile = d.find(ctx, arguments, &resp.Diagnostics)
	} else {
		profile = d.resolve(ctx, arguments.ShapeID.ValueString(), &resp.Diagnostics)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	values := dataValues(profile)
	values["shape_id"] = arguments.ShapeID
	values["min_context_length"] = arguments.MinContextLength
	values["public_only"] = arguments.PublicOnly
	providerdata.KeepConfigured(values, "base_model", arguments.BaseModel)
	providerdata.KeepConfigured(values, "trainer_mode", arguments.TrainerMode)

	resp.Diagnostics.Append(providerdata.SetState(ctx, &resp.State, values)...)
}

// resolve returns the named version of a shape, or without a version the latest validated one.
func (d *DataSource) resolve(
	ctx context.Context, shapeID string, diags *diag.Diagnostics,
) fireworks.TrainingShapeProfile {
	attribute := path.Root("shape_id")

	name, err := fireworks.ParseTrainingShapeName(shapeID)
	if err != nil {
		diags.AddAttributeError(attribute, diagnostic.SummaryInvalidResourceName, err.Error())
		return fireworks.TrainingShapeProfile{}
	}

	profile, err := d.Data.Client.ResolveTrainingShape(ctx, name)
	if err != nil {
		addShapeNotRead(d.Data, diags, name, err)
		return fireworks.TrainingShapeProfile{}
	}

	if name.VersionID != "" && !profile.LatestValidated {
		diags.AddAttributeWarning(attribute, diagnostic.SummaryShapeVersionNotServed, fmt.Sprintf(
			"%s is not the latest validated version of its shape, the only one that the platform serves: "+
				"creating a trainer from this version fails.\n\nWrite shape_id = %q to follow the shape.", name,
			name.Shape()))
	}

	return profile
}

// find returns the shape that fits a base model best, selected as the platform's public cookbook does it.
func (d *DataSource) find(
	ctx context.Context, arguments dataSourceArguments, diags *diag.Diagnostics,
) fireworks.TrainingShapeProfile {
	attribute := path.Root("base_model")

	baseModel, err := fireworks.ParseModelName(arguments.BaseModel.ValueString())
	if err != nil {
		diags.AddAttributeError(attribute, diagnostic.SummaryInvalidResourceName, err.Error())
		return fireworks.TrainingShapeProfile{}
	}

	query := fireworks.TrainingShapeQuery{
		BaseModel:        baseModel,
		TrainerMode:      fireworks.TrainerModePolicy,
		MinContextLength: arguments.MinContextLength.ValueInt64(),
		PublicOnly:       arguments.PublicOnly.ValueBool(),
	}
	if !arguments.TrainerMode.IsNull() {
		query.TrainerMode = arguments.TrainerMode.ValueString()
	}

	found, err := d.Data.FindTrainingShapes(ctx, query)

	var none *fireworks.NoTrainingShapeError

	switch {
	case errors.As(err, &none):
		diags.AddAttributeError(attribute, diagnostic.SummaryNoMatchingTrainingShape, noTrainingShapeDetail(none))
	case fireworks.IsPermissionDenied(err), fireworks.IsNotFound(err):
		diags.AddAttributeError(attribute, diagnostic.SummaryTrainingShapeNotRead,
			diagnostic.APIDetail("The training shapes could not be searched.", err,
				"The API key may not search all training shapes. Set shape_id instead of base_model; "+
					"the public shapes are named accounts/fireworks/trainingShapes/{shape}."))
	case err != nil:
		d.Data.AddAPIError(diags, attribute, diagnostic.SummaryTrainingShapeNotRead,
			"The training shapes could not be searched.", err, "")
	default:
		return found[0]
	}

	return fireworks.TrainingShapeProfile{}
}

// noTrainingShapeDetail lists what was searched and what came near.
func noTrainingShapeDetail(none *fireworks.NoTrainingShapeError) string {
	searched := "Searched for:\n  " + strings.Join(none.Filters, "\n  ")
	remedy := "Choose another base model or trainer_mode, or set shape_id to the full name of a shape."

	if len(none.ContextLengths) > 0 {
		lengths := make([]string, len(none.ContextLengths))
		for i, length := range none.ContextLengths {
			lengths[i] = strconv.FormatInt(length, 10)
		}

		searched += "\n\nShapes that fit except for their context length support: " + strings.Join(lengths, ", ") +
			" tokens."
		remedy = "Set min_context_length to one of these values or less. " + remedy
	}

	return diagnostic.JoinParagraphs(diagnostic.Sentence(none.Error()), searched, remedy)
}

func addShapeNotRead(
	data *providerdata.Data, diags *diag.Diagnostics, name fireworks.TrainingShapeName, err error,
) {
	attribute := path.Root("shape_id")

	checkName := "Check the name; public shapes are named accounts/fireworks/trainingShapes/{shape}."
	if name.VersionID != "" {
		checkName += " Without /versions/" + name.VersionID + " the latest validated version is read."
	}

	failed := fmt.Sprintf("The training shape %s could not be read.", name)

	switch {
	case errors.Is(err, fireworks.ErrNoValidatedVersion):
		diags.AddAttributeError(attribute, diagnostic.SummaryNoValidatedVersion, fmt.Sprintf(
			"No version of %s is validated, so no trainer can be created from it.\n\n"+
				"Choose another shape, or wait until a version is validated.", name))
	case fireworks.IsNotFound(err):
		diags.AddAttributeError(attribute, diagnostic.SummaryNoSuchTrainingShape,
			diagnostic.APIDetail(fmt.Sprintf("The training shape %s does not exist.", name), err, checkName))
	case fireworks.IsPermissionDenied(err):
		diags.AddAttributeError(attribute, diagnostic.SummaryTrainingShapeNotRead, diagnostic.APIDetail(failed, err,
			"The account of the API key neither owns nor sees this shape. Check the account in the name; "+
				"the public shapes are named accounts/fireworks/trainingShapes/{shape}."))
	default:
		data.AddAPIError(diags, attribute, diagnostic.SummaryTrainingShapeNotRead, failed, err, "")
	}
}

// dataValues are the values of the profile. Those for which the platform defines a default are never null.
func dataValues(profile fireworks.TrainingShapeProfile) map[string]attr.Value {
	return map[string]attr.Value{
		"id":                           types.StringValue(profile.Name),
		"training_shape_version":       types.StringValue(profile.Name),
		"training_shape":               types.StringValue(profile.Shape),
		"trainer_image_tag":            types.StringValue(profile.TrainerImageTag),
		"trainer_mode":                 types.StringValue(string(profile.TrainerMode)),
		"max_supported_context_length": types.Int64Value(int64(profile.MaxSupportedContextLength)),
		"node_count":                   types.Int64Value(int64(profile.NodeCount)),
		"deployment_shape_version":     types.StringValue(profile.DeploymentShapeVersion),
		"deployment_shape":             attribute.StringOrNull(profile.DeploymentShapeVersion),
		"deployment_image_tag":         types.StringValue(profile.DeploymentImageTag),
		"accelerator_type":             types.StringValue(string(profile.AcceleratorType)),
		"accelerator_count":            types.Int64Value(int64(profile.AcceleratorCount)),
		"base_model_weight_precision":  types.StringValue(string(profile.BaseModelWeightPrecision)),
		"pipeline_parallelism":         types.Int64Value(int64(profile.PipelineParallelism)),
		"tensor_parallelism":           types.Int64Value(int64(profile.TensorParallelism)),
		"context_parallelism":          types.Int64Value(int64(profile.ContextParallelism)),
		"expert_parallelism":           types.Int64Value(int64(profile.ExpertParallelism)),
		"supports_lora":                types.BoolValue(profile.SupportsLoRA()),
		"base_model":                   attribute.StringOrNull(profile.BaseModel),
		"model_type":                   attribute.StringOrNull(profile.ModelType),
		"parameter_count":              attribute.Int64OrNull(profile.ParameterCount),
		"display_name":                 attribute.StringOrNull(profile.DisplayName),
		"description":                  attribute.StringOrNull(profile.Description),
		"validated":                    types.BoolValue(profile.Validated),
		"public":                       types.BoolValue(profile.Public),
		"create_time":                  attribute.StringOrNull(profile.CreateTime.String()),
	}
}
