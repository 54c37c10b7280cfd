// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
)

// dataAttributes are the attributes of a deployment that its data source and the listing have in common.
func dataAttributes() map[string]schema.Attribute {
	attributes := attribute.DataAttributes(reportedAttributes())
	maps.Copy(attributes, map[string]schema.Attribute{
		"id":         attribute.ComputedText("The full name, `" + fireworks.DeploymentNameForm + "`."),
		"name":       attribute.ComputedText("The same as `id`."),
		"account_id": attribute.ComputedText("The account of the deployment."),
		"base_model": attribute.ComputedText("The full name of the served model."),
		"deployment_shape": attribute.ComputedText("The full name of the shape with its version; null " +
			"without a shape."),
		"deployment_shape_version": attribute.ComputedText("The same as `deployment_shape`."),
		"accelerator_type":         attribute.ComputedText("The type of the GPUs, such as `NVIDIA_H100_80GB`."),
		"accelerator_count":        attribute.ComputedNumber("The number of GPUs per replica."),
		"precision":                attribute.ComputedText("The precision, such as `FP8`."),
		"min_replica_count":        attribute.ComputedNumber("The smallest number of replicas."),
		"max_replica_count":        attribute.ComputedNumber("The largest number of replicas; `0` if parked."),
		"autoscaling_policy":       autoscalingPolicyDataAttribute(),
		"placement":                placementDataAttribute(),
		"enable_addons":            attribute.ComputedBool("Whether LoRA models can be loaded."),
		"enable_session_affinity":  attribute.ComputedBool("Whether requests of one session go to the same replica."),
		"max_concurrency_per_replica": attribute.ComputedNumber("The number of concurrent requests per " +
			"replica; null without a limit."),
		"max_context_length":       attribute.ComputedNumber("The longest context in tokens."),
		"draft_model":              attribute.ComputedText("The draft model for speculative decoding."),
		"draft_token_count":        attribute.ComputedNumber("The number of tokens that the draft model proposes."),
		"ngram_speculation_length": attribute.ComputedNumber("The length of the n-grams for speculation."),
		"display_name":             attribute.ComputedText("The display name."),
		"description":              attribute.ComputedText("The description."),
		"tags": attribute.ComputedMap("The custom tags, without the prefix `custom/`.",
			types.StringType),
		"state":                 attribute.ComputedText("The state, such as `READY`, `CREATING`, `UPDATING` or `FAILED`."),
		"status_code":           attribute.ComputedText("The code of the last operation if it failed, such as `RESOURCE_EXHAUSTED`."),
		"status_message":        attribute.ComputedText("The message of the last operation."),
		"update_time":           attribute.ComputedText(attribute.UpdateTimeText),
		"replica_count":         attribute.ComputedNumber("The current number of replicas."),
		"desired_replica_count": attribute.ComputedNumber("The number of replicas that the autoscaler wants."),
		"replica_stats":         replicaStatsDataAttribute(),
		"inference_model":       attribute.ComputedText(attribute.InferenceModelText),
		"inference_base_url":    attribute.ComputedText(attribute.InferenceBaseURLText),
	})

	return attributes
}

// dataNames are the names of dataAttributes.
var dataNames = slices.Collect(maps.Keys(dataAttributes()))

func autoscalingPolicyDataAttribute() schema.SingleNestedAttribute {
	return attribute.ComputedObject("When replicas are added and removed.", map[string]schema.Attribute{
		"scale_up_window":      attribute.ComputedText("How long the load must be high to add a replica."),
		"scale_down_window":    attribute.ComputedText("How long the load must be low to remove a replica."),
		"scale_to_zero_window": attribute.ComputedText("How long to wait without requests before scaling to zero."),
		"load_targets": attribute.ComputedMap("The target load by metric.",
			loadTargetType),
		"scaling_schedules": attribute.ComputedMap("Times with a higher minimum number of replicas, by "+
			"name.", scheduleType),
	})
}

func placementDataAttribute() schema.SingleNestedAttribute {
	return attribute.ComputedObject("Where replicas may run.", map[string]schema.Attribute{
		"region":       attribute.ComputedText("A region."),
		"multi_region": attribute.ComputedText("A group of regions, such as `US`."),
		"regions": schema.SetAttribute{
			MarkdownDescription: "Several regions.",
			ElementType:         types.StringType,
			Computed:            true,
		},
	})
}

func replicaStatsDataAttribute() schema.SingleNestedAttribute {
	return attribute.ComputedObject("The number of replicas by state.", map[string]schema.Attribute{
		"pending_scheduling_replica_count": attribute.ComputedNumber("Replicas that wait for GPUs."),
		"downloading_model_replica_count":  attribute.ComputedNumber("Replicas that download the model."),
		"initializing_replica_count":       attribute.ComputedNumber("Replicas that are starting."),
		"ready_replica_count":              attribute.ComputedNumber("Replicas that serve requests."),
	})
}

// dataValues are the values of dataAttributes. inferenceBaseURL is that of the platform.
func dataValues(deployment fireworks.Deployment, inferenceBaseURL string) map[string]attr.Value {
	accountID := types.StringNull()
	if name, err := fireworks.ParseDeploymentName(deployment.Name); err == nil {
		accountID = types.StringValue(name.AccountID)
	}

	values := attribute.Values(modelFromAPI(deployment), dataNames)
	maps.Copy(values, map[string]attr.Value{
		"id":                    types.StringValue(deployment.Name),
		"name":                  types.StringValue(deployment.Name),
		"account_id":            accountID,
		"autoscaling_policy":    autoscalingPolicyData(deployment.AutoscalingPolicy),
		"tags":                  attribute.StringMap(deployment.Tags()),
		"status_code":           attribute.StringOrNull(deployment.StatusCode),
		"status_message":        attribute.StringOrNull(deployment.StatusMessage),
		"update_time":           attribute.StringOrNull(deployment.UpdateTime.String()),
		"replica_count":         types.Int64Value(int64(deployment.ReplicaCount)),
		"desired_replica_count": types.Int64Value(int64(deployment.DesiredReplicaCount)),
		"replica_stats": types.ObjectValueMust(attribute.RowTypes(replicaStatsDataAttribute().Attributes),
			map[string]attr.Value{
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
		value.LoadTargets = types.MapValueMust(loadTargetType, map[string]attr.Value{})
	}

	return value.value()
}
