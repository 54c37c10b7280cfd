package fireworks

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
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
	if err != nil {
		return JobName{}, err
	}

	return JobName{AccountID: ids[0], JobID: ids[1]}, nil
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
	if err != nil {
		return SessionName{}, err
	}

	return SessionName{AccountID: ids[0], SessionID: ids[1]}, nil
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
	if err != nil {
		return CheckpointName{}, err
	}

	n := CheckpointName{AccountID: ids[0], CheckpointID: ids[2]}
	if form == SessionCheckpointNameForm {
		n.SessionID = ids[1]
	} else {
		n.JobID = ids[1]
	}

	return n, nil
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
	if err != nil {
		return ModelName{}, err
	}

	return ModelName{AccountID: ids[0], ModelID: ids[1]}, nil
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
	if err != nil {
		return DeploymentName{}, err
	}

	return DeploymentName{AccountID: ids[0], DeploymentID: ids[1]}, nil
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
	if err != nil {
		return DeployedModelName{}, err
	}

	return DeployedModelName{AccountID: ids[0], DeployedModelID: ids[1]}, nil
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
	form, ids, err := parseName(name, deploymentShapePattern, deploymentShapeVersionPattern)
	if err != nil {
		return DeploymentShapeName{}, err
	}

	n := DeploymentShapeName{AccountID: ids[0], ShapeID: ids[1]}
	if form == DeploymentShapeVersionNameForm {
		n.VersionID = ids[2]
	}

	return n, nil
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
	form, ids, err := parseName(name, shapePattern, shapeVersionPattern)
	if err != nil {
		return TrainingShapeName{}, err
	}

	n := TrainingShapeName{AccountID: ids[0], ShapeID: ids[1]}
	if form == TrainingShapeVersionNameForm {
		n.VersionID = ids[2]
	}

	return n, nil
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
	if err != nil {
		return OperationName{}, err
	}

	return OperationName{AccountID: ids[0], OperationID: ids[1]}, nil
}

// ValidateID returns an error for an invalid ID; kind names it in the error, such as "account ID".
func ValidateID(kind, id string) error {
	problem := idProblem(id)
	if problem == "" {
		return nil
	}

	reason := "it " + problem
	if segments := strings.Split(id, "/"); len(segments) == 2 && idProblem(segments[1]) == "" {
		reason += "; perhaps " + quoteShort(segments[1]) + " is meant"
	}

	return &NameError{Kind: kind, Value: id, Expected: "an ID alone, without a slash", Reason: reason}
}

// NameError describes an invalid resource name or ID.
type NameError struct{ Kind, Value, Expected, Reason string }

// Error returns complete sentences of bounded length.
func (e *NameError) Error() string {
	return fmt.Sprintf("%s is not a valid %s: %s. The expected form is %s.", quoteShort(e.Value), e.Kind, e.Reason, e.Expected)
}

type namePattern struct {
	kind     string
	form     string
	segments []string
}

func newNamePattern(kind, form string) namePattern {
	return namePattern{kind: kind, form: form, segments: strings.Split(form, "/")}
}

const (
	checkpointNameKind      = "checkpoint name"
	trainingShapeNameKind   = "training shape name"
	deploymentShapeNameKind = "deployment shape name"
)

var (
	jobPattern                    = newNamePattern("trainer job name", JobNameForm)
	sessionPattern                = newNamePattern("training session name", SessionNameForm)
	jobCheckpointPattern          = newNamePattern(checkpointNameKind, JobCheckpointNameForm)
	sessionCheckpointPattern      = newNamePattern(checkpointNameKind, SessionCheckpointNameForm)
	modelPattern                  = newNamePattern("model name", ModelNameForm)
	deploymentPattern             = newNamePattern("deployment name", DeploymentNameForm)
	shapePattern                  = newNamePattern(trainingShapeNameKind, TrainingShapeNameForm)
	shapeVersionPattern           = newNamePattern(trainingShapeNameKind, TrainingShapeVersionNameForm)
	deployedModelPattern          = newNamePattern("deployed model name", DeployedModelNameForm)
	deploymentShapePattern        = newNamePattern(deploymentShapeNameKind, DeploymentShapeNameForm)
	deploymentShapeVersionPattern = newNamePattern(deploymentShapeNameKind, DeploymentShapeVersionNameForm)
	operationPattern              = newNamePattern("long-running operation name", operationNameForm)

	allNamePatterns = []namePattern{
		jobPattern, sessionPattern, jobCheckpointPattern, sessionCheckpointPattern, modelPattern,
		deploymentPattern, shapePattern, shapeVersionPattern, operationPattern,
		deployedModelPattern, deploymentShapePattern, deploymentShapeVersionPattern,
	}
)

// match returns the IDs in a name, or how many segments match and why the next one does not.
func (p namePattern) match(name string) (ids []string, fitted int, reason string) {
	segments := strings.SplitN(name, "/", len(p.segments)+2)
	for i, want := range p.segments {
		switch {
		case i == len(segments):
			return nil, i, fmt.Sprintf("it ends where %q should follow", "/"+strings.Join(p.segments[i:], "/"))
		case strings.HasPrefix(want, "{"):
			if problem := idProblem(segments[i]); problem != "" {
				return nil, i, "its " + want + " part " + problem
			}

			ids = append(ids, segments[i])
		case segments[i] != want:
			reason = fmt.Sprintf("it has %s in place of %q", quoteShort(segments[i]), want)
			if strings.EqualFold(segments[i], want) {
				reason += " (upper and lower case matter)"
			}

			return nil, i, reason
		}
	}

	if n := len(p.segments); len(segments) > n {
		return nil, n, fmt.Sprintf("it has more than the %d parts of a %s", n, p.kind)
	}

	return ids, len(p.segments), ""
}

// parseName returns which of the patterns, all of one kind, matches the name.
func parseName(name string, patterns ...namePattern) (form string, ids []string, err error) {
	kind, forms := patterns[0].kind, make([]string, 0, len(patterns))
	reason, best := "", -1

	problem := textProblem(name)
	for _, p := range patterns {
		ids, fitted, why := p.match(name)
		if why == "" && problem == "" {
			return p.form, ids, nil
		}

		if fitted > best {
			reason, best = why, fitted
		}

		forms = append(forms, p.form)
	}

	if general := generalReason(name, kind); general != "" {
		reason = general
	}

	if hint := nameWithin(name, patterns); hint != "" {
		reason += "; perhaps " + quoteShort(hint) + " is meant"
	}

	return "", nil, &NameError{Kind: kind, Value: name, Expected: strings.Join(forms, " or "), Reason: reason}
}

// generalReason describes a mistake that concerns the whole name.
func generalReason(name, kind string) string {
	if problem := textProblem(name); problem != "" {
		return "it " + problem
	}

	switch {
	case strings.Contains(name, "://"):
		return `it is a URL, and a resource name begins with "accounts/"`
	case strings.HasPrefix(name, "/"):
		return `it begins with a slash, and a resource name begins with "accounts/"`
	case strings.HasSuffix(name, "/"):
		return "it ends with a slash"
	case !strings.Contains(name, "/") && kind == checkpointNameKind:
		return "it is an ID alone, and the full name is needed, as data.fireworks_checkpoints lists it"
	case !strings.Contains(name, "/"):
		return "it is an ID alone, and the full name is needed"
	}

	if other := matchesAny(name, allNamePatterns); other != nil {
		return "it is a " + other.kind
	}

	return ""
}

func matchesAny(name string, patterns []namePattern) *namePattern {
	if textProblem(name) != "" {
		return nil
	}

	for i := range patterns {
		if _, _, reason := patterns[i].match(name); reason == "" {
			return &patterns[i]
		}
	}

	return nil
}

// nameWithin finds a name in what users copy along with it: a URL, white space, further segments.
func nameWithin(text string, patterns []namePattern) string {
	name := strings.TrimSpace(text)
	if start := strings.Index(name, "accounts/"); start >= 0 {
		name = name[start:]
	}

	if end := strings.IndexAny(name, "?#"); end >= 0 {
		name = name[:end]
	}

	name = strings.TrimRight(name, "/")
	if matchesAny(name, patterns) != nil {
		return name
	}

	length := len(patterns[0].segments)
	if segments := strings.SplitN(name, "/", length+1); len(segments) > length {
		if start := strings.Join(segments[:length], "/"); matchesAny(start, patterns) != nil {
			return start
		}
	}

	return ""
}

func idProblem(id string) string {
	switch {
	case strings.Contains(id, "/"):
		return "contains a slash"
	case id == "." || id == "..":
		return "is " + strconv.Quote(id) + ", which is no ID"
	}

	return textProblem(id)
}

func textProblem(text string) string {
	if text == "" {
		return "is empty"
	}

	if !utf8.ValidString(text) {
		return "is not valid UTF-8"
	}

	if strings.TrimSpace(text) != text {
		return "begins or ends with white space"
	}

	position := 0
	for _, r := range text {
		position++
		if unicode.IsControl(r) {
			return fmt.Sprintf("contains a control character (%U) at position %d", r, position)
		}
	}

	return ""
}

const maxQuotedCharacters = 100

// quoteShort quotes the beginning of a value: it may have megabytes.
func quoteShort(text string) string {
	count := 0
	for i := range text {
		if count == maxQuotedCharacters {
			return strconv.Quote(text[:i] + "…")
		}

		count++
	}

	return strconv.Quote(text)
}
