// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
)

const (
	DefaultCreateTimeout = 90 * time.Minute
	defaultUpdateTimeout = 90 * time.Minute
	DefaultDeleteTimeout = 30 * time.Minute

	maxScaleWindow       = time.Hour
	minScaleToZeroWindow = 5 * time.Minute
)

const forcesReplacement = "Forces replacement."

func ResourceSchema(ctx context.Context) schema.Schema {
	attributes := map[string]schema.Attribute{}

	for _, group := range []map[string]schema.Attribute{
		namingAttributes(), hardwareAttributes(), scalingAttributes(), speculationAttributes(), handlingAttributes(),
		nameAttributes(), reportedAttributes(),
	} {
		maps.Copy(attributes, group)
	}

	return schema.Schema{
		MarkdownDescription: "Serves a model on dedicated GPUs, which cost money while the deployment has replicas.",
		Attributes:          attributes,
		Blocks: lifecycle.TimeoutsBlock(ctx,
			lifecycle.TimeoutText("to wait until the deployment is ready", DefaultCreateTimeout),
			lifecycle.TimeoutText("to wait until the deployment is ready again", defaultUpdateTimeout),
			lifecycle.TimeoutText("to wait for the deletion", DefaultDeleteTimeout)),
	}
}

func namingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"deployment_id": attribute.RequiredString("The ID of the deployment: 1 to 63 characters of `a-z`, "+
			"`0-9` and `-`, starting and ending with a letter or digit. "+forcesReplacement,
			attribute.ResourceID(diagnostic.SummaryInvalidDeploymentID)),
		"base_model": attribute.RequiredString("The full name of the model to serve, in any account: `"+
			fireworks.ModelNameForm+"`. A LoRA model is merged into its base model. "+forcesReplacement,
			attribute.ResourceName(fireworks.ParseModelName)),
		"account_id": attribute.OptionalString("The account of the deployment. Defaults to the provider's "+
			"account. "+forcesReplacement,
			attribute.AccountIDValidator()),
		"display_name": attribute.DisplayNameAttribute("deployment"),
		"description":  attribute.DescriptionAttribute("deployment"),
		"tags": schema.MapAttribute{
			MarkdownDescription: "Custom tags, without the prefix `custom/`. If set, replaces all custom " +
				"tags; `{}` removes them all.",
			ElementType:   types.StringType,
			Optional:      true,
			Computed:      true,
			Validators:    []validator.Map{tagsValidator{}},
			PlanModifiers: []planmodifier.Map{mapplanmodifier.UseStateForUnknown()},
		},
	}
}

func hardwareAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"deployment_shape": schema.StringAttribute{
			MarkdownDescription: "The full name of the shape, `" + fireworks.DeploymentShapeNameForm + "`, " +
				"with or without `/versions/{version}`, or `" + fireworks.DeploymentShapeDefault + "` to " +
				"let the platform choose. It determines the hardware, which other arguments must match, and " +
				"the defaults of other settings. Removing it forces replacement.",
			Optional:   true,
			Validators: []validator.String{deploymentShapeValidator()},
		},
		"accelerator_type": attribute.OptionalString("The type of the GPUs, such as `NVIDIA_H100_80GB`. "+
			"Required without `deployment_shape`.", enumValidator("accelerator type", "NVIDIA_H100_80GB")),
		"accelerator_count": attribute.OptionalInt64("The number of GPUs per replica. Defaults to the "+
			"platform's estimate.", int64validator.AtLeast(1)),
		"precision": attribute.OptionalString("The precision, such as `FP8`.",
			enumValidator("precision", "FP8")),
		"accept_shapeless_risk": schema.BoolAttribute{
			MarkdownDescription: "Set to `true` to deploy without `deployment_shape`, on hardware that the " +
				"platform has not validated.",
			Optional: true,
		},
		"skip_shape_validation": schema.BoolAttribute{
			MarkdownDescription: "Accept a version of the shape that is not validated.",
			Optional:            true,
		},
		"placement": schema.SingleNestedAttribute{
			MarkdownDescription: "Where replicas may run; set exactly one of its attributes. Defaults to " +
				"`GLOBAL`. " + forcesReplacement,
			Optional:      true,
			Computed:      true,
			PlanModifiers: []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
			Attributes: map[string]schema.Attribute{
				"region": schema.StringAttribute{
					MarkdownDescription: "A region, such as `US_IOWA_1`.",
					Optional:            true,
					Validators:          []validator.String{enumValidator("region", "US_IOWA_1")},
				},
				"multi_region": schema.StringAttribute{
					MarkdownDescription: "A group of regions, such as `GLOBAL`, `US`, `EUROPE` or `APAC`.",
					Optional:            true,
					Validators:          []validator.String{enumValidator("multi-region", "US")},
				},
				"regions": schema.SetAttribute{
					MarkdownDescription: "Several regions.",
					ElementType:         types.StringType,
					Optional:            true,
					Validators:          []validator.Set{regionsValidator()},
				},
			},
		},
		"max_context_length": attribute.OptionalInt64("The longest context in tokens.",
			int64validator.AtLeast(1)),
		"enable_addons":           attribute.OptionalBool("Allow loading LoRA models. Not supported with quantized precisions."),
		"enable_session_affinity": attribute.OptionalBool("Send requests of one session to the same replica."),
	}
}

func scalingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"min_replica_count": schema.Int64Attribute{
			CustomType:          attribute.WholeNumberType{},
			MarkdownDescription: "The smallest number of replicas. Defaults to `0`.",
			Optional:            true,
			Computed:            true,
			Default:             int64default.StaticInt64(0),
			Validators:          []validator.Int64{int64validator.AtLeast(0)},
		},
		"max_replica_count": schema.Int64Attribute{
			CustomType: attribute.WholeNumberType{},
			MarkdownDescription: "The largest number of replicas, which counts against the quota. Defaults " +
				"to `min_replica_count`, but at least `1`. Set to `0` to park the deployment.",
			Optional:   true,
			Computed:   true,
			Validators: []validator.Int64{int64validator.AtLeast(0)},
		},
		"max_concurrency_per_replica": attribute.OptionalInt64("The number of concurrent requests per "+
			"replica; further requests get the status 429.", int64validator.AtLeast(1)),
		"autoscaling_policy": schema.SingleNestedAttribute{
			MarkdownDescription: "When replicas are added and removed. Defaults to the platform's values.",
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
			Attributes: map[string]schema.Attribute{
				"scale_up_window": windowAttribute("How long the load must be high to add a replica, at most `1h`.",
					windowValidator(0, maxScaleWindow)),
				"scale_down_window": windowAttribute("How long the load must be low to remove a replica, at most `1h`.",
					windowValidator(0, maxScaleWindow)),
				"scale_to_zero_window": windowAttribute("How long to wait without requests before scaling "+
					"to zero, at least `5m`.", windowValidator(minScaleToZeroWindow, 0)),
				"load_targets": schema.MapAttribute{
					MarkdownDescription: "The target load by metric: `default` (a fraction), " +
						"`tokens_generated_per_second`, `prompt_tokens_per_second`, `requests_per_second`, " +
						"`concurrent_requests` or another. Defaults to `{ default = 0.8 }`.",
					ElementType:   loadTargetType,
					Optional:      true,
					Computed:      true,
					PlanModifiers: []planmodifier.Map{mapplanmodifier.UseNonNullStateForUnknown()},
				},
				"scaling_schedules": schedulesAttribute(),
			},
		},
	}
}

func windowAttribute(description string, window validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{window},
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseNonNullStateForUnknown()},
	}
}

func speculationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"draft_model": attribute.OptionalString("The full name of the draft model for speculative decoding, "+
			"in any account: `"+fireworks.ModelNameForm+"`. Set to `\"\"` to use "+
			"none.", emptyOr(attribute.ResourceName(fireworks.ParseModelName))),
		"draft_token_count": attribute.OptionalInt64("The number of tokens that the draft model proposes. "+
			"Set to `0` to use none.",
			int64validator.AtLeast(0)),
		"ngram_speculation_length": attribute.OptionalInt64("The length of the n-grams for speculation. Set "+
			"to `0` to use none.",
			int64validator.AtLeast(0)),
		"disable_speculative_decoding": schema.BoolAttribute{
			MarkdownDescription: "Disables the speculative decoding of the shape or model. Forces " +
				"replacement, except after an import.",
			Optional: true,
		},
	}
}

func handlingAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"wait_for_inference": lifecycle.InferenceWaitAttribute("deployment", "a replica"),
		"deletion_policy":    lifecycle.DeletionPolicyAttribute("deployment"),
		"force_destroy": attribute.BoolFlag("Allow destroying a deployment that served requests within the last " +
			"hour. Apply it before the destroy. Defaults to `false`."),
		"soft_delete": attribute.BoolFlag("Keep a destroyed deployment restorable, and its ID reserved, for about 7 " +
			"days. Apply it before the destroy. Defaults to `false`."),
	}
}

// nameAttributes are the computed attributes that follow from the name.
func nameAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                 attribute.ComputedString("The full name, `" + fireworks.DeploymentNameForm + "`."),
		"name":               attribute.ComputedString("The same as `id`, for references."),
		"inference_model":    attribute.ComputedString(attribute.InferenceModelText),
		"inference_base_url": attribute.ComputedString(attribute.InferenceBaseURLText),
	}
}

// reportedAttributes are the computed attributes that only the platform knows. Data sources have them as well.
func reportedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"deployment_shape_version": attribute.ComputedString("The full name of the version in use; null " +
			"without a shape."),
		"state": attribute.ComputedString("The state; `" + fireworks.DeploymentStateReady + "` once it can " +
			"serve requests, even when scaled to zero."),
		"region":      attribute.ComputedString("The current region."),
		"create_time": attribute.ComputedString(attribute.CreateTimeText),
	}
}

// reportedNames are the names of reportedAttributes.
var reportedNames = slices.Collect(maps.Keys(reportedAttributes()))
