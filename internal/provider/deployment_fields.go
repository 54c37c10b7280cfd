package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deploymentField is an argument that is also a field of the API.
type deploymentField struct {
	// name is the name of the attribute, of the field in an update mask, and of the value in deploymentFieldValues.
	name string
	// createOnly is set for a field that an update cannot change.
	createOnly bool
	get        func(*deployment) attr.Value
	set        func(*deployment, attr.Value)
	unknown    attr.Value
	// attributeTypes are those of an object, and nullAttributes is an object of nulls.
	attributeTypes map[string]attr.Type
	nullAttributes types.Object
	// satisfies, if set, reports whether the API's value meets the configured one, although they differ.
	satisfies func(configured, have attr.Value) bool
}

// deploymentFields are the fields behind creation, refresh, updates and the comparison of what was requested with what was applied.
var deploymentFields = []deploymentField{
	createOnly(newField("base_model", func(d *deployment) *types.String { return &d.BaseModel }, types.StringUnknown())),
	shapeField(),
	newField("accelerator_type", func(d *deployment) *types.String { return &d.AcceleratorType }, types.StringUnknown()),
	newField("accelerator_count", func(d *deployment) *types.Int64 { return &d.AcceleratorCount }, types.Int64Unknown()),
	newField("precision", func(d *deployment) *types.String { return &d.Precision }, types.StringUnknown()),
	newField("min_replica_count", func(d *deployment) *types.Int64 { return &d.MinReplicaCount }, types.Int64Unknown()),
	newField("max_replica_count", func(d *deployment) *types.Int64 { return &d.MaxReplicaCount }, types.Int64Unknown()),
	autoscalingPolicyField(),
	createOnly(placementField()),
	newField("enable_addons", func(d *deployment) *types.Bool { return &d.EnableAddons }, types.BoolUnknown()),
	newField("enable_session_affinity", func(d *deployment) *types.Bool { return &d.EnableSessionAffinity }, types.BoolUnknown()),
	newField("max_context_length", func(d *deployment) *types.Int64 { return &d.MaxContextLength }, types.Int64Unknown()),
	newField("draft_model", func(d *deployment) *types.String { return &d.DraftModel }, types.StringUnknown()),
	newField("draft_token_count", func(d *deployment) *types.Int64 { return &d.DraftTokenCount }, types.Int64Unknown()),
	newField("ngram_speculation_length", func(d *deployment) *types.Int64 { return &d.NgramSpeculationLength }, types.Int64Unknown()),
	newField("display_name", func(d *deployment) *types.String { return &d.DisplayName }, types.StringUnknown()),
	newField("description", func(d *deployment) *types.String { return &d.Description }, types.StringUnknown()),
}

// deploymentFieldValues are the values of deploymentFields in the API. Data sources use them as well.
func deploymentFieldValues(api fireworks.Deployment) map[string]attr.Value {
	return map[string]attr.Value{
		"base_model":               stringOrNull(api.BaseModel),
		"deployment_shape":         stringOrNull(api.DeploymentShape),
		"accelerator_type":         stringOrNull(api.AcceleratorType),
		"accelerator_count":        int64OrNull(api.AcceleratorCount),
		"precision":                stringOrNull(api.Precision),
		"min_replica_count":        types.Int64Value(int64(api.MinReplicaCount)),
		"max_replica_count":        types.Int64Value(int64(api.MaxReplicaCount)),
		"autoscaling_policy":       autoscalingPolicyValue(api.AutoscalingPolicy),
		"placement":                placementValue(api.Placement),
		"enable_addons":            types.BoolValue(api.EnableAddons),
		"enable_session_affinity":  types.BoolValue(api.EnableSessionAffinity),
		"max_context_length":       int64OrNull(api.MaxContextLength),
		"draft_model":              stringOrNull(api.DraftModel),
		"draft_token_count":        int64OrNull(api.DraftTokenCount),
		"ngram_speculation_length": int64OrNull(api.NgramSpeculationLength),
		"display_name":             stringOrNull(api.DisplayName),
		"description":              stringOrNull(api.Description),
	}
}

func newField[V attr.Value](name string, at func(*deployment) *V, unknown V) deploymentField {
	return deploymentField{
		name:    name,
		unknown: unknown,
		get:     func(d *deployment) attr.Value { return *at(d) },
		set: func(d *deployment, value attr.Value) {
			if typed, ok := value.(V); ok {
				*at(d) = typed
			}
		},
	}
}

func objectField(
	name string, at func(*deployment) *types.Object, attributeTypes map[string]attr.Type, nullAttributes types.Object,
) deploymentField {
	field := newField(name, at, types.ObjectUnknown(attributeTypes))
	field.attributeTypes, field.nullAttributes = attributeTypes, nullAttributes

	return field
}

func autoscalingPolicyField() deploymentField {
	return objectField("autoscaling_policy", func(d *deployment) *types.Object { return &d.AutoscalingPolicy },
		autoscalingPolicyTypes, autoscalingPolicyValue(&fireworks.AutoscalingPolicy{}))
}

func placementField() deploymentField {
	return objectField("placement", func(d *deployment) *types.Object { return &d.Placement },
		placementTypes, placementValue(&fireworks.Placement{}))
}

func createOnly(field deploymentField) deploymentField {
	field.createOnly = true
	return field
}

// shapeField is the deployment shape: the API reports a version where a shape, or just "default", is configured.
func shapeField() deploymentField {
	field := newField("deployment_shape", func(d *deployment) *types.String { return &d.DeploymentShape }, types.StringUnknown())
	field.satisfies = func(configured, have attr.Value) bool {
		wanted, isString := configured.(types.String)
		version, hasVersion := have.(types.String)

		return isString && hasVersion && shapeSatisfies(wanted.ValueString(), version.ValueString())
	}

	return field
}

// shapeSatisfies reports whether the version of a shape meets the configured name.
func shapeSatisfies(configured, version string) bool {
	if version == "" || configured == "" {
		return false
	}

	return configured == version || configured == fireworks.DeploymentShapeDefault ||
		strings.HasPrefix(version, configured+"/versions/")
}

// covers reports whether the API's value meets the configured one. What is not configured is not compared.
func (f deploymentField) covers(configured, have attr.Value) bool {
	return f.satisfies != nil && isKnown(configured) && f.satisfies(configured, have) || covers(configured, have)
}

var (
	autoscalingPolicyTypes = map[string]attr.Type{
		"scale_up_window":      types.StringType,
		"scale_down_window":    types.StringType,
		"scale_to_zero_window": types.StringType,
		"load_targets":         types.MapType{ElemType: types.Float64Type},
	}
	placementTypes = map[string]attr.Type{
		"region":       types.StringType,
		"multi_region": types.StringType,
		"regions":      types.SetType{ElemType: types.StringType},
	}
)

func autoscalingPolicyValue(policy *fireworks.AutoscalingPolicy) types.Object {
	if policy == nil {
		return types.ObjectNull(autoscalingPolicyTypes)
	}

	targets := types.MapNull(types.Float64Type)

	if len(policy.LoadTargets) > 0 {
		elements := map[string]attr.Value{}
		for name, target := range policy.LoadTargets {
			elements[name] = types.Float64Value(target)
		}

		targets = types.MapValueMust(types.Float64Type, elements)
	}

	return types.ObjectValueMust(autoscalingPolicyTypes, map[string]attr.Value{
		"scale_up_window":      stringOrNull(policy.ScaleUpWindow),
		"scale_down_window":    stringOrNull(policy.ScaleDownWindow),
		"scale_to_zero_window": stringOrNull(policy.ScaleToZeroWindow),
		"load_targets":         targets,
	})
}

func placementValue(placement *fireworks.Placement) types.Object {
	if placement == nil {
		return types.ObjectNull(placementTypes)
	}

	regions := types.SetNull(types.StringType)
	if len(placement.Regions) > 0 {
		regions = types.SetValueMust(types.StringType, stringList(placement.Regions).Elements())
	}

	return types.ObjectValueMust(placementTypes, map[string]attr.Value{
		"region":       stringOrNull(placement.Region),
		"multi_region": stringOrNull(placement.MultiRegion),
		"regions":      regions,
	})
}
