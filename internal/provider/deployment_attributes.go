package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deploymentAttributes are the attributes of a deployment that its data source and the listing have in common.
func deploymentAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                          computedText("The full name of the deployment, `" + fireworks.DeploymentNameForm + "`."),
		"name":                        computedText("The full name of the deployment, `" + fireworks.DeploymentNameForm + "`."),
		"account_id":                  computedText("The account of the deployment."),
		"base_model":                  computedText("The full name of the model that the deployment serves."),
		"deployment_shape":            computedText("The full name of the deployment shape with its version; null without a shape."),
		"deployment_shape_version":    computedText("The same as `deployment_shape`."),
		"accelerator_type":            computedText("The type of the GPUs, such as `NVIDIA_H100_80GB`."),
		"accelerator_count":           computedNumber("The number of GPUs per replica."),
		"precision":                   computedText("The precision of the weights, such as `FP8`."),
		"min_replica_count":           computedNumber("The smallest number of replicas."),
		"max_replica_count":           computedNumber("The largest number of replicas; `0` if the deployment is parked."),
		"autoscaling_policy":          autoscalingPolicyDataAttribute(),
		"placement":                   placementDataAttribute(),
		"enable_addons":               computedBool("Whether LoRA addons can be loaded onto the deployment."),
		"enable_session_affinity":     computedBool("Whether requests of one session go to the same replica."),
		"max_concurrency_per_replica": computedNumber("The number of requests that a replica serves at a time; null without a limit."),
		"max_context_length":          computedNumber("The longest context in tokens."),
		"draft_model":                 computedText("The draft model for speculative decoding."),
		"draft_token_count":           computedNumber("The number of tokens that the draft model proposes."),
		"ngram_speculation_length":    computedNumber("The length of the n-grams that speculation uses."),
		"display_name":                computedText("The display name of the deployment."),
		"description":                 computedText("The description of the deployment."),
		"tags":                        computedMap("The custom tags, without the prefix `custom/`.", types.StringType),
		"state":                       computedText("The state of the deployment, such as `READY`, `CREATING`, `UPDATING` or `FAILED`."),
		"status_code":                 computedText("The code of the last operation, such as `OK`."),
		"status_message":              computedText("The message of the last operation, such as why it failed."),
		"region":                      computedText("The region in which the deployment currently runs."),
		"create_time":                 computedText("The time of creation, RFC 3339."),
		"update_time":                 computedText("The time of the last change, RFC 3339."),
		"replica_count":               computedNumber("The current number of replicas."),
		"desired_replica_count":       computedNumber("The number of replicas that the autoscaler wants."),
		"replica_stats":               replicaStatsDataAttribute(),
		"inference_model":             computedText("The value of `model` in inference requests."),
		"inference_base_url":          computedText("The base URL for OpenAI-compatible clients."),
	}
}

func autoscalingPolicyDataAttribute() schema.SingleNestedAttribute {
	return computedObject("When replicas are added and removed.", map[string]schema.Attribute{
		"scale_up_window":      computedText("How long the load must be high to add a replica."),
		"scale_down_window":    computedText("How long the load must be low to remove a replica."),
		"scale_to_zero_window": computedText("How long there must be no request to remove the last replica."),
		"load_targets":         computedMap("The load that the autoscaler aims for, by metric.", types.Float64Type),
		"scaling_schedules":    computedMap("The times at which the minimum number of replicas is raised, by name.", scheduleType),
	})
}

func placementDataAttribute() schema.SingleNestedAttribute {
	return computedObject("Where the deployment may run.", map[string]schema.Attribute{
		"region":       computedText("One region."),
		"multi_region": computedText("A group of regions, such as `US`."),
		"regions": schema.SetAttribute{
			MarkdownDescription: "The regions to choose from.",
			ElementType:         types.StringType,
			Computed:            true,
		},
	})
}

func replicaStatsDataAttribute() schema.SingleNestedAttribute {
	return computedObject("The number of replicas in each state.", map[string]schema.Attribute{
		"pending_scheduling_replica_count": computedNumber("The number of replicas that wait for GPUs."),
		"downloading_model_replica_count":  computedNumber("The number of replicas that download the model."),
		"initializing_replica_count":       computedNumber("The number of replicas that are starting."),
		"ready_replica_count":              computedNumber("The number of replicas that serve requests."),
	})
}

// deploymentValues are the values of deploymentAttributes. inferenceBaseURL is that of the platform.
func deploymentValues(deployment fireworks.Deployment, inferenceBaseURL string) map[string]attr.Value {
	accountID := types.StringNull()
	if name, err := fireworks.ParseDeploymentName(deployment.Name); err == nil {
		accountID = types.StringValue(name.AccountID)
	}

	values := deploymentFieldValues(deployment)
	maps.Copy(values, map[string]attr.Value{
		"id":                       types.StringValue(deployment.Name),
		"name":                     types.StringValue(deployment.Name),
		"account_id":               accountID,
		"deployment_shape_version": stringOrNull(deployment.DeploymentShape),
		"autoscaling_policy":       autoscalingPolicyData(deployment.AutoscalingPolicy),
		"tags":                     stringMap(deployment.Tags()),
		"state":                    stringOrNull(deployment.State),
		"status_code":              stringOrNull(deployment.StatusCode),
		"status_message":           stringOrNull(deployment.StatusMessage),
		"region":                   stringOrNull(deployment.Region),
		"create_time":              stringOrNull(deployment.CreateTime.String()),
		"update_time":              stringOrNull(deployment.UpdateTime.String()),
		"replica_count":            types.Int64Value(int64(deployment.ReplicaCount)),
		"desired_replica_count":    types.Int64Value(int64(deployment.DesiredReplicaCount)),
		"replica_stats": types.ObjectValueMust(rowTypes(replicaStatsDataAttribute().Attributes), map[string]attr.Value{
			"pending_scheduling_replica_count": types.Int64Value(int64(deployment.ReplicaStats.PendingScheduling)),
			"downloading_model_replica_count":  types.Int64Value(int64(deployment.ReplicaStats.DownloadingModel)),
			"initializing_replica_count":       types.Int64Value(int64(deployment.ReplicaStats.Initializing)),
			"ready_replica_count":              types.Int64Value(int64(deployment.ReplicaStats.Ready)),
		}),
		"inference_model":    types.StringValue(deployment.Name),
		"inference_base_url": types.StringValue(inferenceBaseURL),
	})

	return values
}

// autoscalingPolicyData is the policy with load targets that are never null, in contrast to those of the resource.
func autoscalingPolicyData(policy *fireworks.AutoscalingPolicy) types.Object {
	value := policyOf(autoscalingPolicyValue(policy))
	if policy == nil {
		return types.ObjectNull(autoscalingPolicyTypes)
	}

	if value.LoadTargets.IsNull() {
		value.LoadTargets = types.MapValueMust(types.Float64Type, map[string]attr.Value{})
	}

	return value.value()
}
