// SPDX-License-Identifier: MPL-2.0

package mockapi

// Fixtures is the initial state of a server, and the schema of the file that ReadFixtures reads. Only names are
// required. A name is a full name, such as accounts/demo/models/m, or a bare ID in the first account.
type Fixtures struct {
	// Accounts are the IDs of the accounts that a key can access.
	Accounts []string `json:"accounts,omitempty"`
	// Jobs are trainer jobs.
	Jobs []RunFixture `json:"jobs,omitempty"`
	// Sessions are serverless training sessions.
	Sessions []RunFixture `json:"sessions,omitempty"`
	// Models are base models and other existing models.
	Models []ModelFixture `json:"models,omitempty"`
	// TrainingShapes are training shapes with their versions.
	TrainingShapes []TrainingShapeFixture `json:"training_shapes,omitempty"`
	// DeploymentShapes are deployment shapes with their versions.
	DeploymentShapes []DeploymentShapeFixture `json:"deployment_shapes,omitempty"`
	// Deployments are deployments that exist already.
	Deployments []DeploymentFixture `json:"deployments,omitempty"`
	// DeployedModels are LoRA models that are loaded onto deployments already.
	DeployedModels []DeployedModelFixture `json:"deployed_models,omitempty"`
	// Routers are routers that exist already.
	Routers []RouterFixture `json:"routers,omitempty"`
	// FineTuningJobs are managed fine-tuning jobs.
	FineTuningJobs []FineTuningJobFixture `json:"fine_tuning_jobs,omitempty"`
	// Quotas are the limits of accounts.
	Quotas []QuotaFixture `json:"quotas,omitempty"`
	// Outcomes are how the next creations and updates of single objects finish.
	Outcomes []Outcome `json:"outcomes,omitempty"`
}

// RunFixture is a trainer job or a training session.
type RunFixture struct {
	// Name of the job or session.
	Name string `json:"name"`
	// BaseModel is the only base model that its checkpoints can be promoted with; "" is any.
	BaseModel string `json:"base_model,omitempty"`
	// CreateTime dates the checkpoints that have no time of their own: one a minute from then on.
	CreateTime string `json:"create_time,omitempty"`
	// DeletedDaysAgo is how long ago the job was deleted. It is removed after 30 days. Not for sessions.
	DeletedDaysAgo *int `json:"deleted_days_ago,omitempty"`
	// LoRARank is the rank of the addons that LoRA checkpoints become; default 16.
	LoRARank int32 `json:"lora_rank,omitempty"`
	// TargetModules are the target modules of these addons.
	TargetModules []string `json:"target_modules,omitempty"`
	// Checkpoints are the checkpoints of the run, in any order.
	Checkpoints []CheckpointFixture `json:"checkpoints,omitempty"`
	// GeneratedCheckpoints is the number of additional checkpoints, step-10, step-20 and so on; every fifth is
	// promotable.
	GeneratedCheckpoints int `json:"generated_checkpoints,omitempty"`
}

// CheckpointFixture is a checkpoint.
type CheckpointFixture struct {
	// Name is its full name or its ID within the job or session.
	Name string `json:"name"`
	// CreateTime is returned unchanged.
	CreateTime string `json:"create_time,omitempty"`
	// UpdateTime defaults to CreateTime.
	UpdateTime string `json:"update_time,omitempty"`
	// CheckpointType defaults to CHECKPOINT_TYPE_INFERENCE_BASE; a type that contains LORA is promoted to an addon.
	CheckpointType string `json:"checkpoint_type,omitempty"`
	// Promotable defaults to false.
	Promotable bool `json:"promotable,omitempty"`
}

// ModelFixture is a model.
type ModelFixture struct {
	Name        string `json:"name"`
	DisplayName string `json:"display_name,omitempty"`
	Description string `json:"description,omitempty"`
	CreateTime  string `json:"create_time,omitempty"`
	// State defaults to READY.
	State string `json:"state,omitempty"`
	// StatusCode defaults to OK.
	StatusCode    string `json:"status_code,omitempty"`
	StatusMessage string `json:"status_message,omitempty"`
	// Kind is HF_PEFT_ADDON when peft_details are given, otherwise HF_BASE_MODEL.
	Kind                  string `json:"kind,omitempty"`
	Public                bool   `json:"public,omitempty"`
	ContextLength         int32  `json:"context_length,omitempty"`
	SupportsLora          bool   `json:"supports_lora,omitempty"`
	SupportsTools         bool   `json:"supports_tools,omitempty"`
	SupportsImageInput    bool   `json:"supports_image_input,omitempty"`
	Tunable               bool   `json:"tunable,omitempty"`
	TrainingContextLength int32  `json:"training_context_length,omitempty"`
	DefaultDraftModel     string `json:"default_draft_model,omitempty"`
	HuggingFaceURL        string `json:"hugging_face_url,omitempty"`
	// DeprecationDate is a day such as 2026-12-31.
	DeprecationDate  string              `json:"deprecation_date,omitempty"`
	ModelType        string              `json:"model_type,omitempty"`
	ParameterCount   int64               `json:"parameter_count,omitempty"`
	DefaultPrecision string              `json:"default_precision,omitempty"`
	Moe              bool                `json:"moe,omitempty"`
	PeftDetails      *PeftDetailsFixture `json:"peft_details,omitempty"`
	// FineTuningJob is the full name of the job that created the model.
	FineTuningJob string `json:"fine_tuning_job,omitempty"`
	// ImportedFrom is where an uploaded model comes from.
	ImportedFrom string `json:"imported_from,omitempty"`
	// Deployments are the deployments on which the model is loaded. It then cannot be deleted.
	Deployments []string `json:"deployments,omitempty"`
	// Forbidden makes every read return 403. The model can still be the base model of a promotion.
	Forbidden bool `json:"forbidden,omitempty"`
}

// PeftDetailsFixture describes an addon.
type PeftDetailsFixture struct {
	BaseModel     string   `json:"base_model,omitempty"`
	R             int32    `json:"r,omitempty"`
	TargetModules []string `json:"target_modules,omitempty"`
	BaseModelType string   `json:"base_model_type,omitempty"`
}

// TrainingShapeFixture is a training shape.
type TrainingShapeFixture = ShapeFixture[TrainingSnapshotFixture]

// DeploymentShapeFixture is a deployment shape.
type DeploymentShapeFixture = ShapeFixture[DeploymentSnapshotFixture]

// ShapeFixture is a shape, whose versions hold snapshots.
type ShapeFixture[S any] struct {
	Name string `json:"name"`
	// Snapshot is what its versions have in common.
	Snapshot S `json:"snapshot,omitzero"`
	// Versions defaults to one validated version, v1. An empty list is a shape without versions.
	Versions []ShapeVersionFixture[S] `json:"versions,omitzero"`
	// Forbidden makes every read return 403.
	Forbidden bool `json:"forbidden,omitempty"`
}

// ShapeVersionFixture is a version of a shape.
type ShapeVersionFixture[S any] struct {
	ID string `json:"id"`
	// CreateTime defaults to one day after the previous version.
	CreateTime string `json:"create_time,omitempty"`
	// Validated defaults to true. The newest validated version is the latest validated one.
	Validated *bool `json:"validated,omitempty"`
	// Public defaults to true.
	Public *bool `json:"public,omitempty"`
	// Snapshot overrides fields of the shape's snapshot.
	Snapshot S `json:"snapshot,omitzero"`
}

// TrainingSnapshotFixture is the configuration of a trainer.
type TrainingSnapshotFixture struct {
	DisplayName               string `json:"display_name,omitempty"`
	Description               string `json:"description,omitempty"`
	BaseModel                 string `json:"base_model,omitempty"`
	ModelType                 string `json:"model_type,omitempty"`
	ParameterCount            int64  `json:"parameter_count,omitempty"`
	TrainerImageTag           string `json:"trainer_image_tag,omitempty"`
	MaxSupportedContextLength int32  `json:"max_supported_context_length,omitempty"`
	NodeCount                 int32  `json:"node_count,omitempty"`
	DeploymentShapeVersion    string `json:"deployment_shape_version,omitempty"`
	DeploymentImageTag        string `json:"deployment_image_tag,omitempty"`
	AcceleratorType           string `json:"accelerator_type,omitempty"`
	AcceleratorCount          int32  `json:"accelerator_count,omitempty"`
	MinTotalAcceleratorCount  int32  `json:"min_total_accelerator_count,omitempty"`
	BaseModelWeightPrecision  string `json:"base_model_weight_precision,omitempty"`
	// TrainerMode is POLICY_TRAINER, FORWARD_ONLY or LORA_TRAINER.
	TrainerMode         string `json:"trainer_mode,omitempty"`
	PipelineParallelism int32  `json:"pipeline_parallelism,omitempty"`
	TensorParallelism   int32  `json:"tensor_parallelism,omitempty"`
	ContextParallelism  int32  `json:"context_parallelism,omitempty"`
	ExpertParallelism   int32  `json:"expert_parallelism,omitempty"`
	SequenceParallelism bool   `json:"sequence_parallelism,omitempty"`
}

// DeploymentSnapshotFixture is the configuration of a deployment.
type DeploymentSnapshotFixture struct {
	DisplayName            string `json:"display_name,omitempty"`
	Description            string `json:"description,omitempty"`
	BaseModel              string `json:"base_model,omitempty"`
	ModelType              string `json:"model_type,omitempty"`
	ParameterCount         int64  `json:"parameter_count,omitempty"`
	AcceleratorType        string `json:"accelerator_type,omitempty"`
	AcceleratorCount       int32  `json:"accelerator_count,omitempty"`
	Precision              string `json:"precision,omitempty"`
	MaxContextLength       int32  `json:"max_context_length,omitempty"`
	EnableAddons           bool   `json:"enable_addons,omitempty"`
	DraftModel             string `json:"draft_model,omitempty"`
	DraftTokenCount        int32  `json:"draft_token_count,omitempty"`
	NgramSpeculationLength int32  `json:"ngram_speculation_length,omitempty"`
	PresetType             string `json:"preset_type,omitempty"`
	// NoLiveMerge makes it unfit for a LoRA model as the base model of a deployment.
	NoLiveMerge bool `json:"no_live_merge,omitempty"`
}
