package provider

import (
	"context"
	"maps"
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
)

const (
	deploymentType = "fireworks_deployment"

	defaultDeploymentCreateTimeout = 90 * time.Minute
	defaultDeploymentUpdateTimeout = 90 * time.Minute
	defaultDeploymentDeleteTimeout = 30 * time.Minute

	maxScaleWindow       = time.Hour
	minScaleToZeroWindow = 5 * time.Minute
)

const (
	replacesDeployment = "Changing it replaces the deployment."
	fromHardware       = "The default comes from the shape or the base model."
	assertedText       = "Beside `deployment_shape` it is compared with the shape at plan time, and not sent."
)

func deploymentSchema(ctx context.Context) schema.Schema {
	attributes := map[string]schema.Attribute{}

	for _, group := range []map[string]schema.Attribute{
		deploymentNaming(), deploymentHardware(), deploymentScaling(), deploymentSpeculation(), deploymentHandling(), deploymentComputed(),
	} {
		maps.Copy(attributes, group)
	}

	return schema.Schema{
		MarkdownDescription: "Serves a model on dedicated GPUs. The deployment is created once; when the run is interrupted or a timeout " +
			"expires, the next apply resumes waiting for it instead of creating another one.\n\n" +
			"A deployment costs money while it has replicas. With `min_replica_count = 0`, the default, it scales to zero without requests; " +
			"the platform **deletes a deployment with a minimum of 0 that has received no request for 7 days**.",
		Attributes: attributes,
		Blocks: timeoutsBlock(ctx,
			timeoutText("creation may take until the deployment is ready, also when an apply resumes waiting", defaultDeploymentCreateTimeout),
			timeoutText("an update may take until the deployment is ready again", defaultDeploymentUpdateTimeout),
			timeoutText("the deletion of the deployment may take", defaultDeploymentDeleteTimeout)),
	}
}

func deploymentNaming() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"deployment_id": requiredString("The ID of the deployment: 1 to 63 characters of `a-z`, `0-9` and `-`, the first and the "+
			"last a letter or a digit. "+replacesDeployment, resourceID(summaryInvalidDeploymentID)),
		"base_model": requiredString("The full name of the model to serve, `"+fireworks.ModelNameForm+"`: a base model, a promoted model, "+
			"or a LoRA model, which is merged into its base model. "+replacesDeployment, resourceName(fireworks.ParseModelName)),
		"account_id": optionalString("The account of the deployment. The default is the account of the provider. "+replacesDeployment,
			accountIDValidator()),
		"display_name": displayNameAttribute("deployment"),
		"description":  descriptionAttribute("deployment"),
		"tags": schema.MapAttribute{
			MarkdownDescription: "The custom tags of the deployment, by their keys without the prefix `custom/`. When set, " +
				"it is the complete set: other custom tags are removed, and `{}` removes all. When not set, tags are not " +
				"changed. A change makes requests of its own and does not restart replicas.",
			ElementType:   types.StringType,
			Optional:      true,
			Computed:      true,
			Validators:    []validator.Map{tagsValidator{}},
			PlanModifiers: []planmodifier.Map{mapplanmodifier.UseStateForUnknown()},
		},
	}
}

func deploymentHardware() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"deployment_shape": schema.StringAttribute{
			MarkdownDescription: "The deployment shape, which determines the hardware: `" + fireworks.DeploymentShapeNameForm +
				"`, with or without `/versions/{version}`, or `" + fireworks.DeploymentShapeDefault + "`, with which the platform chooses one. " +
				"Without it, `accelerator_type` must be set. A newer validated version of an " +
				"unversioned shape alone is not a " +
				"difference. A change is rolled out in place; removing it replaces the deployment.",
			Optional:   true,
			Validators: []validator.String{deploymentShapeValidator()},
		},
		"accelerator_type": optionalString("The type of the GPUs, such as `NVIDIA_H100_80GB`. Required without `deployment_shape`. "+
			assertedText, enumValidator("accelerator type", "NVIDIA_H100_80GB")),
		"accelerator_count": optionalInt64("The number of GPUs of one replica. The default is the platform's estimate of the minimum. "+
			assertedText, int64validator.AtLeast(1)),
		"precision": optionalString("The precision, such as `FP8`. "+fromHardware+" "+assertedText, enumValidator("precision", "FP8")),
		"accept_shapeless_risk": schema.BoolAttribute{
			MarkdownDescription: "Must be `true` when `deployment_shape` is not set: the platform does not validate " +
				"the performance and the quality of " +
				"hardware that is chosen without a shape, and wants this acknowledged. A change makes no request.",
			Optional: true,
		},
		"skip_shape_validation": schema.BoolAttribute{
			MarkdownDescription: "Whether a version of the shape that is not validated is accepted. It is sent when the deployment is created and " +
				"updated; a change alone makes no request.",
			Optional: true,
		},
		"placement": schema.SingleNestedAttribute{
			MarkdownDescription: "Where replicas may run. Exactly one of its attributes must be set. " + replacesDeployment,
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
			Attributes: map[string]schema.Attribute{
				"region": schema.StringAttribute{
					MarkdownDescription: "A region, such as `US_IOWA_1`.",
					Optional:            true,
					Validators:          []validator.String{enumValidator("region", "US_IOWA_1")},
				},
				"multi_region": schema.StringAttribute{
					MarkdownDescription: "A group of regions, such as `US` or `GLOBAL`.",
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
		"max_context_length": optionalInt64("The longest context in tokens. "+fromHardware, int64validator.AtLeast(1)),
		"enable_addons": optionalBool("Whether several LoRA addons can be loaded onto the deployment. Not with a quantized precision. " +
			fromHardware),
		"enable_session_affinity": optionalBool("Whether requests of one session go to the same replica."),
	}
}

func deploymentScaling() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"min_replica_count": schema.Int64Attribute{
			CustomType: wholeNumberType{},
			MarkdownDescription: "The smallest number of replicas. The default is 0: without requests the deployment " +
				"scales to zero, and the first request after that has to wait for a replica.",
			Optional:   true,
			Computed:   true,
			Default:    int64default.StaticInt64(0),
			Validators: []validator.Int64{int64validator.AtLeast(0)},
		},
		"max_replica_count": schema.Int64Attribute{
			CustomType: wholeNumberType{},
			MarkdownDescription: "The largest number of replicas, at least `min_replica_count`. The default is `min_replica_count`, at least 1. " +
				"0 parks the deployment: it keeps its name and configuration and serves nothing. Quota counts the GPUs of this number of replicas.",
			Optional:   true,
			Computed:   true,
			Validators: []validator.Int64{int64validator.AtLeast(0)},
		},
		"max_concurrency_per_replica": optionalInt64("The number of requests that a replica serves at a time; beyond it, requests get the "+
			"status 429.", int64validator.AtLeast(1)),
		"autoscaling_policy": schema.SingleNestedAttribute{
			MarkdownDescription: "When replicas are added and removed. What is not set keeps the platform's value. " +
				"Durations are compared by their meaning: `10m` and `600s` are equal.",
			Optional:      true,
			Computed:      true,
			PlanModifiers: []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
			Attributes: map[string]schema.Attribute{
				"scale_up_window": windowAttribute("How long the load must be high before a replica is added, at most `1h`.",
					windowValidator(0, maxScaleWindow)),
				"scale_down_window": windowAttribute("How long the load must be low before a replica is removed, at most `1h`.",
					windowValidator(0, maxScaleWindow)),
				"scale_to_zero_window": windowAttribute("How long there must be no request before the last replica is removed, at least `5m`. "+
					"It matters only with `min_replica_count = 0`.", windowValidator(minScaleToZeroWindow, 0)),
				"load_targets": schema.MapAttribute{
					MarkdownDescription: "The load that the number of replicas is adjusted to, by its measure, such as `default` (a fraction), " +
						"`tokens_generated_per_second`, `prompt_tokens_per_second`, `requests_per_second` or `concurrent_requests`. " +
						"If set, it replaces the platform's `default = 0.8`; `{}` means the same as not set.",
					ElementType:   types.Float64Type,
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

func deploymentSpeculation() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"draft_model": optionalString("The draft model for speculative decoding, `"+fireworks.ModelNameForm+"`. The empty string uses none. "+
			fromHardware, emptyOr(resourceName(fireworks.ParseModelName))),
		"draft_token_count": optionalInt64("The number of tokens that the draft model proposes; 0 is none. "+fromHardware,
			int64validator.AtLeast(0)),
		"ngram_speculation_length": optionalInt64("The length of the n-grams that speculation uses; 0 is none. "+fromHardware,
			int64validator.AtLeast(0)),
		"disable_speculative_decoding": schema.BoolAttribute{
			MarkdownDescription: "Whether the speculative decoding of the shape or the base model is not taken over. Changing it replaces the " +
				"deployment, because it takes effect only at creation; setting it for the first time after an import does not.",
			Optional: true,
		},
	}
}

func deploymentHandling() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"wait_for_inference": inferenceWaitAttribute("deployment", "a replica"),
		"deletion_policy":    deletionPolicyAttribute("deployment"),
		"force_destroy": boolFlag("Whether the deployment is deleted although it received inference requests within the last hour. " +
			"The default is `false`: destroying it is then refused. A deployment that never became ready is deleted in any case. " +
			"A change takes effect once it is applied, and makes no request."),
		"soft_delete": boolFlag("Whether destroying leaves the deployment restorable, and its ID reserved, for about 7 days. " +
			"The default is `false`: it is deleted for good, and the ID can be used again. " +
			"A change takes effect once it is applied, and makes no request."),
	}
}

func deploymentComputed() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                       computedString("The full name of the deployment, `" + fireworks.DeploymentNameForm + "`."),
		"name":                     computedString("The full name of the deployment, `" + fireworks.DeploymentNameForm + "`."),
		"deployment_shape_version": computedString("The full name of the version of the shape that the platform uses; null without a shape."),
		"state": computedString("The state of the deployment; `" + fireworks.DeploymentStateReady +
			"` once it can serve requests, also when it is scaled to zero."),
		"region":      computedString("The region in which the deployment runs at present."),
		"create_time": computedString("The time of creation in RFC 3339."),
		"inference_model": computedString("What to send as `model` in inference requests: the full name of the deployment. " +
			"It is known at plan time."),
		"inference_base_url": computedString("The base URL for clients that are compatible with OpenAI: the `base_url` of " +
			"the provider followed by `/inference/v1`. It is known at plan time."),
	}
}
