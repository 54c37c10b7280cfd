// SPDX-License-Identifier: MPL-2.0

package deployedmodel

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
)

const (
	DefaultCreateTimeout = 30 * time.Minute
	defaultUpdateTimeout = 10 * time.Minute
	defaultDeleteTimeout = 10 * time.Minute
)

func resourceSchema(ctx context.Context) schema.Schema {
	attributes := resourceArguments()
	maps.Copy(attributes, nameAttributes())
	maps.Copy(attributes, reportedAttributes())

	return schema.Schema{
		MarkdownDescription: "Loads a LoRA model onto a deployment with `enable_addons`.",
		Attributes:          attributes,
		Blocks: lifecycle.TimeoutsBlock(ctx,
			lifecycle.TimeoutText("to wait until the model is loaded", DefaultCreateTimeout),
			lifecycle.TimeoutText("an update may take", defaultUpdateTimeout),
			lifecycle.TimeoutText("to wait until it is unloaded", defaultDeleteTimeout)),
	}
}

func resourceArguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"model": attribute.RequiredString("The full name of the LoRA model, in any account: `"+
			fireworks.ModelNameForm+"`. Forces replacement.",
			attribute.ResourceName(fireworks.ParseModelName)),
		"deployment": attribute.RequiredString("The `name` of the deployment, `"+
			fireworks.DeploymentNameForm+"`, which must have `enable_addons`. Forces replacement.",
			attribute.ResourceName(fireworks.ParseDeploymentName)),
		"display_name": attribute.DisplayNameAttribute("deployed model"),
		"description":  attribute.DescriptionAttribute("deployed model"),
		"default": attribute.OptionalBool("Whether requests that name only the model go to this deployment; " +
			"setting it unsets it elsewhere. Defaults to `true` for the first deployment of a model."),
		"public":             attribute.OptionalBool("Allow other accounts to send requests, at your cost."),
		"wait_for_inference": lifecycle.InferenceWaitAttribute("deployed model", "a replica of the deployment"),
	}
}

// reportedAttributes are the computed attributes that only the platform knows. Data sources have them as well.
func reportedAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"state": attribute.ComputedString("The state; `" + fireworks.DeployedModelStateDeployed + "` once " +
			"the model is loaded."),
		"create_time": attribute.ComputedString("When loading started, RFC 3339."),
	}
}

// nameAttributes are the computed attributes that follow from the names.
func nameAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": attribute.ComputedString("The full name, `" + fireworks.DeployedModelNameForm + "`, whose " +
			"last part the platform chooses."),
		"name":       attribute.ComputedString("The same as `id`. Requests need `inference_model`."),
		"account_id": attribute.ComputedString("The account of the deployment."),
		"inference_model": attribute.ComputedString(
			attribute.InferenceModelText + " It is `{model}#{deployment}`."),
	}
}
