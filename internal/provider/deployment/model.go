// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
)

// resourceModel is the resource as Terraform represents it: configuration, plan or state.
type resourceModel struct {
	DeploymentID               types.String   `tfsdk:"deployment_id"`
	BaseModel                  types.String   `tfsdk:"base_model"`
	AccountID                  types.String   `tfsdk:"account_id"`
	DeploymentShape            types.String   `tfsdk:"deployment_shape"`
	AcceleratorType            types.String   `tfsdk:"accelerator_type"`
	AcceleratorCount           types.Int64    `tfsdk:"accelerator_count"`
	Precision                  types.String   `tfsdk:"precision"`
	AcceptShapelessRisk        types.Bool     `tfsdk:"accept_shapeless_risk"`
	MinReplicaCount            types.Int64    `tfsdk:"min_replica_count"`
	MaxReplicaCount            types.Int64    `tfsdk:"max_replica_count"`
	AutoscalingPolicy          types.Object   `tfsdk:"autoscaling_policy"`
	Placement                  types.Object   `tfsdk:"placement"`
	EnableAddons               types.Bool     `tfsdk:"enable_addons"`
	EnableSessionAffinity      types.Bool     `tfsdk:"enable_session_affinity"`
	MaxConcurrencyPerReplica   types.Int64    `tfsdk:"max_concurrency_per_replica"`
	MaxContextLength           types.Int64    `tfsdk:"max_context_length"`
	DraftModel                 types.String   `tfsdk:"draft_model"`
	DraftTokenCount            types.Int64    `tfsdk:"draft_token_count"`
	NgramSpeculationLength     types.Int64    `tfsdk:"ngram_speculation_length"`
	DisableSpeculativeDecoding types.Bool     `tfsdk:"disable_speculative_decoding"`
	SkipShapeValidation        types.Bool     `tfsdk:"skip_shape_validation"`
	DisplayName                types.String   `tfsdk:"display_name"`
	Description                types.String   `tfsdk:"description"`
	Tags                       types.Map      `tfsdk:"tags"`
	WaitForInference           types.Bool     `tfsdk:"wait_for_inference"`
	DeletionPolicy             types.String   `tfsdk:"deletion_policy"`
	ForceDestroy               types.Bool     `tfsdk:"force_destroy"`
	SoftDelete                 types.Bool     `tfsdk:"soft_delete"`
	ID                         types.String   `tfsdk:"id"`
	Name                       types.String   `tfsdk:"name"`
	DeploymentShapeVersion     types.String   `tfsdk:"deployment_shape_version"`
	State                      types.String   `tfsdk:"state"`
	Region                     types.String   `tfsdk:"region"`
	CreateTime                 types.String   `tfsdk:"create_time"`
	InferenceModel             types.String   `tfsdk:"inference_model"`
	InferenceBaseURL           types.String   `tfsdk:"inference_base_url"`
	Timeouts                   timeouts.Value `tfsdk:"timeouts"`
}

// setName sets the attributes that follow from the name of the deployment and the base URL of the API.
func (d *resourceModel) setName(name fireworks.DeploymentName, client *fireworks.Client) {
	d.AccountID = types.StringValue(name.AccountID)
	d.DeploymentID = types.StringValue(name.DeploymentID)
	d.ID = types.StringValue(name.String())
	d.Name = types.StringValue(name.String())
	d.InferenceModel = types.StringValue(name.String())
	d.InferenceBaseURL = types.StringValue(client.InferenceBaseURL())
}

// setDefaults sets the replica counts that are not configured. It is called on a configuration.
func (d *resourceModel) setDefaults() {
	if d.MinReplicaCount.IsNull() {
		d.MinReplicaCount = types.Int64Value(0)
	}

	if d.MaxReplicaCount.IsNull() {
		d.MaxReplicaCount = defaultMaxReplicaCount(d.MinReplicaCount)
	}
}

// defaultMaxReplicaCount returns the API's own default.
func defaultMaxReplicaCount(minReplicaCount types.Int64) types.Int64 {
	if minReplicaCount.IsUnknown() {
		return types.Int64Unknown()
	}

	return types.Int64Value(max(minReplicaCount.ValueInt64(), 1))
}

// modelFromAPI returns what the API reports.
func modelFromAPI(api fireworks.Deployment) *resourceModel {
	return &resourceModel{
		BaseModel:                attribute.StringOrNull(api.BaseModel),
		DeploymentShape:          attribute.StringOrNull(api.DeploymentShape),
		AcceleratorType:          attribute.StringOrNull(api.AcceleratorType),
		AcceleratorCount:         attribute.Int64OrNull(api.AcceleratorCount),
		Precision:                attribute.StringOrNull(api.Precision),
		MinReplicaCount:          types.Int64Value(int64(api.MinReplicaCount)),
		MaxReplicaCount:          types.Int64Value(int64(api.MaxReplicaCount)),
		AutoscalingPolicy:        autoscalingPolicyValue(api.AutoscalingPolicy),
		Placement:                placementValue(api.Placement),
		EnableAddons:             types.BoolValue(api.EnableAddons),
		EnableSessionAffinity:    types.BoolValue(api.EnableSessionAffinity),
		MaxConcurrencyPerReplica: attribute.Int64OrNull(api.MaxConcurrencyPerReplica),
		MaxContextLength:         attribute.Int64OrNull(api.MaxContextLength),
		DraftModel:               attribute.StringOrNull(api.DraftModel),
		DraftTokenCount:          attribute.Int64OrNull(api.DraftTokenCount),
		NgramSpeculationLength:   attribute.Int64OrNull(api.NgramSpeculationLength),
		DisplayName:              attribute.StringOrNull(api.DisplayName),
		Description:              attribute.StringOrNull(api.Description),
		Tags:                     attribute.StringMap(api.Tags()),
		DeploymentShapeVersion:   attribute.StringOrNull(api.DeploymentShape),
		State:                    attribute.StringOrNull(api.State),
		Region:                   attribute.StringOrNull(api.Region),
		CreateTime:               attribute.StringOrNull(api.CreateTime.String()),
	}
}

// Refresh sets everything that the API reports. Values that mean the same as before keep their spelling. What only a
// creation can set stays as it was configured, even if the API reports it in another form or not at all: it cannot
// change before the deployment is created anew, which its create_time shows.
func (d *resourceModel) Refresh(api fireworks.Deployment) {
	reported := modelFromAPI(api)
	recreated := lifecycle.IsRecreated(d.CreateTime, api.CreateTime)

	for _, field := range fieldTable {
		prior, value := field.get(d), field.get(reported)
		if field.createOnly && attribute.IsKnown(prior) && !recreated {
			continue
		}

		field.set(d, field.means().Keep(prior, value))
	}

	if !d.Tags.IsNull() {
		d.Tags = keepTags(d.Tags, reported.Tags)
	}

	attribute.Copy(d, reported, reportedNames...)
}

// FillUnknown sets the unknown attributes from the deployment, or to null without one.
func (d *resourceModel) FillUnknown(api *fireworks.Deployment) {
	if api == nil {
		api = &fireworks.Deployment{}
	}

	reported := modelFromAPI(*api)
	d.AutoscalingPolicy = fillPolicy(d.AutoscalingPolicy, reported.AutoscalingPolicy)
	attribute.FillUnknown(d, reported)
}

// CopyUnsent sets the arguments that an update saves without a request.
func (d *resourceModel) CopyUnsent(plan *resourceModel) {
	attribute.Copy(d, plan, "accept_shapeless_risk", "disable_speculative_decoding", "skip_shape_validation",
		"wait_for_inference", "deletion_policy", "force_destroy", "soft_delete", "timeouts")
}

// waitsForInference reports whether an apply waits for a response to an inference request.
func (d *resourceModel) waitsForInference() bool {
	return d.WaitForInference.ValueBool() && d.MaxReplicaCount.ValueInt64() > 0
}

// sends reports whether the value of a field is part of a request.
func (d *resourceModel) sends(field fieldSpec) bool {
	return attribute.IsKnown(field.get(d)) && (!field.asserted || d.DeploymentShape.IsNull())
}

// createRequest returns the request that creates the configured deployment.
func (d *resourceModel) createRequest(name fireworks.DeploymentName) fireworks.CreateDeploymentRequest {
	fields := fireworks.Fields{}

	for _, field := range fieldTable {
		if !d.sends(field) {
			continue
		}

		if value := field.means().request(field.get(d), nil); value != nil {
			fields[field.name] = value
		}
	}

	if tags := tagsOf(d.Tags); len(tags) > 0 {
		fields["annotations"] = fireworks.TagAnnotations(tags)
	}

	return fireworks.CreateDeploymentRequest{
		Name:                       name,
		Fields:                     fields,
		AcceptShapelessRisk:        d.DeploymentShape.IsNull() && d.AcceptShapelessRisk.ValueBool(),
		SkipShapeValidation:        d.SkipShapeValidation.ValueBool(),
		DisableSpeculativeDecoding: d.DisableSpeculativeDecoding.ValueBool(),
	}
}

// changes returns the fields of an update: those that the plan knows and the state does not have. An argument that is
// not configured, or whose changes are ignored, has its prior value in the plan.
func (d *resourceModel) changes(state *resourceModel) fireworks.Fields {
	fields := fireworks.Fields{}

	for _, field := range fieldTable {
		planned, prior := field.get(d), field.get(state)
		if !field.createOnly && d.sends(field) && !field.satisfies(prior, planned) {
			fields[field.name] = field.means().request(planned, prior)
		}
	}

	return fields
}

// rollsOut reports whether an update of the fields may restart replicas: all but the metadata may.
func rollsOut(fields fireworks.Fields) bool {
	for _, field := range fieldTable {
		if _, sent := fields[field.name]; sent && !field.metadata {
			return true
		}
	}

	return false
}

// notApplied returns the values that differ from those of the API, among the fields that were sent.
func (d *resourceModel) notApplied(api fireworks.Deployment, sent fireworks.Fields) (all []attribute.Unapplied) {
	reported := modelFromAPI(api)

	for _, field := range fieldTable {
		wanted, have := field.get(d), field.get(reported)
		if _, ok := sent[field.name]; !ok || field.satisfies(have, wanted) {
			continue
		}

		value := attribute.Unapplied{Name: field.name, CreateOnly: field.createOnly}
		if field.metadata {
			value.Difference = attribute.TextDifference(wanted, have)
		} else {
			value.Want, value.Got = field.means().Describe(wanted, have)
		}

		all = append(all, value)
	}

	return all
}
