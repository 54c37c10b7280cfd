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
	{name: "base_model", createOnly: true},
	{name: "deployment_shape", meaning: shapeMeaning{}},
	{name: "accelerator_type", hardware: true, asserted: true},
	{name: "accelerator_count", hardware: true, asserted: true},
	{name: "precision", hardware: true, asserted: true},
	{name: "min_replica_count"},
	{name: "max_replica_count"},
	{name: "autoscaling_policy", meaning: policyMeaning{}},
	{name: "placement", meaning: placementMeaning{}, createOnly: true},
	{name: "enable_addons"},
	{name: "enable_session_affinity"},
	{name: "max_concurrency_per_replica"},
	{name: "max_context_length", hardware: true},
	{name: "draft_model", hardware: true},
	{name: "draft_token_count", hardware: true},
	{name: "ngram_speculation_length", hardware: true},
	{name: "display_name", metadata: true},
	{name: "description", metadata: true},
}

func (f fieldSpec) get(d *resourceModel) attr.Value { return attribute.Value(d, f.name) }

func (f fieldSpec) set(d *resourceModel, value attr.Value) { attribute.SetValue(d, f.name, value) }

// meaning compares values by what they mean to the API, and converts them to requests.
type meaning interface {
	// satisfies reports whether the value meets what is wanted, which is known. What is not wanted is not compared.
	satisfies(value, wanted attr.Value) bool
	// Keep returns the prior value if the new one means the same, so that a state and a plan keep the user's spelling.
	Keep(prior, value attr.Value) attr.Value
	// request returns what a request sends to change the prior value, nil in a creation, to the known one; nil for
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
