// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// RouterFixture is a router.
type RouterFixture struct {
	// Name of the router.
	Name        string `json:"name"`
	DisplayName string `json:"display_name,omitempty"`
	CreateTime  string `json:"create_time,omitempty"`
	// Deployments are full names; a deployment that does not exist is one that was deleted.
	Deployments []string `json:"deployments"`
	// EvenLoad selects the strategy even_load instead of weighted_random.
	EvenLoad bool   `json:"even_load,omitempty"`
	Model    string `json:"model,omitempty"`
	Public   bool   `json:"public,omitempty"`
	// State defaults to READY.
	State string `json:"state,omitempty"`
}

// FineTuningJobFixture is a fine-tuning job.
type FineTuningJobFixture struct {
	// Name is the full name, or a bare ID.
	Name string `json:"name"`
	// Kind is supervised, dpo or reinforcement; default supervised.
	Kind        string `json:"kind,omitempty"`
	DisplayName string `json:"display_name,omitempty"`
	CreateTime  string `json:"create_time,omitempty"`
	// CompletedTime is also the update time of a supervised job.
	CompletedTime string `json:"completed_time,omitempty"`
	// State is returned unchanged; default JOB_STATE_COMPLETED.
	State string `json:"state,omitempty"`
	// StatusCode defaults to OK.
	StatusCode    string `json:"status_code,omitempty"`
	StatusMessage string `json:"status_message,omitempty"`
	BaseModel     string `json:"base_model,omitempty"`
	WarmStartFrom string `json:"warm_start_from,omitempty"`
	// OutputModel is a full name or a bare ID.
	OutputModel       string  `json:"output_model,omitempty"`
	Dataset           string  `json:"dataset,omitempty"`
	EvaluationDataset string  `json:"evaluation_dataset,omitempty"`
	Epochs            int32   `json:"epochs,omitempty"`
	LoRARank          int32   `json:"lora_rank,omitempty"`
	MaxContextLength  int32   `json:"max_context_length,omitempty"`
	LearningRate      float64 `json:"learning_rate,omitempty"`
	// ProgressPercent is left out before the first report.
	ProgressPercent *int32 `json:"progress_percent,omitempty"`
	// GeneratedJobs is the number of additional jobs that differ in the name only: {name}-1, {name}-2 and so on.
	GeneratedJobs int `json:"generated_jobs,omitempty"`
}

func (s *Server) loadRouting(f Fixtures) error {
	return cmp.Or(
		forEach("routers", f.Routers, func(r RouterFixture) error { return s.loadRouter(f, r) }),
		forEach("fine_tuning_jobs", f.FineTuningJobs, func(j FineTuningJobFixture) error {
			return s.loadFineTuningJob(f, j)
		}),
	)
}

func (s *Server) loadRouter(f Fixtures, in RouterFixture) error {
	name, err := f.resolve("routers", in.Name)
	if err == nil {
		err = checkTime("create_time", in.CreateTime)
	}

	switch {
	case err != nil:
		return err
	case s.routing.routers[name] != nil:
		return duplicate(name)
	case len(in.Deployments) == 0:
		return errors.New("deployments: at least one is required")
	}

	for _, deployment := range in.Deployments {
		if !deploymentNamePattern.MatchString(deployment) {
			return fmt.Errorf("deployments: %q is not the full name of a deployment", deployment)
		}
	}

	router := Router{
		Name: name, DisplayName: in.DisplayName, CreateTime: cmp.Or(in.CreateTime, fixtureEpoch),
		CreatedBy: "demo@example.com", Deployments: in.Deployments, Model: in.Model, Public: in.Public, State: in.State,
	}
	router.setStrategy(in.EvenLoad)
	s.putRouter(router.clone())

	return nil
}

func (s *Server) loadFineTuningJob(f Fixtures, in FineTuningJobFixture) error {
	collection, ok := jobCollections[cmp.Or(in.Kind, "supervised")]
	if !ok {
		return fmt.Errorf("kind: %q is not one of %s", in.Kind, strings.Join(sortedKeys(jobCollections), ", "))
	}

	name, err := f.resolve(collection, in.Name)

	err = cmp.Or(err, checkTime("create_time", in.CreateTime), checkTime("completed_time", in.CompletedTime))
	if err != nil {
		return err
	}

	if _, ok := s.routing.fineTuningJobs[name]; ok {
		return duplicate(name)
	}

	if in.GeneratedJobs < 0 {
		return errors.New("generated_jobs: must not be negative")
	}

	job := in.job(name)

	s.putFineTuningJob(job)

	for i := range in.GeneratedJobs {
		job.Name = fmt.Sprintf("%s-%d", name, i+1)
		s.putFineTuningJob(job.clone())
	}

	return nil
}

func (in FineTuningJobFixture) job(name string) FineTuningJob {
	config := FineTuningConfig{
		BaseModel: in.BaseModel, WarmStartFrom: in.WarmStartFrom, OutputModel: in.OutputModel, Epochs: in.Epochs,
		LoraRank: in.LoRARank, MaxContextLength: in.MaxContextLength, LearningRate: in.LearningRate,
	}
	job := FineTuningJob{
		Name: name, DisplayName: in.DisplayName, CreateTime: cmp.Or(in.CreateTime, fixtureEpoch),
		CompletedTime: in.CompletedTime, CreatedBy: "demo@example.com", Dataset: in.Dataset,
		EvaluationDataset: in.EvaluationDataset,
		State:             cmp.Or(in.State, "JOB_STATE_COMPLETED"),
		Status:            &Status{Code: cmp.Or(in.StatusCode, statusOK), Message: in.StatusMessage},
	}

	if strings.Contains(name, supervisedJobs) {
		job.FineTuningConfig = config
		job.UpdateTime = cmp.Or(in.CompletedTime, job.CreateTime)
	} else {
		job.TrainingConfig = &config
	}

	if in.ProgressPercent != nil {
		job.JobProgress = &FineTuningJobProgress{Percent: *in.ProgressPercent}
	}

	return job
}
