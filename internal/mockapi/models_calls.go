package mockapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	displayNameLimit = 64
	descriptionLimit = 1000
)

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
		if strings.HasPrefix(name, prefix) && keep(modelFields(record.model)) {
			listed := record.model.clone()
			listed.DeployedModelRefs = nil // only a GET returns them
			all = append(all, listed)
		}
	}

	slices.SortFunc(all, byName)

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
		"name": m.Name, "display_name": m.DisplayName, "state": m.State, "kind": m.Kind, "public": strconv.FormatBool(m.Public),
		"create_time": m.CreateTime, "update_time": m.UpdateTime,
	}
}

// modelUpdate is the body of a PATCH. Immutable fields are ignored.
type modelUpdate struct {
	DisplayName string `json:"displayName"`
	Description string `json:"description"`
	Public      bool   `json:"public"`
}

var modelUpdateFields = []string{
	"name", "displayName", "description", "public", "createTime", "updateTime", "state", "status", "kind", "contextLength",
	"supportsLora", "peftDetails", "baseModelDetails", "deployedModelRefs",
}

func (s *Server) updateModel(c *call) (any, error) {
	defer s.lock()()

	record, err := s.findWritableModel(c)
	if err != nil {
		return nil, err
	}

	var update modelUpdate
	if err := decodeBody(c.body, &update, modelUpdateFields); err != nil {
		return nil, err
	}

	paths, err := maskPaths(c.query.Get("updateMask"))
	if err != nil {
		return nil, err
	}

	if err := update.validate(); err != nil {
		return nil, err
	}

	for _, path := range paths {
		switch path {
		case "display_name":
			record.model.DisplayName = update.DisplayName
		case "description":
			record.model.Description = update.Description
		case "public":
			record.model.Public = update.Public
		}
	}

	record.touch(s.now())

	return record.model, nil
}

func (m modelUpdate) validate() error {
	if n := utf8.RuneCountInString(m.DisplayName); n >= displayNameLimit {
		return invalid("display_name has %d characters; it must have fewer than %d", n, displayNameLimit)
	}

	if n := utf8.RuneCountInString(m.Description); n >= descriptionLimit {
		return invalid("description has %d characters; it must have fewer than %d", n, descriptionLimit)
	}

	return nil
}

// maskPaths returns the fields to update, in snake_case. Without a mask, these are all mutable fields.
func maskPaths(mask string) ([]string, error) {
	every := []string{"display_name", "description", "public"}
	if mask == "" || mask == "*" {
		return every, nil
	}

	var paths []string

	for path := range strings.SplitSeq(mask, ",") {
		path = strings.TrimSpace(path)
		if path == "displayName" {
			path = "display_name"
		}

		if !slices.Contains(every, path) {
			return nil, invalid("updateMask: %q is not a field that can be changed", path)
		}

		paths = append(paths, path)
	}

	return paths, nil
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

	details := []any{map[string]any{"@type": "type.googleapis.com/google.rpc.PreconditionFailure", "violations": violations}}

	return failedPrecondition(details, "model %q is deployed and cannot be deleted; undeploy it first", model)
}

// decodeBody decodes a JSON object that contains only allowed fields.
func decodeBody(body []byte, into any, allowed []string) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return invalid("the request body is not a JSON object")
	}

	for _, name := range sortedKeys(fields) {
		if !slices.Contains(allowed, name) {
			return invalid("unknown field %q", name)
		}
	}

	if err := json.Unmarshal(body, into); err != nil {
		return invalid("invalid request body: %s", describeJSONError(err))
	}

	return nil
}

func describeJSONError(err error) string {
	return strings.TrimPrefix(fmt.Sprint(err), "json: ")
}
