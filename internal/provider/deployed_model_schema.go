package provider

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

const (
	defaultLoadTimeout       = 30 * time.Minute
	defaultLoadUpdateTimeout = 10 * time.Minute
	defaultUnloadTimeout     = 10 * time.Minute
)

func deployedModelSchema(ctx context.Context) schema.Schema {
	attributes := deployedModelArguments()
	maps.Copy(attributes, deployedModelComputed())

	return schema.Schema{
		MarkdownDescription: "Loads a LoRA model onto a deployment with `enable_addons`, and unloads it on destroy. Many " +
			"LoRA models share the GPUs of one deployment.",
		Attributes: attributes,
		Blocks: timeoutsBlock(ctx,
			timeoutText("loading may take, also when an apply resumes waiting for it", defaultLoadTimeout),
			timeoutText("an update in place may take", defaultLoadUpdateTimeout),
			timeoutText("unloading may take", defaultUnloadTimeout)),
	}
}

func deployedModelArguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"model": requiredString("The full name of the LoRA model, `"+fireworks.ModelNameForm+"`, such as the `name` of a "+
			"`fireworks_promoted_model`. Changing it unloads the old model and loads the new one.",
			resourceName(fireworks.ParseModelName)),
		"deployment": requiredString("The full name of the deployment, `"+fireworks.DeploymentNameForm+"`, such as the `name` of a "+
			"`fireworks_deployment`. It must have `enable_addons`. Changing it loads the model onto the other deployment.",
			resourceName(fireworks.ParseDeploymentName)),
		"display_name": displayNameAttribute("deployed model"),
		"description":  descriptionAttribute("deployed model"),
		"default": optionalBool("Whether requests that name only the model are sent to this deployment. Setting " +
			"it here unsets it elsewhere. Defaults to `true` for the first deployment of a model."),
		"public":             optionalBool("Allow other accounts to send requests to the deployed model, at your cost."),
		"wait_for_inference": inferenceWaitAttribute("deployed model", "a replica of the deployment"),
	}
}

func deployedModelComputed() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": computedString("The full name of the deployed model, `" + fireworks.DeployedModelNameForm +
			"`. The platform chooses the last part."),
		"name": computedString("The full name of the deployed model, `" + fireworks.DeployedModelNameForm +
			"`. The name to send requests to is `inference_model`."),
		"account_id":  computedString("The account of the deployed model, which is that of the deployment."),
		"state":       computedString("The state of the deployed model; `" + fireworks.DeployedModelStateDeployed + "` once it is loaded."),
		"create_time": computedString("When loading the model started, RFC 3339."),
		"inference_model": computedString(
			"What to send as `model` in inference requests: `{model}#{deployment}`. Known at plan time if both " +
				"names are."),
	}
}
