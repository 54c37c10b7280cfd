// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// snapshotFixture is the snapshot of a version of a training shape or deployment shape.
type snapshotFixture interface {
	TrainingSnapshotFixture | DeploymentSnapshotFixture
	check() error
	wire(shapeName, createTime string) any
	filterFields() map[string]string
}

func loadShape[S snapshotFixture](s *Server, f Fixtures, collection string, sh ShapeFixture[S]) error {
	name, err := f.resolve(collection, sh.Name)
	if err != nil {
		return err
	}

	if _, ok := s.shapes[name]; ok {
		return duplicate(name)
	}

	if err := sh.Snapshot.check(); err != nil {
		return fmt.Errorf("snapshot.%w", err)
	}

	if sh.Versions == nil {
		sh.Versions = []ShapeVersionFixture[S]{{ID: "v1"}}
	}

	loaded := &shape{name: name}

	err = forEach("versions", sh.Versions, func(v ShapeVersionFixture[S]) error {
		version, err := buildVersion(loaded, sh.Snapshot, v)
		loaded.versions = append(loaded.versions, version)

		return err
	})
	if err != nil {
		return err
	}

	loaded.markLatest()
	s.shapes[name] = loaded
	s.forbidden[name] = sh.Forbidden

	return nil
}

func buildVersion[S snapshotFixture](sh *shape, common S, v ShapeVersionFixture[S]) (shapeVersion, error) {
	name := sh.name + "/versions/" + v.ID
	switch {
	case v.ID == "" || strings.Contains(v.ID, "/"):
		return shapeVersion{}, fmt.Errorf("id: %q is not a version ID", v.ID)
	case slices.ContainsFunc(sh.versions, func(other shapeVersion) bool { return other.Name == name }):
		return shapeVersion{}, fmt.Errorf("id: %q is used twice", v.ID)
	}

	if err := checkTime("create_time", v.CreateTime); err != nil {
		return shapeVersion{}, err
	}

	if err := v.Snapshot.check(); err != nil {
		return shapeVersion{}, fmt.Errorf("snapshot.%w", err)
	}

	snapshot, err := overlay(common, v.Snapshot)
	if err != nil {
		return shapeVersion{}, fmt.Errorf("snapshot: %w", err)
	}

	age := time.Duration(len(sh.versions)) * 24 * time.Hour
	created := cmp.Or(v.CreateTime, formatTime(parseTime(fixtureEpoch).Add(age)))

	return shapeVersion{
		Name: name, CreateTime: created, UpdateTime: created,
		Validated: v.Validated == nil || *v.Validated, Public: v.Public == nil || *v.Public,
		Snapshot: snapshot.wire(sh.name, created), filterFields: snapshot.filterFields(),
	}, nil
}

// overlay returns common with the fields that are set in specific.
func overlay[S any](common, specific S) (S, error) {
	text, err := json.Marshal(specific)
	if err == nil {
		err = json.Unmarshal(text, &common)
	}

	return common, err
}

func (sh *shape) markLatest() {
	latest := -1
	for i, v := range sh.versions {
		if v.Validated && (latest < 0 || !parseTime(v.CreateTime).Before(parseTime(sh.versions[latest].CreateTime))) {
			latest = i
		}
	}

	for i := range sh.versions {
		v := &sh.versions[i]
		v.LatestValidated = i == latest
		v.filterFields["name"] = v.Name
		v.filterFields["create_time"] = v.CreateTime
		v.filterFields["update_time"] = v.UpdateTime
		v.filterFields["validated"] = strconv.FormatBool(v.Validated)
		v.filterFields["latest_validated"] = strconv.FormatBool(v.LatestValidated)
		v.filterFields["public"] = strconv.FormatBool(v.Public)
	}
}

func (f TrainingSnapshotFixture) check() error {
	switch f.TrainerMode {
	case "", "POLICY_TRAINER", "FORWARD_ONLY", "LORA_TRAINER":
	default:
		return fmt.Errorf("trainer_mode: %q is none of POLICY_TRAINER, FORWARD_ONLY and LORA_TRAINER", f.TrainerMode)
	}

	if f.DeploymentShapeVersion != "" &&
		!matchPath("accounts/*/deploymentShapes/*/versions/*", f.DeploymentShapeVersion) {
		return errors.New("deployment_shape_version: is not of the form " +
			"accounts/{account}/deploymentShapes/{shape}/versions/{version}")
	}

	return nil
}

func (f TrainingSnapshotFixture) wire(shapeName, createTime string) any {
	snapshot := trainingSnapshot{
		Name: shapeName, DisplayName: f.DisplayName, Description: f.Description, CreateTime: createTime,
		UpdateTime: createTime,
		BaseModel:  f.BaseModel, ModelType: f.ModelType, ParameterCount: f.ParameterCount,
		TrainerImageTag: f.TrainerImageTag, MaxSupportedContextLength: f.MaxSupportedContextLength,
		NodeCount:              f.NodeCount,
		DeploymentShapeVersion: f.DeploymentShapeVersion, DeploymentImageTag: f.DeploymentImageTag,
		AcceleratorType: f.AcceleratorType, AcceleratorCount: f.AcceleratorCount,
		MinTotalAcceleratorCount: f.MinTotalAcceleratorCount,
		BaseModelWeightPrecision: f.BaseModelWeightPrecision, TrainerMode: f.TrainerMode,
	}

	sharding := shardingScheme{
		PipelineParallelism: f.PipelineParallelism, TensorParallelism: f.TensorParallelism,
		ContextParallelism: f.ContextParallelism,
		ExpertParallelism:  f.ExpertParallelism, SequenceParallelism: f.SequenceParallelism,
	}
	if sharding != (shardingScheme{}) {
		snapshot.TrainerShardingScheme = &sharding
	}

	return snapshot
}

func (f TrainingSnapshotFixture) filterFields() map[string]string {
	return map[string]string{
		"snapshot.base_model": f.BaseModel, "snapshot.model_type": f.ModelType, "snapshot.trainer_mode": f.TrainerMode,
		"snapshot.accelerator_type": f.AcceleratorType,
		"snapshot.parameter_count":  strconv.FormatInt(f.ParameterCount, 10),
	}
}

func (f DeploymentSnapshotFixture) check() error { return nil }

func (f DeploymentSnapshotFixture) wire(shapeName, createTime string) any {
	return deploymentSnapshot{
		Name: shapeName, DisplayName: f.DisplayName, Description: f.Description, CreateTime: createTime,
		UpdateTime: createTime,
		BaseModel:  f.BaseModel, ModelType: f.ModelType, ParameterCount: f.ParameterCount,
		AcceleratorType:  f.AcceleratorType,
		AcceleratorCount: f.AcceleratorCount, Precision: f.Precision, MaxContextLength: f.MaxContextLength,
		EnableAddons: f.EnableAddons,
		DraftModel:   f.DraftModel, DraftTokenCount: f.DraftTokenCount,
		NgramSpeculationLength: f.NgramSpeculationLength,
		PresetType:             f.PresetType, noLiveMerge: f.NoLiveMerge,
	}
}

func (f DeploymentSnapshotFixture) filterFields() map[string]string {
	return map[string]string{
		"snapshot.base_model": f.BaseModel, "snapshot.model_type": f.ModelType,
		"snapshot.accelerator_type": f.AcceleratorType,
		"snapshot.parameter_count":  strconv.FormatInt(f.ParameterCount, 10),
	}
}
