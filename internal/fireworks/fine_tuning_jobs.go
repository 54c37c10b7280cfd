// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"cmp"
	"context"
	"net/http"
	"strings"
)

// FineTuningJobKind is a kind of fine-tuning jobs; each has its own collection.
type FineTuningJobKind string

// The kinds of fine-tuning jobs.
const (
	FineTuningJobSupervised    FineTuningJobKind = "supervised"
	FineTuningJobDPO           FineTuningJobKind = "dpo"
	FineTuningJobReinforcement FineTuningJobKind = "reinforcement"
)

// The states of a fine-tuning job that has created its model.
const (
	FineTuningJobStateCompleted    = "COMPLETED"
	FineTuningJobStateEarlyStopped = "EARLY_STOPPED"
)

const (
	// FineTuningJobStatePrefix is the prefix of states that the API returns and FineTuningJob.State lacks.
	FineTuningJobStatePrefix = "JOB_STATE_"

	jobStateUnspecified = "UNSPECIFIED"
)

// jobStates are the names of the states, whose index is the number of the state.
var jobStates = []string{
	jobStateUnspecified, "CREATING", "RUNNING", FineTuningJobStateCompleted, "FAILED", "CANCELLED", "DELETING",
	"WRITING_RESULTS", "VALIDATING", "DELETING_CLEANING_UP", "PENDING", "EXPIRED", "RE_QUEUEING",
	"CREATING_INPUT_DATASET", "IDLE", "CANCELLING", FineTuningJobStateEarlyStopped, "PAUSED", "DELETED", "ARCHIVED",
}

// FineTuningJobKinds returns all kinds.
func FineTuningJobKinds() []FineTuningJobKind {
	return []FineTuningJobKind{FineTuningJobSupervised, FineTuningJobDPO, FineTuningJobReinforcement}
}

// Collection returns the name of the collection, such as dpoJobs.
func (k FineTuningJobKind) Collection() string {
	switch k {
	case FineTuningJobDPO:
		return "dpoJobs"
	case FineTuningJobReinforcement:
		return "reinforcementFineTuningJobs"
	case FineTuningJobSupervised:
	}

	return "supervisedFineTuningJobs"
}

// FineTuningJob is a managed fine-tuning job. A number is 0 and a text empty when the API omits it. It has no field for
// the API keys, signed URLs and cloud credentials in a response, so that none can leave this package.
type FineTuningJob struct {
	// Name is accounts/{account}/{collection}/{job}.
	Name              string    `json:"name"`
	DisplayName       string    `json:"displayName"`
	CreateTime        Timestamp `json:"createTime"`
	UpdateTime        Timestamp `json:"updateTime"`
	CompletedTime     Timestamp `json:"completedTime"`
	CreatedBy         string    `json:"createdBy"`
	Dataset           string    `json:"dataset"`
	EvaluationDataset string    `json:"evaluationDataset"`
	// State has no prefix and is empty if the API returns none; new states may appear.
	State  Enum `json:"state"`
	Status `json:"status"`
	// Progress is nil before the first report.
	Progress *FineTuningJobProgress `json:"jobProgress"`
	FineTuningConfig
	// TrainingConfig is empty: what the API returns in it is in the embedded FineTuningConfig.
	TrainingConfig FineTuningConfig `json:"trainingConfig"`
}

// FineTuningConfig is what a fine-tuning job trains and how.
type FineTuningConfig struct {
	// BaseModel and WarmStartFrom are full names; a job has one of them.
	BaseModel     string `json:"baseModel"`
	WarmStartFrom string `json:"warmStartFrom"`
	// OutputModel is the full name of the model. Only a completed job has surely created it.
	OutputModel      string  `json:"outputModel"`
	Epochs           Int64   `json:"epochs"`
	LoRARank         Int64   `json:"loraRank"`
	MaxContextLength Int64   `json:"maxContextLength"`
	LearningRate     Float64 `json:"learningRate"`
}

// FineTuningJobProgress is how far a fine-tuning job has come.
type FineTuningJobProgress struct {
	Percent Int64 `json:"percent"`
	Epoch   Int64 `json:"epoch"`
}

func (j FineTuningJob) resourceName() string { return j.Name }

func (FineTuningJob) kind() string { return "fine-tuning job" }

// Completed reports whether the job has created its model.
func (j FineTuningJob) Completed() bool {
	return j.State == FineTuningJobStateCompleted || j.State == FineTuningJobStateEarlyStopped
}

func (j *FineTuningJob) finish(r redactor) {
	j.Status.finish(r)

	j.State = Enum(strings.TrimPrefix(string(j.State.named(jobStates...)), FineTuningJobStatePrefix))
	if j.State == jobStateUnspecified {
		j.State = ""
	}

	j.FineTuningConfig = j.TrainingConfig.or(j.FineTuningConfig)
	j.TrainingConfig = FineTuningConfig{}

	name, err := ParseFineTuningJobName(j.Name)
	if err != nil {
		return
	}

	if j.OutputModel == "" && j.Completed() {
		j.OutputModel = name.JobID
	}

	if j.OutputModel != "" && !strings.Contains(j.OutputModel, "/") {
		j.OutputModel = ModelName{AccountID: name.AccountID, ModelID: j.OutputModel}.String()
	}
}

// or returns the fields of c, and those of other where c has none.
func (c FineTuningConfig) or(other FineTuningConfig) FineTuningConfig {
	return FineTuningConfig{
		BaseModel:        cmp.Or(c.BaseModel, other.BaseModel),
		WarmStartFrom:    cmp.Or(c.WarmStartFrom, other.WarmStartFrom),
		OutputModel:      cmp.Or(c.OutputModel, other.OutputModel),
		Epochs:           cmp.Or(c.Epochs, other.Epochs),
		LoRARank:         cmp.Or(c.LoRARank, other.LoRARank),
		MaxContextLength: cmp.Or(c.MaxContextLength, other.MaxContextLength),
		LearningRate:     cmp.Or(c.LearningRate, other.LearningRate),
	}
}

func (n FineTuningJobName) path() string {
	return resourcePath("accounts", n.AccountID, n.Kind.Collection(), n.JobID)
}

// GetFineTuningJob returns a fine-tuning job.
func (c *Client) GetFineTuningJob(ctx context.Context, name FineTuningJobName) (FineTuningJob, error) {
	return receive[FineTuningJob](ctx, c, request{method: http.MethodGet, path: name.path()})
}

// ListFineTuningJobs returns all fine-tuning jobs of one kind in an account.
func (c *Client) ListFineTuningJobs(
	ctx context.Context, accountID string, kind FineTuningJobKind,
) ([]FineTuningJob, error) {
	return listResources[FineTuningJob](ctx, c, accountID, kind.Collection())
}
