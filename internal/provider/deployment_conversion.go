package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deployment is the resource as Terraform represents it: configuration, plan or state.
type deployment struct {
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
func (d *deployment) setName(name fireworks.DeploymentName, client *fireworks.Client) {
	d.AccountID = types.StringValue(name.AccountID)
	d.DeploymentID = types.StringValue(name.DeploymentID)
	d.ID = types.StringValue(name.String())
	d.Name = types.StringValue(name.String())
	d.InferenceModel = types.StringValue(name.String())
	d.InferenceBaseURL = types.StringValue(client.InferenceBaseURL())
}

// deploymentName returns the name of the deployment in the state.
func (d *deployment) deploymentName() (fireworks.DeploymentName, error) {
	return fireworks.ParseDeploymentName(d.ID.ValueString())
}

// setDefaults sets the replica counts that are not configured. It is called on a configuration.
func (d *deployment) setDefaults() {
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

// deploymentFromAPI returns what the API reports.
func deploymentFromAPI(api fireworks.Deployment) *deployment {
	return &deployment{
		BaseModel:                stringOrNull(api.BaseModel),
		DeploymentShape:          stringOrNull(api.DeploymentShape),
		AcceleratorType:          stringOrNull(api.AcceleratorType),
		AcceleratorCount:         int64OrNull(api.AcceleratorCount),
		Precision:                stringOrNull(api.Precision),
		MinReplicaCount:          types.Int64Value(int64(api.MinReplicaCount)),
		MaxReplicaCount:          types.Int64Value(int64(api.MaxReplicaCount)),
		AutoscalingPolicy:        autoscalingPolicyValue(api.AutoscalingPolicy),
		Placement:                placementValue(api.Placement),
		EnableAddons:             types.BoolValue(api.EnableAddons),
		EnableSessionAffinity:    types.BoolValue(api.EnableSessionAffinity),
		MaxConcurrencyPerReplica: int64OrNull(api.MaxConcurrencyPerReplica),
		MaxContextLength:         int64OrNull(api.MaxContextLength),
		DraftModel:               stringOrNull(api.DraftModel),
		DraftTokenCount:          int64OrNull(api.DraftTokenCount),
		NgramSpeculationLength:   int64OrNull(api.NgramSpeculationLength),
		DisplayName:              stringOrNull(api.DisplayName),
		Description:              stringOrNull(api.Description),
		Tags:                     stringMap(api.Tags()),
		DeploymentShapeVersion:   stringOrNull(api.DeploymentShape),
		State:                    stringOrNull(api.State),
		Region:                   stringOrNull(api.Region),
		CreateTime:               stringOrNull(api.CreateTime.String()),
	}
}

// deploymentFieldValues are the values of deploymentFields in the API. Data sources use them as well.
func deploymentFieldValues(api fireworks.Deployment) map[string]attr.Value {
	values, reported := map[string]attr.Value{}, deploymentFromAPI(api)
	for _, field := range deploymentFields {
		values[field.name] = field.get(reported)
	}

	return values
}

// refresh sets everything that the API reports. Values that mean the same as before keep their spelling. What only a
// creation can set stays as it was configured, even if the API reports it in another form or not at all: it cannot
// change before the deployment is created anew, which its create_time shows.
func (d *deployment) refresh(api fireworks.Deployment) {
	reported := deploymentFromAPI(api)
	recreated := isKnown(d.CreateTime) && isKnown(reported.CreateTime) && !d.CreateTime.Equal(reported.CreateTime)

	for _, field := range deploymentFields {
		prior, value := field.get(d), field.get(reported)
		if field.createOnly && isKnown(prior) && !recreated {
			continue
		}

		field.set(d, field.means().keep(prior, value))
	}

	if !d.Tags.IsNull() {
		d.Tags = keepTags(d.Tags, reported.Tags)
	}

	d.DeploymentShapeVersion = reported.DeploymentShapeVersion
	d.State = reported.State
	d.Region = reported.Region
	d.CreateTime = reported.CreateTime
}

// fillUnknown sets the unknown attributes from the deployment, or to null without one.
func (d *deployment) fillUnknown(api *fireworks.Deployment) {
	if api == nil {
		api = &fireworks.Deployment{}
	}

	reported := deploymentFromAPI(*api)
	for _, field := range deploymentFields {
		field.set(d, field.means().fill(field.get(d), field.get(reported)))
	}

	setIfUnknown(&d.Tags, reported.Tags)
	setIfUnknown(&d.DeploymentShapeVersion, reported.DeploymentShapeVersion)
	setIfUnknown(&d.State, reported.State)
	setIfUnknown(&d.Region, reported.Region)
	setIfUnknown(&d.CreateTime, reported.CreateTime)
}

// copyUnsent sets the arguments that an update saves without a request.
func (d *deployment) copyUnsent(plan *deployment) {
	d.AcceptShapelessRisk = plan.AcceptShapelessRisk
	d.DisableSpeculativeDecoding = plan.DisableSpeculativeDecoding
	d.SkipShapeValidation = plan.SkipShapeValidation
	d.WaitForInference = plan.WaitForInference
	d.DeletionPolicy = plan.DeletionPolicy
	d.ForceDestroy = plan.ForceDestroy
	d.SoftDelete = plan.SoftDelete
	d.Timeouts = plan.Timeouts
}

// waitsForInference reports whether an apply waits for a response to an inference request.
func (d *deployment) waitsForInference() bool {
	return d.WaitForInference.ValueBool() && d.MaxReplicaCount.ValueInt64() > 0
}

// sends reports whether the value of a field is part of a request.
func (d *deployment) sends(field deploymentField) bool {
	return isKnown(field.get(d)) && !(field.asserted && !d.DeploymentShape.IsNull())
}

// createRequest returns the request that creates the configured deployment.
func (d *deployment) createRequest(name fireworks.DeploymentName) fireworks.CreateDeploymentRequest {
	fields := fireworks.Fields{}

	for _, field := range deploymentFields {
		if !d.sends(field) {
			continue
		}

		if value := field.means().request(field.get(d), field.unknown); value != nil {
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
func (d *deployment) changes(state *deployment) fireworks.Fields {
	fields := fireworks.Fields{}

	for _, field := range deploymentFields {
		planned, prior := field.get(d), field.get(state)
		if !field.createOnly && d.sends(field) && !field.satisfies(prior, planned) {
			fields[field.name] = field.means().request(planned, prior)
		}
	}

	return fields
}

// rollsOut reports whether an update of the fields may restart replicas: all but the metadata may.
func rollsOut(fields fireworks.Fields) bool {
	for _, field := range deploymentFields {
		if _, sent := fields[field.name]; sent && !field.metadata {
			return true
		}
	}

	return false
}

// notApplied returns the values that differ from those of the API, among the fields that were sent.
func (d *deployment) notApplied(api fireworks.Deployment, sent fireworks.Fields) (all []unapplied) {
	reported := deploymentFromAPI(api)

	for _, field := range deploymentFields {
		wanted, have := field.get(d), field.get(reported)
		if _, ok := sent[field.name]; !ok || field.satisfies(have, wanted) {
			continue
		}

		value := unapplied{name: field.name, createOnly: field.createOnly}
		if field.metadata {
			value.difference = textDifference(wanted, have)
		} else {
			value.want, value.got = field.means().describe(wanted, have)
		}

		all = append(all, value)
	}

	return all
}
