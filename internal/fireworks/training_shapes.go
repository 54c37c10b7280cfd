// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"cmp"
	"context"
)

// TrainerModePolicy is the trainer mode of shapes that train all weights.
const TrainerModePolicy = "POLICY_TRAINER"

// TrainerModeLoRA is the trainer mode of shapes that train LoRA adapters.
const TrainerModeLoRA = "LORA_TRAINER"

// TrainingShapeProfile is a training shape resolved to one of its versions.
type TrainingShapeProfile struct {
	ShapeVersion
	TrainingShapeSnapshot `json:"snapshot"`
}

// TrainingShapeSnapshot is what a version of a training shape stands for.
type TrainingShapeSnapshot struct {
	DisplayName     string `json:"displayName"`
	Description     string `json:"description"`
	BaseModel       string `json:"baseModel"`
	ModelType       string `json:"modelType"`
	ParameterCount  Int64  `json:"parameterCount"`
	TrainerImageTag string `json:"trainerImageTag"`
	// MaxSupportedContextLength is in tokens.
	MaxSupportedContextLength Int64 `json:"maxSupportedContextLength"`
	NodeCount                 Int64 `json:"nodeCount"`
	// DeploymentShapeVersion is the full, versioned name of the linked deployment shape, empty when there is none.
	DeploymentShapeVersion string `json:"deploymentShapeVersion"`
	// DeploymentShapeVersionSnake is the spelling of older servers, always empty after decoding.
	DeploymentShapeVersionSnake string `json:"deployment_shape_version"`
	DeploymentImageTag          string `json:"deploymentImageTag"`
	AcceleratorType             Enum   `json:"acceleratorType"`
	// AcceleratorCount is the number of GPUs of one node.
	AcceleratorCount         Int64 `json:"acceleratorCount"`
	BaseModelWeightPrecision Enum  `json:"baseModelWeightPrecision"`
	TrainerMode              Enum  `json:"trainerMode"`
	ShardingScheme           `json:"trainerShardingScheme"`
}

// ShardingScheme is how a trainer distributes a model.
type ShardingScheme struct {
	PipelineParallelism Int64 `json:"pipelineParallelism"`
	TensorParallelism   Int64 `json:"tensorParallelism"`
	ContextParallelism  Int64 `json:"contextParallelism"`
	ExpertParallelism   Int64 `json:"expertParallelism"`
}

// SupportsLoRA reports whether the shape trains LoRA adapters.
func (p TrainingShapeProfile) SupportsLoRA() bool { return p.TrainerMode == TrainerModeLoRA }

func (TrainingShapeProfile) kind() string { return "training shape version" }

func (p *TrainingShapeProfile) finish(redactor) {
	// 0 means unspecified and thus one.
	for _, count := range []*Int64{
		&p.NodeCount, &p.PipelineParallelism, &p.TensorParallelism, &p.ContextParallelism, &p.ExpertParallelism,
	} {
		*count = cmp.Or(*count, 1)
	}

	p.DeploymentShapeVersion = cmp.Or(p.DeploymentShapeVersion, p.DeploymentShapeVersionSnake)
	p.DeploymentShapeVersionSnake = ""
	p.TrainerMode = p.TrainerMode.named("", TrainerModePolicy, "FORWARD_ONLY", TrainerModeLoRA)

	p.splitName(shapeVersionPattern)
}

// ResolveTrainingShape returns the named version of a training shape, or without a version the latest validated one. If
// no version is validated, the error is ErrNoValidatedVersion.
func (c *Client) ResolveTrainingShape(ctx context.Context, name TrainingShapeName) (TrainingShapeProfile, error) {
	path := resourcePath("accounts", name.AccountID, "trainingShapes", name.ShapeID, "versions")

	return resolveVersion[TrainingShapeProfile](ctx, c, path, name.VersionID)
}
