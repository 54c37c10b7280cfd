// SPDX-License-Identifier: MPL-2.0

package promotedmodel

import (
	"context"
	"maps"
	"slices"
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
	maps.Copy(attributes, nameAttributes())
	maps.Copy(attributes, reportedAttributes())

	return schema.Schema{
		MarkdownDescription: "Promotes a checkpoint of a training run to a deployable model, exactly once, " +
			"and manages that model.",
		Attributes: attributes,
		Blocks: lifecycle.TimeoutsBlock(ctx,
			lifecycle.TimeoutText("to wait until the model is ready", DefaultCreateTimeout),
			lifecycle.TimeoutText("an update may take", DefaultUpdateTimeout),
			lifecycle.TimeoutText("to wait for a running promotion and the deletion", DefaultDeleteTimeout)),
	}
}

func resourceArguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"checkpoint_name": attribute.RequiredString("The full name of the checkpoint, which includes its "+
			"job or session: `"+fireworks.JobCheckpointNameForm+"` or `"+
			fireworks.SessionCheckpointNameForm+"`. "+replacesText,
			attribute.ResourceName(fireworks.ParseCheckpointName)),
		"output_model_id": attribute.RequiredString("The ID of the new model, in the account of the "+
			"checkpoint. "+fireworks.ModelIDRules()+" Forces replacement.",
			attribute.OutputModelID()),
		"base_model": attribute.RequiredString("The full name of the model that the training started from, "+
			"in any account: `"+fireworks.ModelNameForm+"`. "+replacesText,
			attribute.ResourceName(fireworks.ParseModelName)),
		"hot_load_deployment_id": schema.StringAttribute{
			MarkdownDescription: "The deployment that a trainer job hot-loaded to, a bare ID or `" +
				fireworks.DeploymentNameForm + "`. Only for jobs that predate the stored bucket URL. " +
				"Another deployment forces replacement.",
			Optional:           true,
			DeprecationMessage: "Only trainer jobs that predate the stored bucket URL need it. Remove it otherwise.",
			Validators: []validator.String{attribute.ResourceNameOrID("deployment ID",
				fireworks.ParseDeploymentName)},
		},
		"display_name":    attribute.DisplayNameAttribute("model"),
		"description":     attribute.DescriptionAttribute("model"),
		"public":          attribute.OptionalBool("Whether the model is public."),
		"deletion_policy": lifecycle.DeletionPolicyAttribute("model"),
	}
}

const replacesText = "Forces replacement, except after an import."

// nameAttributes are the computed attributes that follow from the name.
func nameAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":         attribute.ComputedString("The full name, `" + fireworks.ModelNameForm + "`."),
		"name":       attribute.ComputedString("The same as `id`, for references."),
		"account_id": attribute.ComputedString("The account of the model."),
	}
}

// reportedNames are the names of reportedAttributes.
var reportedNames = slices.Collect(maps.Keys(reportedAttributes()))

// reportedAttributes are the computed attributes that only the platform knows.
func reportedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"state": attribute.ComputedString("The state; `" + fireworks.ModelStateReady + "` once the model " +
			"can be deployed."),
		"kind": attribute.ComputedString(
			"The kind: `HF_BASE_MODEL` for full weights, `HF_PEFT_ADDON` for a LoRA adapter.",
		),
		"create_time": attribute.ComputedString(attribute.CreateTimeText),
		"update_time": attribute.ComputedString(attribute.UpdateTimeText),
		"context_length": schema.Int64Attribute{
			MarkdownDescription: "The context length in tokens.",
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
