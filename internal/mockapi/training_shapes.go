// SPDX-License-Identifier: MPL-2.0

package mockapi

// trainingSnapshot is the snapshot of a version of a training shape, as on the wire.
type trainingSnapshot struct {
	Name                      string          `json:"name,omitempty"`
	DisplayName               string          `json:"displayName,omitempty"`
	Description               string          `json:"description,omitempty"`
	CreateTime                string          `json:"createTime,omitempty"`
	UpdateTime                string          `json:"updateTime,omitempty"`
	BaseModel                 string          `json:"baseModel,omitempty"`
	ModelType                 string          `json:"modelType,omitempty"`
	ParameterCount            int64           `json:"parameterCount,string,omitempty"`
	TrainerImageTag           string          `json:"trainerImageTag,omitempty"`
	MaxSupportedContextLength int32           `json:"maxSupportedContextLength,omitempty"`
	NodeCount                 int32           `json:"nodeCount,omitempty"`
	DeploymentShapeVersion    string          `json:"deploymentShapeVersion,omitempty"`
	DeploymentImageTag        string          `json:"deploymentImageTag,omitempty"`
	AcceleratorType           string          `json:"acceleratorType,omitempty"`
	AcceleratorCount          int32           `json:"acceleratorCount,omitempty"`
	MinTotalAcceleratorCount  int32           `json:"minTotalAcceleratorCount,omitempty"`
	BaseModelWeightPrecision  string          `json:"baseModelWeightPrecision,omitempty"`
	TrainerMode               string          `json:"trainerMode,omitempty"`
	TrainerShardingScheme     *shardingScheme `json:"trainerShardingScheme,omitempty"`
}

type shardingScheme struct {
	PipelineParallelism int32 `json:"pipelineParallelism,omitempty"`
	TensorParallelism   int32 `json:"tensorParallelism,omitempty"`
	ContextParallelism  int32 `json:"contextParallelism,omitempty"`
	ExpertParallelism   int32 `json:"expertParallelism,omitempty"`
	SequenceParallelism bool  `json:"sequenceParallelism,omitempty"`
}

// getTrainingShape returns 403 for every key, as the platform does for customers: only versions can be read.
func (s *Server) getTrainingShape(*call) (any, error) {
	return nil, denied("the key may not read training shapes; read their versions")
}
