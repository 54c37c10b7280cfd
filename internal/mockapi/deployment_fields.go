// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

const (
	defaultPrecision = "BF16"
	defaultShape     = "default"
	// acceleratorParameters is how many parameters fit onto one accelerator.
	acceleratorParameters = 35e9
)

var (
	deploymentIDPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

	acceleratorTypes = []string{
		"NVIDIA_A100_80GB", "NVIDIA_H100_80GB", "NVIDIA_H200_141GB", "NVIDIA_B200_180GB", "NVIDIA_B200_192GB",
		"NVIDIA_B300_288GB",
		"AMD_MI300X_192GB", "AMD_MI325X_256GB", "AMD_MI350X_288GB",
	}
	precisions = []string{"BF16", "FP16", "FP8", "FP8_MM", "FP8_AR", "FP8_MM_KV_ATTN", "FP8_KV", "FP4", "FP4_MM"}

	// unsupportedHardware are types of models that do not run on a type of accelerator.
	unsupportedHardware = map[string]string{"qwen3": "NVIDIA_A100_80GB"}
)

// deploymentInput is the body of a request that creates or updates a deployment. Pointers are fields whose default is
// not zero.
type deploymentInput struct {
	Name                   string             `json:"name"`
	BaseModel              string             `json:"baseModel"`
	DeploymentShape        string             `json:"deploymentShape"`
	AcceleratorType        string             `json:"acceleratorType"`
	AcceleratorCount       int32              `json:"acceleratorCount"`
	Precision              string             `json:"precision"`
	MinReplicaCount        int32              `json:"minReplicaCount"`
	MaxReplicaCount        *int32             `json:"maxReplicaCount"`
	AutoscalingPolicy      *AutoscalingPolicy `json:"autoscalingPolicy"`
	DisplayName            string             `json:"displayName"`
	Description            string             `json:"description"`
	Annotations            map[string]string  `json:"annotations"`
	Placement              *Placement         `json:"placement"`
	EnableAddons           *bool              `json:"enableAddons"`
	MaxContextLength       int32              `json:"maxContextLength"`
	DraftModel             string             `json:"draftModel"`
	DraftTokenCount        *int32             `json:"draftTokenCount"`
	NgramSpeculationLength *int32             `json:"ngramSpeculationLength"`
	EnableSessionAffinity  bool               `json:"enableSessionAffinity"`

	MaxConcurrencyPerReplica int32 `json:"maxConcurrencyPerReplica"`

	policyMembers map[string]any // those of the autoscaling policy that are not modeled
}

// decodeDeployment reads the body of a request for a deployment, without the fields that the server does not model or
// is set to ignore.
func (s *Server) decodeDeployment(name string, body []byte) (*deploymentInput, error) {
	if err := s.refuseSchedules(body); err != nil {
		return nil, err
	}

	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, decodeRequest(body, new(deploymentInput))
	}

	for field := range fields {
		if _, ok := otherDeploymentFields[field]; ok || slices.Contains(outputDeploymentFields, field) {
			delete(fields, field)
		}
	}

	policyMembers, err := s.takePolicyMembers(name, fields)
	if err != nil {
		return nil, err
	}

	in := &deploymentInput{policyMembers: policyMembers}
	if err := decodeFields(body, fields, in); err != nil {
		return nil, err
	}

	for _, field := range s.serving.ignoredFields {
		delete(fields, lowerCamelCase(field))
	}

	applied := &deploymentInput{policyMembers: policyMembers}

	return applied, decodeFields(body, fields, applied)
}

// outputDeploymentFields are the fields that only the server sets. Requests may contain them, and they are ignored.
var outputDeploymentFields = []string{
	"createTime", "deleteTime", "desiredReplicaCount", "purgeTime", "region", "replicaCount", "replicaStats", "state",
	"status", "updateTime",
}

func lowerCamelCase(name string) string {
	words := strings.Split(name, "_")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}

	return strings.Join(words, "")
}

// mutableDeploymentFields are the fields that an update can change, by their names in an update mask.
var mutableDeploymentFields = []string{
	"accelerator_count", "accelerator_type", "autoscaling_policy", "deployment_shape", "description", "display_name",
	"draft_model",
	"draft_token_count", "enable_addons", "enable_session_affinity", "max_concurrency_per_replica",
	"max_context_length",
	"max_replica_count", "min_replica_count",
	"ngram_speculation_length", "precision",
}

// rolloutFields are the fields whose change starts new replicas.
var rolloutFields = []string{
	"accelerator_count", "accelerator_type", "deployment_shape", "draft_model", "draft_token_count", "enable_addons",
	"max_context_length",
	"ngram_speculation_length", "precision",
}

// fieldSet is a set of names of fields.
type fieldSet map[string]bool

func newFieldSet(names []string) fieldSet {
	set := fieldSet{}
	for _, name := range names {
		set[name] = true
	}

	return set
}

// setSimpleFields sets the fields that depend on no other.
func (in *deploymentInput) setSimpleFields(d *Deployment, fields fieldSet) error {
	if fields["display_name"] {
		d.DisplayName = in.DisplayName
	}

	if fields["description"] {
		d.Description = in.Description
	}

	if fields["enable_session_affinity"] {
		d.EnableSessionAffinity = in.EnableSessionAffinity
	}

	if fields["max_concurrency_per_replica"] {
		d.MaxConcurrencyPerReplica = in.MaxConcurrencyPerReplica
	}

	if fields["min_replica_count"] {
		d.MinReplicaCount = in.MinReplicaCount
	}

	if fields["max_replica_count"] {
		d.MaxReplicaCount = max(d.MinReplicaCount, 1)
		if in.MaxReplicaCount != nil {
			d.MaxReplicaCount = *in.MaxReplicaCount
		}
	}

	if fields["autoscaling_policy"] {
		policy, err := completePolicy(in.AutoscalingPolicy)
		if err != nil {
			return err
		}

		d.AutoscalingPolicy = policy
	}

	return d.checkSimpleFields()
}

func (d *Deployment) checkSimpleFields() error {
	change := modelUpdate{DisplayName: d.DisplayName, Description: d.Description}

	switch {
	case d.MinReplicaCount < 0 || d.MaxReplicaCount < 0:
		return invalid("min_replica_count and max_replica_count must not be negative")
	case d.MaxConcurrencyPerReplica < 0:
		return invalid("max_concurrency_per_replica must not be negative")
	case d.MaxReplicaCount < d.MinReplicaCount:
		return invalid("max_replica_count %d is less than min_replica_count %d", d.MaxReplicaCount, d.MinReplicaCount)
	}

	return cmp.Or(change.validate(), d.checkSchedules())
}

// hardware is what a deployment takes from its shape, or from its base model.
type hardware struct {
	shape    string
	snapshot deploymentSnapshot
}

// setHardware sets the fields that depend on the shape and the base model. With a new shape, those that are not among
// the fields become the shape's.
func (s *Server) setHardware(d *Deployment, in *deploymentInput, fields fieldSet, h *hardware) error {
	base := s.modelOrEmpty(d.BaseModel)

	if fields["accelerator_type"] && in.AcceleratorType != "" {
		d.AcceleratorType = in.AcceleratorType
		d.AcceleratorCount = estimateAccelerators(base)
	}

	if fields["accelerator_count"] && in.AcceleratorCount != 0 {
		d.AcceleratorCount = in.AcceleratorCount
	}

	reset := maps.Clone(fields)

	if h != nil {
		d.DeploymentShape = h.shape
		d.AcceleratorType, d.AcceleratorCount = h.snapshot.AcceleratorType, cmp.Or(h.snapshot.AcceleratorCount, 1)

		for _, field := range rolloutFields {
			reset[field] = true
		}
	} else if fields["deployment_shape"] {
		d.DeploymentShape = ""
		h = &hardware{}
	} else {
		h = s.presentHardware(d)
	}

	s.setSpeculation(d, in, reset, h.snapshot)

	if reset["precision"] {
		d.Precision = cmp.Or(in.Precision, h.snapshot.Precision, base.defaultPrecision())
	}

	if reset["max_context_length"] {
		d.MaxContextLength = cmp.Or(in.MaxContextLength, h.snapshot.MaxContextLength, base.ContextLength)
	}

	if reset["enable_addons"] {
		d.EnableAddons = h.snapshot.EnableAddons && base.Kind != kindPEFTAddon
		if in.EnableAddons != nil {
			d.EnableAddons = *in.EnableAddons
		}
	}

	return d.checkHardware(base, h)
}

func (s *Server) modelOrEmpty(name string) Model {
	if record, ok := s.models[name]; ok {
		return record.model
	}

	return Model{Name: name}
}

func (s *Server) setSpeculation(d *Deployment, in *deploymentInput, reset fieldSet, snapshot deploymentSnapshot) {
	if reset["draft_model"] {
		d.DraftModel = cmp.Or(in.DraftModel, snapshot.DraftModel)
	}

	if reset["draft_token_count"] {
		d.DraftTokenCount = snapshot.DraftTokenCount
		if in.DraftTokenCount != nil {
			d.DraftTokenCount = *in.DraftTokenCount
		}
	}

	if reset["ngram_speculation_length"] {
		d.NgramSpeculationLength = snapshot.NgramSpeculationLength
		if in.NgramSpeculationLength != nil {
			d.NgramSpeculationLength = *in.NgramSpeculationLength
		}
	}
}

// presentHardware returns the shape that a deployment has, or nothing.
func (s *Server) presentHardware(d *Deployment) *hardware {
	for _, sh := range s.shapes {
		for _, v := range sh.versions {
			if snapshot, ok := v.Snapshot.(deploymentSnapshot); ok && v.Name == d.DeploymentShape {
				return &hardware{shape: v.Name, snapshot: snapshot}
			}
		}
	}

	return &hardware{}
}

func (d *Deployment) checkHardware(base Model, h *hardware) error {
	switch {
	case !slices.Contains(acceleratorTypes, d.AcceleratorType):
		return invalid("accelerator_type: unknown value %q", d.AcceleratorType)
	case !slices.Contains(precisions, d.Precision):
		return invalid("precision: unknown value %q", d.Precision)
	case d.AcceleratorCount < 0 || d.MaxContextLength < 0 || d.DraftTokenCount < 0 || d.NgramSpeculationLength < 0:
		return invalid("accelerator_count, max_context_length, draft_token_count and ngram_speculation_length must " +
			"not be negative")
	case d.EnableAddons && (strings.HasPrefix(d.Precision, "FP8") || strings.HasPrefix(d.Precision, "FP4")):
		return invalid("enable_addons: addons cannot be served with precision %s", d.Precision)
	case d.EnableAddons && base.Kind == kindPEFTAddon:
		return invalid("enable_addons: the base model %q is an addon itself", base.Name)
	case base.Kind == kindPEFTAddon && h.snapshot.noLiveMerge:
		return invalid("deployment_shape: %q does not support live merge, which the addon %q needs", h.shape, base.Name)
	}

	if modelType := base.modelType(); modelType != "" && unsupportedHardware[modelType] == d.AcceleratorType {
		return invalid("invalid deployment: model type %s is not supported on %s", modelType, d.AcceleratorType)
	}

	return nil
}

func estimateAccelerators(m Model) int32 {
	if m.BaseModelDetails == nil {
		return 1
	}

	return int32(float64(m.BaseModelDetails.ParameterCount)/acceleratorParameters) + 1
}

// modelType returns the type of a full-weight model, or of the model that an addon changes.
func (m Model) modelType() string {
	switch {
	case m.BaseModelDetails != nil:
		return m.BaseModelDetails.ModelType
	case m.PeftDetails != nil:
		return m.PeftDetails.BaseModelType
	}

	return ""
}

func (m Model) defaultPrecision() string {
	if m.BaseModelDetails == nil {
		return defaultPrecision
	}

	return cmp.Or(m.BaseModelDetails.DefaultPrecision, defaultPrecision)
}
