package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
)

// trainingShapeDataSource resolves a training shape to its profile.
type trainingShapeDataSource struct{ dataSource }

var (
	_ datasource.DataSourceWithConfigure        = (*trainingShapeDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*trainingShapeDataSource)(nil)
)

func newTrainingShapeDataSource() datasource.DataSource {
	return &trainingShapeDataSource{dataSource{typeName: "training_shape", schema: trainingShapeSchema}}
}

type trainingShapeArguments struct {
	ShapeID, BaseModel, TrainerMode types.String
	MinContextLength                types.Int64
	PublicOnly                      types.Bool
}

func trainingShapeSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Reads a training shape, by name or the best one for a model: its GPUs and settings, " +
			"and the deployment shape that serves what it trains.",
		Attributes: map[string]schema.Attribute{
			"shape_id": optionalText("The full name of the shape, `"+fireworks.TrainingShapeNameForm+"`. "+
				"Without `/versions/{version}`, the latest validated version is read, the only one for new trainers. "+
				"Exactly one of `shape_id` and `base_model` must be set.", resourceName(fireworks.ParseTrainingShapeName)),
			"base_model": schema.StringAttribute{
				MarkdownDescription: "The full name of the model to train, `" + fireworks.ModelNameForm + "`: a shape made for it is selected, " +
					"or else one made for a model of the same type and about the same size. With `shape_id`, the model that the shape was made for.",
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{resourceName(fireworks.ParseModelName)},
			},
			"trainer_mode": schema.StringAttribute{
				MarkdownDescription: "The mode of the trainer: `POLICY_TRAINER`, `FORWARD_ONLY`, `" + fireworks.TrainerModeLoRA + "` or another. " +
					"Requires `base_model`. Defaults to `" + fireworks.TrainerModePolicy + "`.",
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("base_model"))},
			},
			"min_context_length": schema.Int64Attribute{
				CustomType: wholeNumberType{},
				MarkdownDescription: "The context length in tokens that the shape must support; the smallest " +
					"sufficient one is selected. Requires `base_model`. Defaults to any, and the newest shape.",
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

			"id":                           computedText("The full name of the resolved version."),
			"training_shape_version":       computedText("The full name of the resolved version."),
			"training_shape":               computedText("The full name of the shape, without a version."),
			"trainer_image_tag":            computedText("The tag of the trainer's Docker image."),
			"max_supported_context_length": computedNumber("The maximum context length in tokens."),
			"node_count":                   computedNumber("The number of trainer nodes."),
			"deployment_shape_version":     computedText("The full, versioned name of the linked deployment shape; empty if there is none."),
			"deployment_shape": computedText(
				"The full, versioned name of the linked deployment shape, as a deployment expects it; null if there is none.",
			),
			"deployment_image_tag":        computedText("The tag of the Docker image of the linked deployment."),
			"accelerator_type":            computedText("The type of the GPUs, such as `NVIDIA_B200_192GB`."),
			"accelerator_count":           computedNumber("The number of GPUs per node."),
			"base_model_weight_precision": computedText("The precision of the weights, such as `BFLOAT16`."),
			"pipeline_parallelism":        computedNumber("The degree of pipeline parallelism."),
			"tensor_parallelism":          computedNumber("The degree of tensor parallelism."),
			"context_parallelism":         computedNumber("The degree of context parallelism."),
			"expert_parallelism":          computedNumber("The degree of expert parallelism."),
			"supports_lora":               computedBool("Whether the shape trains LoRA adapters."),
			"model_type":                  computedText("The type of the base model."),
			"parameter_count":             computedNumber("The number of parameters of the base model."),
			"display_name":                computedText("The display name of the shape."),
			"description":                 computedText("The description of the shape."),
			"validated":                   computedBool("Whether the platform has validated the version."),
			"public":                      computedBool("Whether the version is public."),
			"create_time":                 computedText("When the version was created, RFC 3339."),
		},
	}
}

func (d *trainingShapeDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("shape_id"), path.MatchRoot("base_model")),
	}
}

func (d *trainingShapeDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var arguments trainingShapeArguments

	resp.Diagnostics.Append(getAttributes(ctx, req.Config, map[string]any{
		"shape_id":           &arguments.ShapeID,
		"base_model":         &arguments.BaseModel,
		"trainer_mode":       &arguments.TrainerMode,
		"min_context_length": &arguments.MinContextLength,
		"public_only":        &arguments.PublicOnly,
	})...)

	if resp.Diagnostics.HasError() || d.data.requireClient(&resp.Diagnostics) == nil {
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

	values := trainingShapeValues(profile)
	values["shape_id"] = arguments.ShapeID
	values["min_context_length"] = arguments.MinContextLength
	values["public_only"] = arguments.PublicOnly
	keepConfigured(values, "base_model", arguments.BaseModel)
	keepConfigured(values, "trainer_mode", arguments.TrainerMode)

	resp.Diagnostics.Append(setState(ctx, &resp.State, values)...)
}

// resolve returns the named version of a shape, or without a version the latest validated one.
func (d *trainingShapeDataSource) resolve(ctx context.Context, shapeID string, diags *diag.Diagnostics) fireworks.TrainingShapeProfile {
	attribute := path.Root("shape_id")

	name, err := fireworks.ParseTrainingShapeName(shapeID)
	if err != nil {
		diags.AddAttributeError(attribute, summaryInvalidResourceName, err.Error())
		return fireworks.TrainingShapeProfile{}
	}

	profile, err := d.data.client.ResolveTrainingShape(ctx, name)
	if err != nil {
		addShapeNotRead(diags, name, err)
		return fireworks.TrainingShapeProfile{}
	}

	if name.VersionID != "" && !profile.LatestValidated {
		diags.AddAttributeWarning(attribute, summaryShapeVersionNotServed, fmt.Sprintf(
			"%s is not the latest validated version of its shape, the only one that the platform serves: "+
				"creating a trainer from this version fails.\n\nWrite shape_id = %q to follow the shape.", name, name.Shape()))
	}

	return profile
}

// find returns the shape that fits a base model best, selected as the platform's public cookbook does it.
func (d *trainingShapeDataSource) find(
	ctx context.Context, arguments trainingShapeArguments, diags *diag.Diagnostics,
) fireworks.TrainingShapeProfile {
	attribute := path.Root("base_model")

	baseModel, err := fireworks.ParseModelName(arguments.BaseModel.ValueString())
	if err != nil {
		diags.AddAttributeError(attribute, summaryInvalidResourceName, err.Error())
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

	found, err := d.data.findTrainingShapes(ctx, query)

	var none *fireworks.NoTrainingShapeError

	switch {
	case errors.As(err, &none):
		diags.AddAttributeError(attribute, summaryNoMatchingTrainingShape, noTrainingShapeDetail(none))
	case fireworks.StatusOf(err) == http.StatusForbidden, fireworks.IsNotFound(err):
		diags.AddAttributeError(attribute, summaryTrainingShapeNotRead, apiDetail("The training shapes could not be searched.", err,
			"The API key may not search all training shapes. Set shape_id instead of base_model; "+
				"the public shapes are named accounts/fireworks/trainingShapes/{shape}."))
	case err != nil:
		d.data.addAPIError(diags, attribute, summaryTrainingShapeNotRead, "The training shapes could not be "+
			"searched.", err, "")
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

		searched += "\n\nShapes that fit except for their context length support: " + strings.Join(lengths, ", ") + " tokens."
		remedy = "Set min_context_length to one of these values or less. " + remedy
	}

	return joinParagraphs(sentence(none.Error()), searched, remedy)
}

func addShapeNotRead(diags *diag.Diagnostics, name fireworks.TrainingShapeName, err error) {
	attribute := path.Root("shape_id")

	checkName := "Check the name; public shapes are named accounts/fireworks/trainingShapes/{shape}."
	if name.VersionID != "" {
		checkName += " Without /versions/" + name.VersionID + " the latest validated version is read."
	}

	failed := fmt.Sprintf("The training shape %s could not be read.", name)

	switch {
	case errors.Is(err, fireworks.ErrNoValidatedVersion):
		diags.AddAttributeError(attribute, summaryNoValidatedVersion, fmt.Sprintf(
			"No version of %s is validated, so no trainer can be created from it.\n\n"+
				"Choose another shape, or wait until a version is validated.", name))
	case fireworks.IsNotFound(err):
		diags.AddAttributeError(attribute, summaryNoSuchTrainingShape,
			apiDetail(fmt.Sprintf("The training shape %s does not exist.", name), err, checkName))
	case fireworks.StatusOf(err) == http.StatusForbidden:
		diags.AddAttributeError(attribute, summaryTrainingShapeNotRead, apiDetail(failed, err,
			"The account of the API key neither owns nor sees this shape. Check the account in the name; "+
				"the public shapes are named accounts/fireworks/trainingShapes/{shape}."))
	default:
		diags.AddAttributeError(attribute, summaryTrainingShapeNotRead, apiDetail(failed, err, ""))
	}
}

// trainingShapeValues are the values of the profile. Those for which the platform defines a default are never null.
func trainingShapeValues(profile fireworks.TrainingShapeProfile) map[string]attr.Value {
	return map[string]attr.Value{
		"id":                           types.StringValue(profile.Name),
		"training_shape_version":       types.StringValue(profile.Name),
		"training_shape":               types.StringValue(profile.Shape),
		"trainer_image_tag":            types.StringValue(profile.TrainerImageTag),
		"trainer_mode":                 types.StringValue(string(profile.TrainerMode)),
		"max_supported_context_length": types.Int64Value(int64(profile.MaxSupportedContextLength)),
		"node_count":                   types.Int64Value(int64(profile.NodeCount)),
		"deployment_shape_version":     types.StringValue(profile.DeploymentShapeVersion),
		"deployment_shape":             stringOrNull(profile.DeploymentShapeVersion),
		"deployment_image_tag":         types.StringValue(profile.DeploymentImageTag),
		"accelerator_type":             types.StringValue(string(profile.AcceleratorType)),
		"accelerator_count":            types.Int64Value(int64(profile.AcceleratorCount)),
		"base_model_weight_precision":  types.StringValue(string(profile.BaseModelWeightPrecision)),
		"pipeline_parallelism":         types.Int64Value(int64(profile.PipelineParallelism)),
		"tensor_parallelism":           types.Int64Value(int64(profile.TensorParallelism)),
		"context_parallelism":          types.Int64Value(int64(profile.ContextParallelism)),
		"expert_parallelism":           types.Int64Value(int64(profile.ExpertParallelism)),
		"supports_lora":                types.BoolValue(profile.SupportsLoRA()),
		"base_model":                   stringOrNull(profile.BaseModel),
		"model_type":                   stringOrNull(profile.ModelType),
		"parameter_count":              int64OrNull(profile.ParameterCount),
		"display_name":                 stringOrNull(profile.DisplayName),
		"description":                  stringOrNull(profile.Description),
		"validated":                    types.BoolValue(profile.Validated),
		"public":                       types.BoolValue(profile.Public),
		"create_time":                  stringOrNull(profile.CreateTime.String()),
	}
}
