package fireworks

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// ErrNoValidatedVersion means that no version of a training shape or deployment shape is validated.
var ErrNoValidatedVersion = errors.New("no version of the shape is validated")

// TrainerModePolicy is the trainer mode of shapes that train all weights.
const TrainerModePolicy = "POLICY_TRAINER"

// TrainerModeLoRA is the trainer mode of shapes that train LoRA adapters.
const TrainerModeLoRA = "LORA_TRAINER"

// TrainingShapeProfile is a training shape resolved to one of its versions.
type TrainingShapeProfile struct {
	// TrainingShapeVersion is the full name of the version, TrainingShape the same without the version.
	TrainingShapeVersion string
	TrainingShape        string
	TrainerImageTag      string
	// MaxSupportedContextLength is in tokens.
	MaxSupportedContextLength int64
	NodeCount                 int64
	// DeploymentShapeVersion is the full, versioned name of the linked deployment shape, empty when there is none.
	DeploymentShapeVersion string
	DeploymentImageTag     string
	AcceleratorType        string
	// AcceleratorCount is the number of GPUs of one node.
	AcceleratorCount         int64
	BaseModelWeightPrecision string
	PipelineParallelism      int64
	TensorParallelism        int64
	ContextParallelism       int64
	ExpertParallelism        int64
	TrainerMode              string
	BaseModel                string
	ModelType                string
	ParameterCount           int64
	DisplayName              string
	Description              string
	Validated                bool
	LatestValidated          bool
	Public                   bool
	CreateTime               Timestamp
}

// SupportsLoRA reports whether the shape trains LoRA adapters.
func (p TrainingShapeProfile) SupportsLoRA() bool { return p.TrainerMode == TrainerModeLoRA }

type wireShapeVersion struct {
	Name            string    `json:"name"`
	CreateTime      Timestamp `json:"createTime"`
	Validated       bool      `json:"validated"`
	LatestValidated bool      `json:"latestValidated"`
	Public          bool      `json:"public"`
	Snapshot        struct {
		DisplayName               string    `json:"displayName"`
		Description               string    `json:"description"`
		BaseModel                 string    `json:"baseModel"`
		ModelType                 string    `json:"modelType"`
		ParameterCount            jsonInt64 `json:"parameterCount"`
		TrainerImageTag           string    `json:"trainerImageTag"`
		MaxSupportedContextLength jsonInt64 `json:"maxSupportedContextLength"`
		NodeCount                 jsonInt64 `json:"nodeCount"`
		DeploymentShapeVersion    string    `json:"deploymentShapeVersion"`
		DeploymentImageTag        string    `json:"deploymentImageTag"`
		AcceleratorType           jsonEnum  `json:"acceleratorType"`
		AcceleratorCount          jsonInt64 `json:"acceleratorCount"`
		BaseModelWeightPrecision  jsonEnum  `json:"baseModelWeightPrecision"`
		TrainerMode               jsonEnum  `json:"trainerMode"`
		TrainerShardingScheme     struct {
			PipelineParallelism jsonInt64 `json:"pipelineParallelism"`
			TensorParallelism   jsonInt64 `json:"tensorParallelism"`
			ContextParallelism  jsonInt64 `json:"contextParallelism"`
			ExpertParallelism   jsonInt64 `json:"expertParallelism"`
		} `json:"trainerShardingScheme"`
	} `json:"snapshot"`
}

func (w wireShapeVersion) resourceName() string { return w.Name }

type trainingShapePage struct {
	nextPage
	Versions []wireShapeVersion `json:"trainingShapeVersions"`
}

func newTrainingShapePage() page[wireShapeVersion] { return &trainingShapePage{} }

func (p *trainingShapePage) rows() []wireShapeVersion { return p.Versions }

func (w wireShapeVersion) profile() (TrainingShapeProfile, error) {
	name, err := ParseTrainingShapeName(w.Name)
	if err != nil || name.VersionID == "" {
		return TrainingShapeProfile{}, errors.New("the response is not a training shape version: its name is missing or invalid")
	}

	snapshot := w.Snapshot
	sharding := snapshot.TrainerShardingScheme

	return TrainingShapeProfile{
		TrainingShapeVersion:      w.Name,
		TrainingShape:             name.Shape(),
		TrainerImageTag:           snapshot.TrainerImageTag,
		MaxSupportedContextLength: int64(snapshot.MaxSupportedContextLength),
		NodeCount:                 orOne(snapshot.NodeCount),
		DeploymentShapeVersion:    snapshot.DeploymentShapeVersion,
		DeploymentImageTag:        snapshot.DeploymentImageTag,
		AcceleratorType:           string(snapshot.AcceleratorType),
		AcceleratorCount:          int64(snapshot.AcceleratorCount),
		BaseModelWeightPrecision:  string(snapshot.BaseModelWeightPrecision),
		PipelineParallelism:       orOne(sharding.PipelineParallelism),
		TensorParallelism:         orOne(sharding.TensorParallelism),
		ContextParallelism:        orOne(sharding.ContextParallelism),
		ExpertParallelism:         orOne(sharding.ExpertParallelism),
		TrainerMode:               snapshot.TrainerMode.named("", TrainerModePolicy, "FORWARD_ONLY", TrainerModeLoRA),
		BaseModel:                 snapshot.BaseModel,
		ModelType:                 snapshot.ModelType,
		ParameterCount:            int64(snapshot.ParameterCount),
		DisplayName:               snapshot.DisplayName,
		Description:               snapshot.Description,
		Validated:                 w.Validated,
		LatestValidated:           w.LatestValidated,
		Public:                    w.Public,
		CreateTime:                w.CreateTime,
	}, nil
}

// orOne returns a count, of which 0 means unspecified and thus one.
func orOne(n jsonInt64) int64 {
	if n == 0 {
		return 1
	}

	return int64(n)
}

// ResolveTrainingShape reads the named version of a training shape, or without a version the latest validated one.
// It fails with ErrNoValidatedVersion when there is none.
func (c *Client) ResolveTrainingShape(ctx context.Context, name TrainingShapeName) (TrainingShapeProfile, error) {
	path := resourcePath("accounts", name.AccountID, "trainingShapes", name.ShapeID, "versions")

	var version wireShapeVersion

	if name.VersionID != "" {
		path += "/" + url.PathEscape(name.VersionID)
		if err := c.do(ctx, request{method: http.MethodGet, path: path}, &version); err != nil {
			return TrainingShapeProfile{}, err
		}
	} else {
		latest, err := latestValidated(ctx, c, path, newTrainingShapePage)
		if err != nil {
			return TrainingShapeProfile{}, err
		}

		version = latest
	}

	profile, err := version.profile()
	if err != nil {
		return TrainingShapeProfile{}, &DecodeError{Method: http.MethodGet, Path: path, Reason: err.Error()}
	}

	return profile, nil
}

// latestValidated returns the latest validated version among the versions of a shape, or ErrNoValidatedVersion.
func latestValidated[T row](ctx context.Context, c *Client, path string, newPage func() page[T]) (T, error) {
	list := listRequest{path: path, query: url.Values{"filter": {"latest_validated=true"}}, pageSize: 1, limit: 1}

	versions, err := listAll(ctx, c, list, newPage)
	if err == nil && len(versions) == 0 {
		err = ErrNoValidatedVersion
	}

	if err != nil {
		var none T
		return none, err
	}

	return versions[0], nil
}
