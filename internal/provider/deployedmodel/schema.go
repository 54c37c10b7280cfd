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
	maps.Copy(attributes, resourceComputed())

	return schema.Schema{
		MarkdownDescription: "Loads a LoRA model onto a deployment with `enable_addons`, and unloads it on destroy. " +
			"Many " +
			"LoRA models share the GPUs of one deployment.",
		Attributes: attributes,
		Blocks: lifecycle.TimeoutsBlock(ctx,
			lifecycle.TimeoutText("loading may take, also when an apply resumes waiting for it", DefaultCreateTimeout),
			lifecycle.TimeoutText("an update in place may take", defaultUpdateTimeout),
			lifecycle.TimeoutText("unloading may take", defaultDeleteTimeout)),
	}
}

func resourceArguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"model": attribute.RequiredString("The full name of the LoRA model, `"+fireworks.ModelNameForm+"`, such as the `name` of a "+
			"`fireworks_promoted_model`. Changing it unloads the old model and loads the new one.",
			attribute.ResourceName(fireworks.ParseModelName)),
		"deployment": attribute.RequiredString("The full name of the deployment, `"+fireworks.DeploymentNameForm+"`, such as the `name` of a "+
			"`fireworks_deployment`. It must have `enable_addons`. Changing it loads the model onto the other "+
			"deployment.",
			attribute.ResourceName(fireworks.ParseDeploymentName)),
		"display_name": attribute.DisplayNameAttribute("deployed model"),
		"description":  attribute.DescriptionAttribute("deployed model"),
		"default": attribute.OptionalBool("Whether requests that name only the model are sent to this deployment. " +
			"Setting " +
			"it here unsets it elsewhere. Defaults to `true` for the first deployment of a model."),
		"public": attribute.OptionalBool("Allow other accounts to send requests to the deployed model, " +
			"at your cost."),
		"wait_for_inference": lifecycle.InferenceWaitAttribute("deployed model", "a replica of the deployment"),
	}
}

func resourceComputed() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": attribute.ComputedString("The full name of the deployed model, `" + fireworks.DeployedModelNameForm +
			"`. The platform chooses the last part."),
		"name": attribute.ComputedString("The full name of the deployed model, `" + fireworks.DeployedModelNameForm +
			"`. The name to send requests to is `inference_model`."),
		"account_id": attribute.ComputedString("The account of the deployed model, which is that of the deployment."),
		"state": attribute.ComputedString("The state of the deployed model; `" +
			fireworks.DeployedModelStateDeployed + "` once it is loaded."),
		"create_time": attribute.ComputedString("When loading the model started, RFC 3339."),
		"inference_model": attribute.ComputedString(
			"What to send as `model` in inference requests: `{model}#{deployment}`. Known at plan time if both " +
				"names are."),
	}
}
