package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// trainingShapeDataSource resolves a training shape to its profile.
type trainingShapeDataSource struct{ data *providerData }

var _ datasource.DataSourceWithConfigure = (*trainingShapeDataSource)(nil)

func newTrainingShapeDataSource() datasource.DataSource { return &trainingShapeDataSource{} }

type trainingShape struct {
	ShapeID                   types.String `tfsdk:"shape_id"`
	ID                        types.String `tfsdk:"id"`
	TrainingShapeVersion      types.String `tfsdk:"training_shape_version"`
	TrainingShape             types.String `tfsdk:"training_shape"`
	TrainerImageTag           types.String `tfsdk:"trainer_image_tag"`
	TrainerMode               types.String `tfsdk:"trainer_mode"`
	MaxSupportedContextLength types.Int64  `tfsdk:"max_supported_context_length"`
	NodeCount                 types.Int64  `tfsdk:"node_count"`
	DeploymentShapeVersion    types.String `tfsdk:"deployment_shape_version"`
	DeploymentShape           types.String `tfsdk:"deployment_shape"`
	DeploymentImageTag        types.String `tfsdk:"deployment_image_tag"`
	AcceleratorType           types.String `tfsdk:"accelerator_type"`
	AcceleratorCount          types.Int64  `tfsdk:"accelerator_count"`
	BaseModelWeightPrecision  types.String `tfsdk:"base_model_weight_precision"`
	PipelineParallelism       types.Int64  `tfsdk:"pipeline_parallelism"`
	TensorParallelism         types.Int64  `tfsdk:"tensor_parallelism"`
	ContextParallelism        types.Int64  `tfsdk:"context_parallelism"`
	ExpertParallelism         types.Int64  `tfsdk:"expert_parallelism"`
	SupportsLoRA              types.Bool   `tfsdk:"supports_lora"`
	BaseModel                 types.String `tfsdk:"base_model"`
	ModelType                 types.String `tfsdk:"model_type"`
	ParameterCount            types.Int64  `tfsdk:"parameter_count"`
	DisplayName               types.String `tfsdk:"display_name"`
	Description               types.String `tfsdk:"description"`
	Validated                 types.Bool   `tfsdk:"validated"`
	Public                    types.Bool   `tfsdk:"public"`
	CreateTime                types.String `tfsdk:"create_time"`
}

func (d *trainingShapeDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_training_shape"
}

func (d *trainingShapeDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = trainingShapeSchema()
}

func trainingShapeSchema() schema.Schema {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
	}
	boolean := func(description string) schema.Attribute {
		return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
	}

	return schema.Schema{
		MarkdownDescription: "Resolves a training shape to its profile: what a trainer of this shape runs on, and the deployment shape that serves what it trains, pinned to a version.\n\n" +
			"Without a version the latest validated one is taken, which is what the platform serves.",
		Attributes: map[string]schema.Attribute{
			"shape_id": schema.StringAttribute{
				MarkdownDescription: "The full name of the shape, `" + fireworks.TrainingShapeNameForm + "`. A version may be pinned with `/versions/{version}`, " +
					"which is almost always a mistake: a pinned version goes stale, and trainers cannot be created from it any more.",
				Required:   true,
				Validators: []validator.String{resourceName(fireworks.ParseTrainingShapeName)},
			},
			"id":                     text("The full name of the version that the shape was resolved to."),
			"training_shape_version": text("The full name of the version that the shape was resolved to."),
			"training_shape":         text("The full name of the shape, without a version."),
			"trainer_image_tag":      text("The tag of the trainer's Docker image."),
			"trainer_mode": text(
				"What the shape is for, such as `POLICY_TRAINER`, `FORWARD_ONLY` or `" + fireworks.TrainerModeLoRA + "`.",
			),
			"max_supported_context_length": number("The longest context that the shape supports, in tokens."),
			"node_count":                   number("The number of trainer nodes."),
			"deployment_shape_version":     text("The full, versioned name of the linked deployment shape; empty when there is none."),
			"deployment_shape": text(
				"The full, versioned name of the linked deployment shape, to be handed to a deployment as it is; null when there is none.",
			),
			"deployment_image_tag":        text("The tag of the Docker image of the linked deployment."),
			"accelerator_type":            text("The type of the GPUs, such as `NVIDIA_B200_192GB`."),
			"accelerator_count":           number("The number of GPUs of one node."),
			"base_model_weight_precision": text("The precision of the weights, such as `BFLOAT16`."),
			"pipeline_parallelism":        number("The degree of pipeline parallelism."),
			"tensor_parallelism":          number("The degree of tensor parallelism."),
			"context_parallelism":         number("The degree of context parallelism."),
			"expert_parallelism":          number("The degree of expert parallelism."),
			"supports_lora":               boolean("Whether the shape trains LoRA adapters."),
			"base_model":                  text("The full name of the model that the shape trains."),
			"model_type":                  text("The type of that model."),
			"parameter_count":             number("The number of parameters of that model."),
			"display_name":                text("The name of the shape for people."),
			"description":                 text("What the shape is for."),
			"validated":                   boolean("Whether the platform has validated the version."),
			"public":                      boolean("Whether everybody may use the version."),
			"create_time":                 text("When the version was made, RFC 3339."),
		},
	}
}

func (d *trainingShapeDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

func (d *trainingShapeDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var shape trainingShape
	resp.Diagnostics.Append(req.Config.Get(ctx, &shape)...)

	client := d.data.requireClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	attribute := path.Root("shape_id")

	name, err := fireworks.ParseTrainingShapeName(shape.ShapeID.ValueString())
	if err != nil {
		resp.Diagnostics.AddAttributeError(attribute, summaryInvalidResourceName, err.Error())
		return
	}

	profile, err := client.ResolveTrainingShape(ctx, name)
	if err != nil {
		addShapeNotRead(&resp.Diagnostics, name, err)
		return
	}

	if name.VersionID != "" && !profile.LatestValidated {
		resp.Diagnostics.AddAttributeWarning(attribute, summaryShapeVersionNotServed, fmt.Sprintf(
			"%s is not the latest validated version of its shape, and the platform only serves that one: creating a trainer from this version fails.\n\nWrite shape_id = %q to follow the shape.",
			name,
			name.Shape(),
		))
	}

	shape.resolve(profile)
	resp.Diagnostics.Append(resp.State.Set(ctx, shape)...)
}

func addShapeNotRead(diags *diag.Diagnostics, name fireworks.TrainingShapeName, err error) {
	attribute := path.Root("shape_id")

	checkName := "Check the name; the public shapes are named accounts/fireworks/trainingShapes/{shape}."
	if name.VersionID != "" {
		checkName += " Without /versions/" + name.VersionID + " the latest validated version is taken."
	}

	switch {
	case errors.Is(err, fireworks.ErrNoValidatedVersion):
		diags.AddAttributeError(attribute, summaryNoValidatedVersion, fmt.Sprintf(
			"The platform has validated no version of %s yet, so no trainer can be created from it.\n\nChoose another shape, or wait until it is validated.",
			name,
		))
	case fireworks.IsNotFound(err):
		addAPIError(diags, attribute, summaryNoSuchTrainingShape, fmt.Sprintf("The training shape %s does not exist.", name), err, checkName)
	case fireworks.StatusOf(err) == http.StatusForbidden:
		addAPIError(
			diags,
			attribute,
			summaryTrainingShapeNotRead,
			fmt.Sprintf("The training shape %s could not be read.", name),
			err,
			"The account of the key does not own or see this shape. Check the account in the name; the public shapes are named accounts/fireworks/trainingShapes/{shape}.",
		)
	default:
		addAPIError(diags, attribute, summaryTrainingShapeNotRead, fmt.Sprintf("The training shape %s could not be read.", name), err, "")
	}
}

// resolve takes over the profile. The fields of the profile are never null where the platform defines a default for them.
func (s *trainingShape) resolve(profile fireworks.TrainingShapeProfile) {
	s.ID = types.StringValue(profile.TrainingShapeVersion)
	s.TrainingShapeVersion = types.StringValue(profile.TrainingShapeVersion)
	s.TrainingShape = types.StringValue(profile.TrainingShape)
	s.TrainerImageTag = types.StringValue(profile.TrainerImageTag)
	s.TrainerMode = types.StringValue(profile.TrainerMode)
	s.MaxSupportedContextLength = types.Int64Value(profile.MaxSupportedContextLength)
	s.NodeCount = types.Int64Value(profile.NodeCount)
	s.DeploymentShapeVersion = types.StringValue(profile.DeploymentShapeVersion)
	s.DeploymentShape = stringOrNull(profile.DeploymentShapeVersion)
	s.DeploymentImageTag = types.StringValue(profile.DeploymentImageTag)
	s.AcceleratorType = types.StringValue(profile.AcceleratorType)
	s.AcceleratorCount = types.Int64Value(profile.AcceleratorCount)
	s.BaseModelWeightPrecision = types.StringValue(profile.BaseModelWeightPrecision)
	s.PipelineParallelism = types.Int64Value(profile.PipelineParallelism)
	s.TensorParallelism = types.Int64Value(profile.TensorParallelism)
	s.ContextParallelism = types.Int64Value(profile.ContextParallelism)
	s.ExpertParallelism = types.Int64Value(profile.ExpertParallelism)
	s.SupportsLoRA = types.BoolValue(profile.SupportsLoRA())
	s.BaseModel = stringOrNull(profile.BaseModel)
	s.ModelType = stringOrNull(profile.ModelType)
	s.ParameterCount = int64OrNull(profile.ParameterCount)
	s.DisplayName = stringOrNull(profile.DisplayName)
	s.Description = stringOrNull(profile.Description)
	s.Validated = types.BoolValue(profile.Validated)
	s.Public = types.BoolValue(profile.Public)
	s.CreateTime = stringOrNull(profile.CreateTime.String())
}
