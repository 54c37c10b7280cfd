// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"fmt"
	"strings"
)

// The forms of the names that this package parses, as shown in messages.
const (
	JobNameForm                    = "accounts/{account}/rlorTrainerJobs/{job}"
	SessionNameForm                = "accounts/{account}/trainingSessions/{session}"
	JobCheckpointNameForm          = JobNameForm + "/checkpoints/{checkpoint}"
	SessionCheckpointNameForm      = SessionNameForm + "/checkpoints/{checkpoint}"
	ModelNameForm                  = "accounts/{account}/models/{model}"
	DeploymentNameForm             = "accounts/{account}/deployments/{deployment}"
	DeploymentShapeNameForm        = "accounts/{account}/deploymentShapes/{shape}"
	DeploymentShapeVersionNameForm = DeploymentShapeNameForm + "/versions/{version}"
	DeployedModelNameForm          = "accounts/{account}/deployedModels/{deployed-model}"
	TrainingShapeNameForm          = "accounts/{account}/trainingShapes/{shape}"
	TrainingShapeVersionNameForm   = TrainingShapeNameForm + "/versions/{version}"
	operationNameForm              = "accounts/{account}/operations/{operation}"
)

// JobName is the name of a trainer job.
type JobName struct{ AccountID, JobID string }

// String returns the full resource name.
func (n JobName) String() string {
	return "accounts/" + n.AccountID + "/rlorTrainerJobs/" + n.JobID
}

// ParseJobName reads the full name of a trainer job.
func ParseJobName(name string) (JobName, error) {
	_, ids, err := parseName(name, jobPattern)

	return JobName{AccountID: ids[0], JobID: ids[1]}, err
}

// SessionName is the name of a serverless training session.
type SessionName struct{ AccountID, SessionID string }

// String returns the full resource name.
func (n SessionName) String() string {
	return "accounts/" + n.AccountID + "/trainingSessions/" + n.SessionID
}

// ParseSessionName reads the full name of a training session.
func ParseSessionName(name string) (SessionName, error) {
	_, ids, err := parseName(name, sessionPattern)

	return SessionName{AccountID: ids[0], SessionID: ids[1]}, err
}

// CheckpointName is the name of a checkpoint; exactly one of JobID and SessionID is set.
type CheckpointName struct{ AccountID, JobID, SessionID, CheckpointID string }

// IsSession reports whether the checkpoint belongs to a training session.
func (n CheckpointName) IsSession() bool { return n.SessionID != "" }

// Parent returns the name of the trainer job or training session.
func (n CheckpointName) Parent() CheckpointParent {
	if n.IsSession() {
		return SessionName{AccountID: n.AccountID, SessionID: n.SessionID}
	}

	return JobName{AccountID: n.AccountID, JobID: n.JobID}
}

// String returns the full resource name.
func (n CheckpointName) String() string {
	return n.Parent().String() + "/checkpoints/" + n.CheckpointID
}

// ParseCheckpointName reads the full name of a checkpoint of either kind.
func ParseCheckpointName(name string) (CheckpointName, error) {
	form, ids, err := parseName(name, jobCheckpointPattern, sessionCheckpointPattern)
	if form == SessionCheckpointNameForm {
		return CheckpointName{AccountID: ids[0], SessionID: ids[1], CheckpointID: ids[2]}, err
	}

	return CheckpointName{AccountID: ids[0], JobID: ids[1], CheckpointID: ids[2]}, err
}

// ModelName is the name of a model.
type ModelName struct{ AccountID, ModelID string }

// String returns the full resource name.
func (n ModelName) String() string {
	return "accounts/" + n.AccountID + "/models/" + n.ModelID
}

// ParseModelName reads the full name of a model.
func ParseModelName(name string) (ModelName, error) {
	_, ids, err := parseName(name, modelPattern)

	return ModelName{AccountID: ids[0], ModelID: ids[1]}, err
}

// DeploymentName is the name of a deployment.
type DeploymentName struct{ AccountID, DeploymentID string }

// String returns the full resource name.
func (n DeploymentName) String() string {
	return "accounts/" + n.AccountID + "/deployments/" + n.DeploymentID
}

// ParseDeploymentName reads the full name of a deployment.
func ParseDeploymentName(name string) (DeploymentName, error) {
	_, ids, err := parseName(name, deploymentPattern)

	return DeploymentName{AccountID: ids[0], DeploymentID: ids[1]}, err
}

// DeployedModelName is the name of a deployed model.
type DeployedModelName struct{ AccountID, DeployedModelID string }

// String returns the full resource name.
func (n DeployedModelName) String() string {
	return "accounts/" + n.AccountID + "/deployedModels/" + n.DeployedModelID
}

// ParseDeployedModelName reads the full name of a deployed model.
func ParseDeployedModelName(name string) (DeployedModelName, error) {
	_, ids, err := parseName(name, deployedModelPattern)

	return DeployedModelName{AccountID: ids[0], DeployedModelID: ids[1]}, err
}

// DeploymentShapeName is the name of a deployment shape; VersionID is empty when no version is pinned.
type DeploymentShapeName struct{ AccountID, ShapeID, VersionID string }

// Shape returns the full name of the shape without a version.
func (n DeploymentShapeName) Shape() string {
	return "accounts/" + n.AccountID + "/deploymentShapes/" + n.ShapeID
}

// String returns the full resource name.
func (n DeploymentShapeName) String() string {
	if n.VersionID == "" {
		return n.Shape()
	}

	return n.Shape() + "/versions/" + n.VersionID
}

// ParseDeploymentShapeName reads the full name of a deployment shape, with or without a version.
func ParseDeploymentShapeName(name string) (DeploymentShapeName, error) {
	_, ids, err := parseName(name, deploymentShapePattern, deploymentShapeVersionPattern)

	return DeploymentShapeName{AccountID: ids[0], ShapeID: ids[1], VersionID: ids[2]}, err
}

// TrainingShapeName is the name of a training shape; VersionID is empty when no version is pinned.
type TrainingShapeName struct{ AccountID, ShapeID, VersionID string }

// Shape returns the full name of the shape without a version.
func (n TrainingShapeName) Shape() string {
	return "accounts/" + n.AccountID + "/trainingShapes/" + n.ShapeID
}

// String returns the full resource name.
func (n TrainingShapeName) String() string {
	if n.VersionID == "" {
		return n.Shape()
	}

	return n.Shape() + "/versions/" + n.VersionID
}

// ParseTrainingShapeName reads the full name of a training shape, with or without a version.
func ParseTrainingShapeName(name string) (TrainingShapeName, error) {
	_, ids, err := parseName(name, shapePattern, shapeVersionPattern)

	return TrainingShapeName{AccountID: ids[0], ShapeID: ids[1], VersionID: ids[2]}, err
}

// OperationName is the name of a long-running operation.
type OperationName struct{ AccountID, OperationID string }

// String returns the full resource name.
func (n OperationName) String() string {
	return "accounts/" + n.AccountID + "/operations/" + n.OperationID
}

// ParseOperationName reads the full name of a long-running operation.
func ParseOperationName(name string) (OperationName, error) {
	_, ids, err := parseName(name, operationPattern)

	return OperationName{AccountID: ids[0], OperationID: ids[1]}, err
}

// ValidateID returns an error for an invalid ID; kind names it in the error, such as "account ID".
func ValidateID(kind, id string) error {
	problem := idProblem(id)
	if problem == "" {
		return nil
	}

	suggestion := ""
	if segments := strings.Split(id, "/"); len(segments) == 2 && idProblem(segments[1]) == "" {
		suggestion = segments[1]
	}

	return &NameError{Kind: kind, Value: id, Expected: "an ID without a slash", Reason: "it " + problem,
		Suggestion: suggestion}
}

// NameError describes an invalid resource name or ID.
type NameError struct {
	Kind, Value, Expected, Reason string
	// Suggestion is the valid name or ID that was probably meant, empty if there is none.
	Suggestion string
}

// Error returns complete sentences of bounded length.
func (e *NameError) Error() string {
	text := fmt.Sprintf("%s is not a valid %s: %s.", quoteShort(e.Value), e.Kind, e.Reason)
	if e.Suggestion != "" {
		text += fmt.Sprintf(" Did you mean %s?", quoteShort(e.Suggestion))
	}

	return text + fmt.Sprintf(" The expected form is %s.", e.Expected)
}

// The forms of the names of routers and fine-tuning jobs, as shown in messages.
const (
	RouterNameForm                     = "accounts/{account}/routers/{router}"
	SupervisedFineTuningJobNameForm    = "accounts/{account}/supervisedFineTuningJobs/{job}"
	DPOJobNameForm                     = "accounts/{account}/dpoJobs/{job}"
	ReinforcementFineTuningJobNameForm = "accounts/{account}/reinforcementFineTuningJobs/{job}"
)

// RouterName is the name of a router.
type RouterName struct{ AccountID, RouterID string }

// String returns the full resource name.
func (n RouterName) String() string {
	return "accounts/" + n.AccountID + "/routers/" + n.RouterID
}

// ParseRouterName reads the full name of a router.
func ParseRouterName(name string) (RouterName, error) {
	_, ids, err := parseName(name, routerPattern)

	return RouterName{AccountID: ids[0], RouterID: ids[1]}, err
}

// FineTuningJobName is the name of a fine-tuning job.
type FineTuningJobName struct {
	AccountID string
	Kind      FineTuningJobKind
	JobID     string
}

// String returns the full resource name.
func (n FineTuningJobName) String() string {
	return "accounts/" + n.AccountID + "/" + n.Kind.Collection() + "/" + n.JobID
}

// ParseFineTuningJobName reads the full name of a fine-tuning job of any kind.
func ParseFineTuningJobName(name string) (FineTuningJobName, error) {
	form, ids, err := parseName(name, supervisedJobPattern, dpoJobPattern, reinforcementJobPattern)
	if err != nil {
		return FineTuningJobName{}, err
	}

	kind := FineTuningJobSupervised

	switch form {
	case DPOJobNameForm:
		kind = FineTuningJobDPO
	case ReinforcementFineTuningJobNameForm:
		kind = FineTuningJobReinforcement
	}

	return FineTuningJobName{AccountID: ids[0], Kind: kind, JobID: ids[1]}, nil
}
