// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
)

// fieldSpec is an argument that is also a field of the API.
type fieldSpec struct {
	// name is the name of the attribute and of the field in an update mask.
	name string
	argument
	// meaning says how values are compared and sent, nil for a scalar.
	meaning meaning
	// CreateOnly is set for a field that an update cannot change.
	createOnly bool
	// hardware is set for what follows from the shape or the accelerator unless it is configured.
	hardware bool
	// asserted is set for what is only compared beside a shape, and never sent.
	asserted bool
	// metadata is set for a text of the user, which rolls nothing out.
	metadata bool
}

// fieldTable are the fields behind creation, refresh, updates and the comparison of what was requested with
// what was applied.
var fieldTable = []fieldSpec{
	{
		name: "base_model", createOnly: true,
		argument: stringArgument(func(d *resourceModel) *types.String { return &d.BaseModel }),
	},
	{
		name: "deployment_shape", meaning: shapeMeaning{},
		argument: stringArgument(func(d *resourceModel) *types.String { return &d.DeploymentShape }),
	},
	{
		name: "accelerator_type", hardware: true, asserted: true,
		argument: stringArgument(func(d *resourceModel) *types.String { return &d.AcceleratorType }),
	},
	{
		name: "accelerator_count", hardware: true, asserted: true,
		argument: int64Argument(func(d *resourceModel) *types.Int64 { return &d.AcceleratorCount }),
	},
	{
		name: "precision", hardware: true, asserted: true,
		argument: stringArgument(func(d *resourceModel) *types.String { return &d.Precision }),
	},
	{
		name:     "min_replica_count",
		argument: int64Argument(func(d *resourceModel) *types.Int64 { return &d.MinReplicaCount }),
	},
	{
		name:     "max_replica_count",
		argument: int64Argument(func(d *resourceModel) *types.Int64 { return &d.MaxReplicaCount }),
	},
	{name: "autoscaling_policy", argument: policyArgument(), meaning: policyMeaning{}},
	{name: "placement", argument: placementArgument(), meaning: placementMeaning{}, createOnly: true},
	{name: "enable_addons", argument: boolArgument(func(d *resourceModel) *types.Bool { return &d.EnableAddons })},
	{
		name:     "enable_session_affinity",
		argument: boolArgument(func(d *resourceModel) *types.Bool { return &d.EnableSessionAffinity }),
	},
	{
		name:     "max_concurrency_per_replica",
		argument: int64Argument(func(d *resourceModel) *types.Int64 { return &d.MaxConcurrencyPerReplica }),
	},
	{
		name: "max_context_length", hardware: true,
		argument: int64Argument(func(d *resourceModel) *types.Int64 { return &d.MaxContextLength }),
	},
	{
		name: "draft_model", hardware: true,
		argument: stringArgument(func(d *resourceModel) *types.String { return &d.DraftModel }),
	},
	{
		name: "draft_token_count", hardware: true,
		argument: int64Argument(func(d *resourceModel) *types.Int64 { return &d.DraftTokenCount }),
	},
	{
		name: "ngram_speculation_length", hardware: true,
		argument: int64Argument(func(d *resourceModel) *types.Int64 { return &d.NgramSpeculationLength }),
	},
	{
		name: "display_name", metadata: true,
		argument: stringArgument(func(d *resourceModel) *types.String { return &d.DisplayName }),
	},
	{
		name: "description", metadata: true,
		argument: stringArgument(func(d *resourceModel) *types.String { return &d.Description }),
	},
}

// argument gives access to the value of an argument in a configuration, a plan or a state.
type argument struct {
	get     func(*resourceModel) attr.Value
	set     func(*resourceModel, attr.Value)
	unknown attr.Value
}

func newArgument[V attr.Value](at func(*resourceModel) *V, unknown V) argument {
	return argument{
		get: func(d *resourceModel) attr.Value { return *at(d) },
		set: func(d *resourceModel, value attr.Value) {
			if typed, ok := value.(V); ok {
				*at(d) = typed
			}
		},
		unknown: unknown,
	}
}

func stringArgument(at func(*resourceModel) *types.String) argument {
	return newArgument(at, types.StringUnknown())
}

func int64Argument(at func(*resourceModel) *types.Int64) argument {
	return newArgument(at, types.Int64Unknown())
}

func boolArgument(at func(*resourceModel) *types.Bool) argument {
	return newArgument(at, types.BoolUnknown())
}

func policyArgument() argument {
	return newArgument(func(d *resourceModel) *types.Object { return &d.AutoscalingPolicy },
		types.ObjectUnknown(autoscalingPolicyTypes))
}

func placementArgument() argument {
	return newArgument(func(d *resourceModel) *types.Object { return &d.Placement },
		types.ObjectUnknown(placementTypes))
}

// meaning compares values by what they mean to the API, and converts them to requests.
type meaning interface {
	// satisfies reports whether the value meets what is wanted, which is known. What is not wanted is not compared.
	satisfies(value, wanted attr.Value) bool
	// Keep returns the prior value if the new one means the same, so that a state and a plan keep the user's spelling.
	Keep(prior, value attr.Value) attr.Value
	// fill returns the planned value, with the API's where the plan is unknown.
	fill(planned, api attr.Value) attr.Value
	// request returns what a request sends to change the prior value, which may be unknown, to the known one; nil for
	// nothing.
	request(value, prior attr.Value) any
	// Describe returns both values for a message, as far as they differ.
	Describe(wanted, have attr.Value) (string, string)
}

func (f fieldSpec) satisfies(value, wanted attr.Value) bool {
	return f.means().satisfies(value, wanted)
}

func (f fieldSpec) means() meaning {
	if f.meaning == nil {
		return scalarMeaning{}
	}

	return f.meaning
}

// scalarMeaning is that of a string, a number or a bool. The zero values of the first two mean the same as none.
type scalarMeaning struct{}

func (scalarMeaning) satisfies(value, wanted attr.Value) bool {
	return value.Equal(wanted) || isZero(wanted) && value.IsNull()
}

func (scalarMeaning) Keep(prior, value attr.Value) attr.Value {
	if isZero(prior) && value.IsNull() {
		return prior
	}

	return value
}

func (scalarMeaning) fill(planned, api attr.Value) attr.Value {
	if planned.IsUnknown() {
		return api
	}

	return planned
}

func (scalarMeaning) request(value, _ attr.Value) any {
	switch value := value.(type) {
	case types.String:
		return value.ValueString()
	case types.Int64:
		return value.ValueInt64()
	case types.Bool:
		return value.ValueBool()
	}

	return nil
}

func (scalarMeaning) Describe(wanted, have attr.Value) (string, string) {
	return attribute.ShownValue(wanted), attribute.ShownValue(have)
}

// isZero reports whether a value is the one that the API omits.
func isZero(value attr.Value) bool {
	switch value := value.(type) {
	case types.String:
		return attribute.IsKnown(value) && value.ValueString() == ""
	case types.Int64:
		return attribute.IsKnown(value) && value.ValueInt64() == 0
	}

	return false
}

// shapeMeaning is that of a deployment shape: the API reports a version where a shape, or just "default", is
// configured.
type shapeMeaning struct{ scalarMeaning }

func (shapeMeaning) satisfies(value, wanted attr.Value) bool {
	name, isString := wanted.(types.String)
	version, alsoString := value.(types.String)

	return isString && alsoString && shapeSatisfies(name.ValueString(), version.ValueString())
}

func (s shapeMeaning) Keep(prior, value attr.Value) attr.Value {
	if attribute.IsKnown(prior) && s.satisfies(value, prior) {
		return prior
	}

	return value
}

// shapeSatisfies reports whether the version of a shape meets the configured name.
func shapeSatisfies(configured, version string) bool {
	if version == "" || configured == "" {
		return false
	}

	return configured == version || configured == fireworks.DeploymentShapeDefault ||
		strings.HasPrefix(version, configured+"/versions/")
}
