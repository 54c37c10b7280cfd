// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"strings"
)

// The collections of fine-tuning jobs.
const (
	supervisedJobs    = "supervisedFineTuningJobs"
	dpoJobs           = "dpoJobs"
	reinforcementJobs = "reinforcementFineTuningJobs"
)

// jobCollections are the collections by the kinds of fine-tuning jobs.
var jobCollections = map[string]string{"supervised": supervisedJobs, "dpo": dpoJobs, "reinforcement": reinforcementJobs}

// FineTuningJobSecret is a part of every secret in the responses about fine-tuning jobs.
const FineTuningJobSecret = "mock-secret-of-a-fine-tuning-job"

// FineTuningJob is a fine-tuning job, as on the wire. The server adds the secrets.
type FineTuningJob struct {
	Name              string `json:"name,omitempty"`
	DisplayName       string `json:"displayName,omitempty"`
	CreateTime        string `json:"createTime,omitempty"`
	UpdateTime        string `json:"updateTime,omitempty"`
	CompletedTime     string `json:"completedTime,omitempty"`
	CreatedBy         string `json:"createdBy,omitempty"`
	Dataset           string `json:"dataset,omitempty"`
	EvaluationDataset string `json:"evaluationDataset,omitempty"`
	FineTuningConfig
	TrainingConfig *FineTuningConfig      `json:"trainingConfig,omitempty"`
	JobProgress    *FineTuningJobProgress `json:"jobProgress,omitempty"`
	State          string                 `json:"state,omitempty"`
	Status         *Status                `json:"status,omitempty"`
}

// FineTuningConfig is what a fine-tuning job trains and how: at the top level of a supervised job, in trainingConfig of
// the others.
type FineTuningConfig struct {
	BaseModel        string  `json:"baseModel,omitempty"`
	WarmStartFrom    string  `json:"warmStartFrom,omitempty"`
	OutputModel      string  `json:"outputModel,omitempty"`
	Epochs           int32   `json:"epochs,omitempty"`
	LoraRank         int32   `json:"loraRank,omitempty"`
	MaxContextLength int32   `json:"maxContextLength,omitempty"`
	LearningRate     float64 `json:"learningRate,omitempty"`
}

// FineTuningJobProgress is how far a fine-tuning job has come.
type FineTuningJobProgress struct {
	Percent int32 `json:"percent,omitempty"`
	Epoch   int32 `json:"epoch,omitempty"`
}

// clone returns a copy of a job that shares nothing with the server's own.
func (j FineTuningJob) clone() FineTuningJob {
	if j.TrainingConfig != nil {
		j.TrainingConfig = new(*j.TrainingConfig)
	}

	if j.JobProgress != nil {
		j.JobProgress = new(*j.JobProgress)
	}

	if j.Status != nil {
		j.Status = new(*j.Status)
	}

	return j
}

// PutFineTuningJob creates or replaces a fine-tuning job, whose full name says its kind. Its state stays as given.
func (s *Server) PutFineTuningJob(j FineTuningJob) {
	defer s.lock()()

	s.putFineTuningJob(j.clone())
}

func (s *Server) putFineTuningJob(j FineTuningJob) {
	j.CreateTime = cmp.Or(j.CreateTime, formatTime(s.now()))

	if j.Status == nil {
		j.Status = &Status{Code: statusOK}
	}

	s.routing.fineTuningJobs[j.Name] = j
}

// RemoveFineTuningJob deletes a fine-tuning job.
func (s *Server) RemoveFineTuningJob(name string) {
	defer s.lock()()

	delete(s.routing.fineTuningJobs, name)
}

// fineTuningJobResponse is a job with what clients must not show.
type fineTuningJobResponse struct {
	FineTuningJob
	WandbConfig            map[string]any `json:"wandbConfig"`
	TrainerLogsSignedURL   string         `json:"trainerLogsSignedUrl"`
	MetricsFileSignedURL   string         `json:"metricsFileSignedUrl"`
	AWSS3Config            map[string]any `json:"awsS3Config"`
	AzureBlobStorageConfig map[string]any `json:"azureBlobStorageConfig"`
	EstimatedCost          map[string]any `json:"estimatedCost"`
}

func (j FineTuningJob) withSecrets() fineTuningJobResponse {
	signed := "https://storage.example.com/" + lastSegment(j.Name) + "?signature=" + FineTuningJobSecret

	return fineTuningJobResponse{
		FineTuningJob:          j.clone(),
		WandbConfig:            map[string]any{"enabled": true, "apiKey": FineTuningJobSecret + "-wandb"},
		TrainerLogsSignedURL:   signed + "-logs",
		MetricsFileSignedURL:   signed + "-metrics",
		AWSS3Config:            map[string]any{"credentialsSecret": FineTuningJobSecret + "-s3"},
		AzureBlobStorageConfig: map[string]any{"credentialsSecret": FineTuningJobSecret + "-azure"},
		EstimatedCost:          map[string]any{"currencyCode": "USD", "units": "12", "nanos": 500000000},
	}
}

func getFineTuningJob(collection string) handler {
	return func(s *Server, c *call) (any, error) {
		defer s.lock()()

		if err := s.requireAccess(c.params[0]); err != nil {
			return nil, err
		}

		job, ok := s.routing.fineTuningJobs["accounts/"+c.params[0]+"/"+collection+"/"+c.params[1]]
		if !ok {
			return nil, notFound("fine-tuning job not found")
		}

		return job.withSecrets(), nil
	}
}

func listFineTuningJobs(collection string) handler {
	return func(s *Server, c *call) (any, error) {
		defer s.lock()()

		if err := s.requireAccess(c.params[0]); err != nil {
			return nil, err
		}

		all := []fineTuningJobResponse{}

		for _, name := range sortedKeys(s.routing.fineTuningJobs) {
			if strings.HasPrefix(name, "accounts/"+c.params[0]+"/"+collection+"/") {
				all = append(all, s.routing.fineTuningJobs[name].withSecrets())
			}
		}

		page, next, err := namedPage(c, all, func(j fineTuningJobResponse) string { return j.CreateTime })
		if err != nil {
			return nil, err
		}

		return map[string]any{collection: page, "nextPageToken": next, "totalSize": len(all)}, nil
	}
}
