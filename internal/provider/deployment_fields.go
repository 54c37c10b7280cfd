package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// deploymentField is an argument that is also a field of the API.
type deploymentField struct {
	// name is the name of the attribute, and that of the field in an update mask.
	name string
	// createOnly is set for a field that an update cannot change.
	createOnly bool
	get        func(*deployment) attr.Value
	set        func(*deployment, attr.Value)
	fromAPI    func(fireworks.Deployment) attr.Value
	unknown    attr.Value
	// attributeTypes are those of an object, and nullAttributes is an object of nulls.
	attributeTypes map[string]attr.Type
	nullAttributes types.Object
	// satisfies, if set, reports whether the API's value is what a configured value asks for, although they differ.
	satisfies func(configured, have attr.Value) bool
}

// deploymentFields are the fields behind creation, refresh, updates and the comparison of what was requested with what was applied.
var deploymentFields = []deploymentField{
	createOnly(stringField("base_model", func(d *deployment) *types.String { return &d.BaseModel },
		func(d fireworks.Deployment) string { return d.BaseModel })),
	shapeField(),
	stringField("accelerator_type", func(d *deployment) *types.String { return &d.AcceleratorType },
		func(d fireworks.Deployment) string { return string(d.AcceleratorType) }),
	int64Field("accelerator_count", func(d *deployment) *types.Int64 { return &d.AcceleratorCount },
		func(d fireworks.Deployment) types.Int64 { return int64OrNull(d.AcceleratorCount) }),
	stringField("precision", func(d *deployment) *types.String { return &d.Precision },
		func(d fireworks.Deployment) string { return string(d.Precision) }),
	int64Field("min_replica_count", func(d *deployment) *types.Int64 { return &d.MinReplicaCount },
		func(d fireworks.Deployment) types.Int64 { return types.Int64Value(int64(d.MinReplicaCount)) }),
	int64Field("max_replica_count", func(d *deployment) *types.Int64 { return &d.MaxReplicaCount },
		func(d fireworks.Deployment) types.Int64 { return types.Int64Value(int64(d.MaxReplicaCount)) }),
	autoscalingPolicyField(),
	createOnly(placementField()),
	boolField("enable_addons", func(d *deployment) *types.Bool { return &d.EnableAddons },
		func(d fireworks.Deployment) bool { return d.EnableAddons }),
	boolField("enable_session_affinity", func(d *deployment) *types.Bool { return &d.EnableSessionAffinity },
		func(d fireworks.Deployment) bool { return d.EnableSessionAffinity }),
	int64Field("max_context_length", func(d *deployment) *types.Int64 { return &d.MaxContextLength },
		func(d fireworks.Deployment) types.Int64 { return int64OrNull(d.MaxContextLength) }),
	stringField("draft_model", func(d *deployment) *types.String { return &d.DraftModel },
		func(d fireworks.Deployment) string { return d.DraftModel }),
	int64Field("draft_token_count", func(d *deployment) *types.Int64 { return &d.DraftTokenCount },
		func(d fireworks.Deployment) types.Int64 { return int64OrNull(d.DraftTokenCount) }),
	int64Field("ngram_speculation_length", func(d *deployment) *types.Int64 { return &d.NgramSpeculationLength },
		func(d fireworks.Deployment) types.Int64 { return int64OrNull(d.NgramSpeculationLength) }),
	stringField("display_name", func(d *deployment) *types.String { return &d.DisplayName },
		func(d fireworks.Deployment) string { return d.DisplayName }),
	stringField("description", func(d *deployment) *types.String { return &d.Description },
		func(d fireworks.Deployment) string { return d.Description }),
}

func newField[V attr.Value](name string, at func(*deployment) *V, fromAPI func(fireworks.Deployment) V) deploymentField {
	return deploymentField{
		name: name,
		get:  func(d *deployment) attr.Value { return *at(d) },
		set: func(d *deployment, value attr.Value) {
			if typed, ok := value.(V); ok {
				*at(d) = typed
			}
		},
		fromAPI: func(d fireworks.Deployment) attr.Value { return fromAPI(d) },
	}
}

func stringField(name string, at func(*deployment) *types.String, fromAPI func(fireworks.Deployment) string) deploymentField {
	field := newField(name, at, func(d fireworks.Deployment) types.String { return stringOrNull(fromAPI(d)) })
	field.unknown = types.StringUnknown()

	return field
}

func int64Field(name string, at func(*deployment) *types.Int64, fromAPI func(fireworks.Deployment) types.Int64) deploymentField {
	field := newField(name, at, fromAPI)
	field.unknown = types.Int64Unknown()

	return field
}

func boolField(name string, at func(*deployment) *types.Bool, fromAPI func(fireworks.Deployment) bool) deploymentField {
	field := newField(name, at, func(d fireworks.Deployment) types.Bool { return types.BoolValue(fromAPI(d)) })
	field.unknown = types.BoolUnknown()

	return field
}

func autoscalingPolicyField() deploymentField {
	field := newField("autoscaling_policy", func(d *deployment) *types.Object { return &d.AutoscalingPolicy },
		func(d fireworks.Deployment) types.Object { return autoscalingPolicyValue(d.AutoscalingPolicy) })
	field.unknown = types.ObjectUnknown(autoscalingPolicyTypes)
	field.attributeTypes = autoscalingPolicyTypes
	field.nullAttributes = autoscalingPolicyValue(&fireworks.AutoscalingPolicy{})

	return field
}

func placementField() deploymentField {
	field := newField("placement", func(d *deployment) *types.Object { return &d.Placement },
		func(d fireworks.Deployment) types.Object { return placementValue(d.Placement) })
	field.unknown = types.ObjectUnknown(placementTypes)
	field.attributeTypes = placementTypes
	field.nullAttributes = placementValue(&fireworks.Placement{})

	return field
}

func createOnly(field deploymentField) deploymentField {
	field.createOnly = true
	return field
}

// shapeField is the deployment shape: the API reports a version where a shape, or just "default", is configured.
func shapeField() deploymentField {
	field := stringField("deployment_shape", func(d *deployment) *types.String { return &d.DeploymentShape },
		func(d fireworks.Deployment) string { return d.DeploymentShape })
	field.satisfies = func(configured, have attr.Value) bool {
		wanted, isString := configured.(types.String)
		version, hasVersion := have.(types.String)

		return isString && hasVersion && shapeSatisfies(wanted.ValueString(), version.ValueString())
	}

	return field
}

// shapeSatisfies reports whether the version of a shape is what the configured name asks for.
func shapeSatisfies(configured, version string) bool {
	if version == "" || configured == "" {
		return false
	}

	return configured == version || configured == fireworks.DeploymentShapeDefault ||
		strings.HasPrefix(version, configured+"/versions/")
}

// covers reports whether the API's value is what a configured value asks for. What is not configured is not compared.
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
		var elements []attr.Value
		for _, region := range placement.Regions {
			elements = append(elements, types.StringValue(string(region)))
		}

		regions = types.SetValueMust(types.StringType, elements)
	}

	return types.ObjectValueMust(placementTypes, map[string]attr.Value{
		"region":       stringOrNull(placement.Region),
		"multi_region": stringOrNull(placement.MultiRegion),
		"regions":      regions,
	})
}
