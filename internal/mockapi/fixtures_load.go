// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// fixtureEpoch is the default create time of fixtures.
const fixtureEpoch = "2026-01-01T00:00:00Z"

// BuiltinFixturesJSON is the built-in fixtures in the format of ReadFixtures.
//
//go:embed builtin_fixtures.json
var BuiltinFixturesJSON string

// BuiltinFixtures returns the fixtures of a server whose Options name none.
//
// The checkpoint of job sft-qwen3-8b that is the latest promotable one is step-200-5e6f7a8b (a full-weight one, of
// 12:00:00.5Z). It is neither the last row, nor the one with the greatest createTime as a string, nor the one with the
// highest step. The job's LoRA checkpoint step-100-3c4d5e6f can be promoted as well.
func BuiltinFixtures() Fixtures {
	f, err := ReadFixtures(strings.NewReader(BuiltinFixturesJSON))
	if err != nil {
		panic("mockapi: the built-in fixtures are broken: " + err.Error())
	}

	return *f
}

// ReadFixtures reads fixtures as JSON. It rejects unknown fields. Its errors start with the path of the invalid field,
// such as jobs[2].checkpoints[0].create_time.
func ReadFixtures(r io.Reader) (*Fixtures, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("reading the fixtures: %w", err)
	}

	var f Fixtures
	if err := decodeStrict(text, &f); err != nil {
		return nil, err
	}
	// Loading the fixtures validates them.
	if err := newServer(Options{}).load(f, 0); err != nil {
		return nil, err
	}

	return &f, nil
}

const (
	bigJobID              = "big-run"
	defaultLoRARank       = 16
	defaultCheckpointType = "CHECKPOINT_TYPE_INFERENCE_BASE"
)

func defaultTargetModules() []string { return []string{"q_proj", "k_proj", "v_proj", "o_proj"} }

// load adds fixtures to an empty server. Its errors start with the path of the invalid field.
func (s *Server) load(f Fixtures, bigJobCheckpoints int) error {
	for i, id := range f.Accounts {
		if id == "" || strings.Contains(id, "/") {
			return fmt.Errorf("accounts[%d]: %q is not a bare account ID", i, id)
		}
	}

	s.accounts = slices.Clone(f.Accounts)

	return cmp.Or(
		forEach("models", f.Models, func(m ModelFixture) error { return s.loadModel(f, m) }),
		forEach("jobs", f.Jobs, func(r RunFixture) error {
			if lastSegment(r.Name) == bigJobID && r.GeneratedCheckpoints > 0 && bigJobCheckpoints > 0 {
				r.GeneratedCheckpoints = bigJobCheckpoints
			}

			return s.loadTrainingRun(f, "rlorTrainerJobs", r)
		}),
		forEach("sessions", f.Sessions, func(r RunFixture) error {
			if r.DeletedDaysAgo != nil {
				return errors.New("deleted_days_ago: only a job can be deleted and keep its record")
			}

			return s.loadTrainingRun(f, "trainingSessions", r)
		}),
		forEach("training_shapes", f.TrainingShapes,
			func(sh TrainingShapeFixture) error { return loadShape(s, f, trainingShapes, sh) }),
		forEach("deployment_shapes", f.DeploymentShapes,
			func(sh DeploymentShapeFixture) error { return loadShape(s, f, deploymentShapes, sh) }),
		s.loadServing(f),
		s.loadRouting(f),
		s.loadOutcomes(f.Outcomes),
	)
}

func forEach[T any](path string, items []T, load func(T) error) error {
	for i, item := range items {
		if err := load(item); err != nil {
			return fmt.Errorf("%s[%d].%w", path, i, err)
		}
	}

	return nil
}

// resolve returns the full name for a full name or a bare ID.
func (f Fixtures) resolve(collection, name string) (string, error) {
	switch parts := strings.Split(name, "/"); {
	case name == "":
		return "", errors.New("name: is required")
	case len(parts) == 1 && len(f.Accounts) == 0:
		return "", fmt.Errorf("name: %q is a bare ID, and there is no account for it to belong to", name)
	case len(parts) == 1:
		return "accounts/" + f.Accounts[0] + "/" + collection + "/" + name, nil
	case len(parts) == 4 && parts[0] == "accounts" && parts[1] != "" && parts[2] == collection && parts[3] != "":
		return name, nil
	}

	return "", fmt.Errorf("name: %q is neither a bare ID nor of the form accounts/{account}/%s/{id}", name, collection)
}

func checkTime(field, text string) error {
	if text == "" {
		return nil
	}

	if _, err := time.Parse(time.RFC3339Nano, text); err != nil {
		return fmt.Errorf("%s: %q is not an RFC 3339 time", field, text)
	}

	return nil
}

func duplicate(name string) error { return fmt.Errorf("name: %q is used twice", name) }

func (s *Server) loadModel(f Fixtures, m ModelFixture) error {
	name, err := f.resolve("models", m.Name)
	if err == nil {
		err = checkTime("create_time", m.CreateTime)
	}

	if err != nil {
		return err
	}

	if _, ok := s.models[name]; ok {
		return duplicate(name)
	}

	created := cmp.Or(m.CreateTime, fixtureEpoch)

	model := Model{
		Name: name, DisplayName: m.DisplayName, Description: m.Description, CreateTime: created, UpdateTime: created,
		State: cmp.Or(m.State, stateReady), Kind: cmp.Or(m.Kind, kindBaseModel), Public: m.Public,
		Status:        &Status{Code: cmp.Or(m.StatusCode, "OK"), Message: m.StatusMessage},
		ContextLength: m.ContextLength, SupportsLora: m.SupportsLora,
		SupportsTools: m.SupportsTools, SupportsImageInput: m.SupportsImageInput, Tunable: m.Tunable,
		TrainingContextLength: m.TrainingContextLength, DefaultDraftModel: m.DefaultDraftModel,
		HuggingFaceURL: m.HuggingFaceURL,
		FineTuningJob:  m.FineTuningJob, ImportedFrom: m.ImportedFrom,
	}

	if model.DeprecationDate, err = parseDate(m.DeprecationDate); err != nil {
		return err
	}

	if p := m.PeftDetails; p != nil {
		model.Kind = cmp.Or(m.Kind, kindPEFTAddon)
		model.PeftDetails = &PeftDetails{
			BaseModel:     p.BaseModel,
			R:             p.R,
			TargetModules: slices.Clone(p.TargetModules),
			BaseModelType: p.BaseModelType,
		}
	}

	if m.ModelType != "" || m.ParameterCount != 0 {
		model.BaseModelDetails = &BaseModelDetails{
			ModelType: m.ModelType, ParameterCount: m.ParameterCount, DefaultPrecision: m.DefaultPrecision, Moe: m.Moe,
		}
	}

	for _, deployment := range m.Deployments {
		model.DeployedModelRefs = append(model.DeployedModelRefs, deployedRef(name, deployment))
	}

	s.models[name] = &modelRecord{model: model}
	s.forbidden[name] = m.Forbidden

	return nil
}

func (s *Server) loadTrainingRun(f Fixtures, collection string, r RunFixture) error {
	name, err := f.resolve(collection, r.Name)
	if err == nil {
		err = checkTime("create_time", r.CreateTime)
	}

	switch {
	case err != nil:
		return err
	case s.trainingRuns[name] != nil:
		return duplicate(name)
	case r.BaseModel != "" && s.models[r.BaseModel] == nil:
		return fmt.Errorf("base_model: there is no model %q among the models", r.BaseModel)
	case r.GeneratedCheckpoints < 0:
		return errors.New("generated_checkpoints: must not be negative")
	case r.DeletedDaysAgo != nil && *r.DeletedDaysAgo < 0:
		return errors.New("deleted_days_ago: must not be negative")
	}

	loaded := &trainingRun{
		name: name, baseModel: r.BaseModel, loraRank: cmp.Or(r.LoRARank, defaultLoRARank),
		targetModules: slices.Clone(r.TargetModules),
	}
	if len(loaded.targetModules) == 0 {
		loaded.targetModules = defaultTargetModules()
	}

	if r.DeletedDaysAgo != nil {
		loaded.deleted = s.now().Add(-time.Duration(*r.DeletedDaysAgo) * 24 * time.Hour)
	}

	if loaded.rows, err = loadCheckpoints(name, r); err != nil {
		return err
	}

	s.trainingRuns[name] = loaded

	return nil
}

func loadCheckpoints(parent string, r RunFixture) ([]Checkpoint, error) {
	start := parseTime(cmp.Or(r.CreateTime, fixtureEpoch))
	all := append(slices.Clone(r.Checkpoints), generateCheckpoints(r.GeneratedCheckpoints)...)
	rows := make([]Checkpoint, 0, len(all))
	seen := make(map[string]bool, len(all))
	err := forEach("checkpoints", all, func(c CheckpointFixture) error {
		name := c.Name
		if !strings.Contains(name, "/") {
			name = parent + "/checkpoints/" + name
		}

		id, ok := strings.CutPrefix(name, parent+"/checkpoints/")
		switch {
		case c.Name == "":
			return errors.New("name: is required")
		case !ok || strings.Contains(id, "/"):
			return fmt.Errorf("name: %q is neither a bare ID nor of the form %s/checkpoints/{checkpoint}", c.Name,
				parent)
		case seen[name]:
			return duplicate(c.Name)
		}

		seen[name] = true
		created := cmp.Or(c.CreateTime, formatTime(start.Add(time.Duration(len(rows)+1)*time.Minute)))

		row := Checkpoint{
			Name: name, CreateTime: created, UpdateTime: cmp.Or(c.UpdateTime, created),
			CheckpointType: cmp.Or(c.CheckpointType, defaultCheckpointType), Promotable: c.Promotable,
		}
		if isSession(parent) {
			row.CheckpointName = id
		}

		rows = append(rows, row)

		return cmp.Or(checkTime("create_time", c.CreateTime), checkTime("update_time", c.UpdateTime))
	})

	slices.SortStableFunc(rows,
		func(a, b Checkpoint) int { return parseTime(a.CreateTime).Compare(parseTime(b.CreateTime)) })

	return rows, err
}

// generateCheckpoints returns n checkpoints like those of a long run. Every fifth is promotable.
func generateCheckpoints(n int) []CheckpointFixture {
	types := []string{"TRAINING", "INFERENCE_ARC_V2", "TRAINING", "INFERENCE_ARC_V2", "INFERENCE_BASE"}

	rows := make([]CheckpointFixture, n)
	for i := range rows {
		suffix := uint32(i+1) * 2654435761
		rows[i] = CheckpointFixture{
			Name:           fmt.Sprintf("step-%d-%08x", (i+1)*10, suffix),
			CheckpointType: "CHECKPOINT_TYPE_" + types[i%len(types)],
			Promotable:     i%len(types) == len(types)-1,
		}
	}

	return rows
}
