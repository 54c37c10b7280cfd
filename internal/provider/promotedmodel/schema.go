// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
)

const (
	DefaultCreateTimeout = 2 * time.Hour
	DefaultUpdateTimeout = 10 * time.Minute
	DefaultDeleteTimeout = 10 * time.Minute
)

func ResourceSchema(ctx context.Context) schema.Schema {
	attributes := resourceArguments()
	maps.Copy(attributes, resourceComputed())

	return schema.Schema{
		MarkdownDescription: "Promotes a checkpoint of a training run to a deployable model, exactly once, and " +
			"manages that model.",
		Attributes: attributes,
		Blocks: lifecycle.TimeoutsBlock(ctx,
			lifecycle.TimeoutText("a promotion may take until the model is ready, also when an apply resumes "+
				"waiting for it", DefaultCreateTimeout),
			lifecycle.TimeoutText("an update in place may take", DefaultUpdateTimeout),
			lifecycle.TimeoutText("the deletion of the model may take", DefaultDeleteTimeout)),
	}
}

func resourceArguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"checkpoint_name": attribute.RequiredString("The full name of the checkpoint, `"+fireworks.JobCheckpointNameForm+"` or "+
			"`"+fireworks.SessionCheckpointNameForm+"`, as listed by the data source `fireworks_checkpoints`. "+replacesText,
			attribute.ResourceName(fireworks.ParseCheckpointName)),
		"output_model_id": attribute.RequiredString("The ID of the model that the promotion creates, in the account "+
			"of the checkpoint. "+
			fireworks.ModelIDRules()+" The platform orphans the staged files of a checkpoint when it rejects an "+
			"ID, so the provider checks the rules before any request. Changing it replaces the model.",
			attribute.OutputModelID()),
		"base_model": attribute.RequiredString("The full name of the model that the training started from, `"+fireworks.ModelNameForm+"`. The "+
			"new model inherits its metadata. "+replacesText,
			attribute.ResourceName(fireworks.ParseModelName)),
		"hot_load_deployment_id": schema.StringAttribute{
			MarkdownDescription: "The deployment that a trainer job hot-loaded to, as a bare ID or `" +
				fireworks.DeploymentNameForm + "`. " +
				"Only for jobs that predate the stored bucket URL; not for session checkpoints. " +
				"Another deployment replaces the model; removing it does not.",
			Optional:           true,
			DeprecationMessage: "Only trainer jobs that predate the stored bucket URL need it. Remove it otherwise.",
			Validators: []validator.String{attribute.ResourceNameOrID("deployment ID",
				fireworks.ParseDeploymentName)},
		},
		"display_name": attribute.DisplayNameAttribute("model"),
		"description":  attribute.DescriptionAttribute("model"),
		"public": attribute.OptionalBool("Whether other accounts can use the model. Removing it keeps the " +
			"value."),
		"deletion_policy": lifecycle.DeletionPolicyAttribute("model"),
	}
}

const replacesText = "Changing it replaces the model, except after an import."

func resourceComputed() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": attribute.ComputedString("The full name of the model, `" + fireworks.ModelNameForm + "`."),
		"name": attribute.ComputedString("The full name of the model, `" + fireworks.ModelNameForm +
			"`, as a deployment expects it."),
		"account_id": attribute.ComputedString("The account of the model."),
		"state": attribute.ComputedString("The state of the model; `" + fireworks.ModelStateReady +
			"` once it can be deployed."),
		"kind": attribute.ComputedString(
			"The kind of the model: `HF_BASE_MODEL` for full weights, `HF_PEFT_ADDON` for a LoRA adapter.",
		),
		"create_time": attribute.ComputedString("When the model was created, RFC 3339."),
		"update_time": attribute.ComputedString("When the model was last updated, RFC 3339."),
		"context_length": schema.Int64Attribute{
			MarkdownDescription: "The context length of the model in tokens.",
			Computed:            true,
			PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
		},
		"peft_details": schema.SingleNestedAttribute{
			MarkdownDescription: "The LoRA adapter; null for full weights.",
			Computed:            true,
			PlanModifiers:       []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
			Attributes: map[string]schema.Attribute{
				"base_model": schema.StringAttribute{MarkdownDescription: "The model that the adapter was trained on.",
					Computed: true},
				"r": schema.Int64Attribute{MarkdownDescription: "The rank of the adapter.", Computed: true},
				"target_modules": schema.ListAttribute{
					MarkdownDescription: "The modules that the adapter modifies.",
					ElementType:         types.StringType,
					Computed:            true,
				},
				"base_model_type": schema.StringAttribute{MarkdownDescription: "The type of the base model.",
					Computed: true},
			},
		},
	}
}
