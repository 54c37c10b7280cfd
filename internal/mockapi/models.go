// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The states and kinds of models that the server sets.
const (
	stateUploading = "UPLOADING"
	stateReady     = "READY"
	stateFailed    = "FAILED"

	kindBaseModel = "HF_BASE_MODEL"
	kindPEFTAddon = "HF_PEFT_ADDON"
)

// Model is a model, as on the wire.
type Model struct {
	Name                  string             `json:"name"`
	DisplayName           string             `json:"displayName,omitempty"`
	Description           string             `json:"description,omitempty"`
	CreateTime            string             `json:"createTime,omitempty"`
	UpdateTime            string             `json:"updateTime,omitempty"`
	State                 string             `json:"state,omitempty"`
	Status                *Status            `json:"status,omitempty"`
	Kind                  string             `json:"kind,omitempty"`
	Public                bool               `json:"public,omitempty"`
	ContextLength         int32              `json:"contextLength,omitempty"`
	SupportsLora          bool               `json:"supportsLora,omitempty"`
	SupportsTools         bool               `json:"supportsTools,omitempty"`
	SupportsImageInput    bool               `json:"supportsImageInput,omitempty"`
	Tunable               bool               `json:"tunable,omitempty"`
	TrainingContextLength int32              `json:"trainingContextLength,omitempty"`
	DefaultDraftModel     string             `json:"defaultDraftModel,omitempty"`
	HuggingFaceURL        string             `json:"huggingFaceUrl,omitempty"`
	DeprecationDate       *Date              `json:"deprecationDate,omitempty"`
	PeftDetails           *PeftDetails       `json:"peftDetails,omitempty"`
	BaseModelDetails      *BaseModelDetails  `json:"baseModelDetails,omitempty"`
	DeployedModelRefs     []DeployedModelRef `json:"deployedModelRefs,omitempty"`
	FineTuningJob         string             `json:"fineTuningJob,omitempty"`
	ImportedFrom          string             `json:"importedFrom,omitempty"`
}

// Date is a day.
type Date struct {
	Year  int32 `json:"year,omitempty"`
	Month int32 `json:"month,omitempty"`
	Day   int32 `json:"day,omitempty"`
}

// Status is the outcome of the last operation on an object.
type Status struct {
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

// PeftDetails describes a LoRA addon.
type PeftDetails struct {
	BaseModel           string   `json:"baseModel,omitempty"`
	R                   int32    `json:"r,omitempty"`
	TargetModules       []string `json:"targetModules,omitempty"`
	BaseModelType       string   `json:"baseModelType,omitempty"`
	MergeAddonModelName string   `json:"mergeAddonModelName,omitempty"`
}

// BaseModelDetails describes a full-weight model.
type BaseModelDetails struct {
	ModelType        string `json:"modelType,omitempty"`
	ParameterCount   int64  `json:"parameterCount,string,omitempty"`
	DefaultPrecision string `json:"defaultPrecision,omitempty"`
	Moe              bool   `json:"moe,omitempty"`
	WorldSize        int32  `json:"worldSize,omitempty"`
	CheckpointFormat string `json:"checkpointFormat,omitempty"`
}

// DeployedModelRef is a deployment on which a model is loaded.
type DeployedModelRef struct {
	Name       string `json:"name,omitempty"`
	Deployment string `json:"deployment,omitempty"`
	State      string `json:"state,omitempty"`
	Default    bool   `json:"default,omitempty"`
	Public     bool   `json:"public,omitempty"`
}

// clone returns a deep copy.
func (m Model) clone() Model {
	if m.Status != nil {
		m.Status = new(*m.Status)
	}

	if m.PeftDetails != nil {
		m.PeftDetails = new(*m.PeftDetails)
		m.PeftDetails.TargetModules = slices.Clone(m.PeftDetails.TargetModules)
	}

	if m.DeprecationDate != nil {
		m.DeprecationDate = new(*m.DeprecationDate)
	}

	if m.BaseModelDetails != nil {
		m.BaseModelDetails = new(*m.BaseModelDetails)
	}

	m.DeployedModelRefs = slices.Clone(m.DeployedModelRefs)

	return m
}

// modelRecord is a stored model. A model that is created again under the same name gets a new record.
type modelRecord struct {
	model     Model
	deletedAt time.Time
}

// touch advances the update time, even if the clock has not advanced.
func (r *modelRecord) touch(now time.Time) {
	if last := parseTime(r.model.UpdateTime); !now.After(last) {
		now = last.Add(time.Microsecond)
	}

	r.model.UpdateTime = formatTime(now)
}

// Model returns a model as GET returns it.
func (s *Server) Model(name string) (Model, bool) {
	defer s.lock()()

	record, ok := s.models[name]
	if !ok {
		return Model{}, false
	}

	return s.withRefs(record.model), true
}

// Models returns all models, including base models, sorted by name.
func (s *Server) Models() []Model {
	defer s.lock()()

	all := make([]Model, 0, len(s.models))
	for _, record := range s.models {
		all = append(all, record.model.clone())
	}

	slices.SortFunc(all, byName)

	return all
}

// PutModel creates or replaces a model. A promotion that is creating it continues. References to where the model is
// loaded now, which Model returns as well, are not stored: they end when it is unloaded.
func (s *Server) PutModel(m Model) {
	defer s.lock()()

	m = m.clone()
	now := formatTime(s.now())
	m.CreateTime = cmp.Or(m.CreateTime, now)
	m.UpdateTime = cmp.Or(m.UpdateTime, m.CreateTime)
	m.State = cmp.Or(m.State, stateReady)

	m.Kind = cmp.Or(m.Kind, kindBaseModel)

	loaded := s.deployedRefs(m.Name)
	m.DeployedModelRefs = slices.DeleteFunc(m.DeployedModelRefs, func(ref DeployedModelRef) bool {
		return slices.ContainsFunc(loaded, func(l DeployedModelRef) bool { return l.Name == ref.Name })
	})

	if record, ok := s.models[m.Name]; ok && record.deletedAt.IsZero() {
		record.model = m
		return
	}

	s.models[m.Name] = &modelRecord{model: m}
}

// RemoveModel removes a model immediately, without any of the checks of a DELETE.
func (s *Server) RemoveModel(name string) {
	defer s.lock()()

	delete(s.models, name)
	delete(s.members, name)
}

// Deploy loads a model on deployments, given by full name or bare ID. Without deployments, it undeploys the model.
func (s *Server) Deploy(model string, deployments ...string) {
	defer s.lock()()

	record, ok := s.models[model]
	if !ok {
		return
	}

	refs := slices.Clone(record.model.DeployedModelRefs)
	if len(deployments) == 0 {
		refs = nil
	}

	for _, d := range deployments {
		refs = append(refs, deployedRef(model, d))
	}

	record.model.DeployedModelRefs = refs
}

func deployedRef(model, deployment string) DeployedModelRef {
	account, id, _ := strings.Cut(model, "/models/")
	if !strings.Contains(deployment, "/") {
		deployment = account + "/deployments/" + deployment
	}

	return DeployedModelRef{
		Name:       account + "/deployedModels/" + id + "-" + lastSegment(deployment),
		Deployment: deployment,
		State:      "DEPLOYED",
	}
}

// SetDeletionTime sets how long a model can still be read after a successful DELETE.
func (s *Server) SetDeletionTime(d time.Duration) {
	defer s.lock()()

	s.deletionTime = d
}

func (s *Server) advanceDeletions(now time.Time) {
	s.deleting = slices.DeleteFunc(s.deleting, func(record *modelRecord) bool {
		if now.Before(record.deletedAt) {
			return false
		}

		if name := record.model.Name; s.models[name] == record {
			delete(s.models, name)
			delete(s.members, name)
			s.listLate(name, record.model.clone())
		}

		return true
	})
}

func byName(a, b Model) int { return cmp.Compare(a.Name, b.Name) }

func (s *Server) getModel(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findModel(c)
	if err != nil {
		return nil, err
	}

	return s.withRefs(record.model), nil
}

func (s *Server) findModel(c *call) (*modelRecord, error) {
	name := "accounts/" + c.params[0] + "/models/" + c.params[1]
	if s.forbidden[name] {
		return nil, denied("the key may not read model %q", name)
	}

	record, ok := s.models[name]
	if !ok {
		return nil, notFound("model %q not found", name)
	}

	return record, nil
}

// findWritableModel returns a model that the key may change.
func (s *Server) findWritableModel(c *call) (*modelRecord, error) {
	if err := s.requireAccess(c.params[0]); err != nil {
		return nil, err
	}

	return s.findModel(c)
}

func (s *Server) listModels(c *call) (any, error) {
	defer s.lock()()

	if err := s.requireVisible(c.params[0]); err != nil {
		return nil, err
	}

	keep, err := parseFilter(c.query.Get("filter"), modelFilterFields)
	if err != nil {
		return nil, err
	}

	prefix := "accounts/" + c.params[0] + "/models/"

	var all []Model

	for name, record := range s.models {
		if strings.HasPrefix(name, prefix) {
			all = append(all, record.model.clone())
		}
	}

	all = listed(s, c, prefix, all, func(m Model) string { return m.Name })
	all = slices.DeleteFunc(all, func(m Model) bool { return !keep(modelFields(m)) })

	for i := range all {
		all[i].DeployedModelRefs = nil // only a GET returns them
	}

	if err := orderRows(c, all, func(m Model) string { return m.CreateTime }); err != nil {
		return nil, err
	}

	page, next, err := paginate(c, all)
	if err != nil {
		return nil, err
	}

	return struct {
		Models        []Model `json:"models,omitempty"`
		NextPageToken string  `json:"nextPageToken,omitempty"`
		TotalSize     int     `json:"totalSize,omitempty"`
	}{page, next, len(all)}, nil
}

var modelFilterFields = []string{"name", "display_name", "state", "kind", "public", "create_time", "update_time"}

func modelFields(m Model) map[string]string {
	return map[string]string{
		"name": m.Name, "display_name": m.DisplayName, "state": m.State, "kind": m.Kind,
		"public":      strconv.FormatBool(m.Public),
		"create_time": m.CreateTime, "update_time": m.UpdateTime,
	}
}

func (s *Server) deleteModel(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findWritableModel(c)
	if err != nil {
		return nil, err
	}

	if refs := s.withRefs(record.model).DeployedModelRefs; len(refs) > 0 {
		return nil, stillDeployed(record.model.Name, refs)
	}

	if record.deletedAt.IsZero() {
		record.deletedAt = s.now().Add(s.deletionTime)
		s.deleting = append(s.deleting, record)
	}

	return struct{}{}, nil
}

func stillDeployed(model string, refs []DeployedModelRef) error {
	violations := []any{}
	for _, ref := range refs {
		violations = append(violations, map[string]string{
			"type": "DEPLOYED", "subject": ref.Deployment, "description": "the model is loaded on this deployment",
		})
	}

	details := []any{map[string]any{"@type": "type.googleapis.com/google.rpc.PreconditionFailure",
		"violations": violations}}

	return failedPrecondition(details, "model %q is deployed and cannot be deleted; undeploy it first", model)
}

const maxModelIDLength = 63

var modelIDCharacters = regexp.MustCompile(`^[a-z0-9-]*$`)

func checkModelID(id string) error {
	switch {
	case id == "":
		return invalid("output_model: the model ID is empty")
	case !modelIDCharacters.MatchString(id):
		return invalid("output_model: model ID %q has characters other than a-z, 0-9 and -", id)
	case len(id) > maxModelIDLength:
		return invalid("output_model: model ID %q is longer than %d characters", id, maxModelIDLength)
	}

	return nil
}
