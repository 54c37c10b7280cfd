package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
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
	MaxContextLength           types.Int64    `tfsdk:"max_context_length"`
	DraftModel                 types.String   `tfsdk:"draft_model"`
	DraftTokenCount            types.Int64    `tfsdk:"draft_token_count"`
	NgramSpeculationLength     types.Int64    `tfsdk:"ngram_speculation_length"`
	DisableSpeculativeDecoding types.Bool     `tfsdk:"disable_speculative_decoding"`
	SkipShapeValidation        types.Bool     `tfsdk:"skip_shape_validation"`
	DisplayName                types.String   `tfsdk:"display_name"`
	Description                types.String   `tfsdk:"description"`
	Tags                       types.Map      `tfsdk:"tags"`
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

// refresh sets everything that the API reports. Values that mean the same as before keep their spelling.
func (d *deployment) refresh(api fireworks.Deployment) {
	values := deploymentFieldValues(api)
	for _, field := range deploymentFields {
		field.set(d, field.keep(field.get(d), values[field.name]))
	}

	if !d.Tags.IsNull() {
		d.Tags = stringMap(api.Tags())
	}

	d.DeploymentShapeVersion = stringOrNull(api.DeploymentShape)
	d.State = stringOrNull(api.State)
	d.Region = stringOrNull(api.Region)
	d.CreateTime = stringOrNull(api.CreateTime.String())
}

// fillUnknown sets the unknown attributes from the deployment, or to null without one.
func (d *deployment) fillUnknown(api *fireworks.Deployment) {
	if api == nil {
		api = &fireworks.Deployment{}
	}

	values := deploymentFieldValues(*api)
	for _, field := range deploymentFields {
		field.set(d, field.fill(field.get(d), values[field.name]))
	}

	setIfUnknown(&d.Tags, stringMap(api.Tags()))
	setIfUnknown(&d.DeploymentShapeVersion, stringOrNull(api.DeploymentShape))
	setIfUnknown(&d.State, stringOrNull(api.State))
	setIfUnknown(&d.Region, stringOrNull(api.Region))
	setIfUnknown(&d.CreateTime, stringOrNull(api.CreateTime.String()))
}

// served returns the deployment with the shape that the API uses instead of the one that is configured, so that it can be
// compared with a configuration.
func (d *deployment) served() *deployment {
	served := *d
	served.DeploymentShape = d.DeploymentShapeVersion

	return &served
}

// createFields returns the body of a request that creates the configured deployment.
func (d *deployment) createFields() fireworks.Fields {
	fields := fireworks.Fields{}

	for _, field := range deploymentFields {
		if value := field.get(d); isKnown(value) {
			fields[field.name] = requestValue(value)
		}
	}

	if isKnown(d.Tags) && len(d.Tags.Elements()) > 0 {
		fields["annotations"] = fireworks.TagAnnotations(tagsOf(d.Tags))
	}

	return fields
}

// createRequest returns the request that creates the configured deployment.
func (d *deployment) createRequest(name fireworks.DeploymentName) fireworks.CreateDeploymentRequest {
	return fireworks.CreateDeploymentRequest{
		Name:                       name,
		Fields:                     d.createFields(),
		AcceptShapelessRisk:        d.DeploymentShape.IsNull() && d.AcceptShapelessRisk.ValueBool(),
		SkipShapeValidation:        d.SkipShapeValidation.ValueBool(),
		DisableSpeculativeDecoding: d.DisableSpeculativeDecoding.ValueBool(),
	}
}

// changes returns the body of a request that changes the current deployment to what is configured, with the fields that differ.
// An argument that is not configured keeps the server's value.
func (d *deployment) changes(current *deployment) fireworks.Fields {
	fields := fireworks.Fields{}

	for _, field := range deploymentFields {
		configured, have := field.get(d), field.get(current)
		if field.createOnly || !isKnown(configured) || field.covers(configured, have) {
			continue
		}

		fields[field.name] = requestValue(field.merge(configured, have))
	}

	return fields
}

// notApplied returns the configured values that differ from those of the API, among the fields with the given names.
func (d *deployment) notApplied(api fireworks.Deployment, names fireworks.Fields) []unapplied {
	var all []unapplied

	values := deploymentFieldValues(api)

	for _, field := range deploymentFields {
		configured, have := field.get(d), values[field.name]
		if _, sent := names[field.name]; sent && isKnown(configured) && !field.covers(configured, have) {
			all = append(all, unapplied{name: field.name, want: configured, got: have})
		}
	}

	return all
}
