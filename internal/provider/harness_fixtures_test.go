package provider

// Names of the built-in fixtures of the mock API.
const (
	promotedModelType = "fireworks_promoted_model"
	demoModels        = "accounts/demo/models/"
	sftJob            = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b"
	sftSession        = "accounts/demo/trainingSessions/serverless-1"
	fullCheckpoint    = sftJob + "/checkpoints/step-200-5e6f7a8b"
	loraCheckpoint    = sftJob + "/checkpoints/step-180-6f7a8b9c"
	sessionCheckpoint = sftSession + "/checkpoints/run-7f3a9c-step-20-2f3a4b5c"
	qwenBase          = "accounts/fireworks/models/qwen3-8b"
)

// Patterns of requests, for counting.
const (
	listingPath        = "/v1/accounts/*/rlorTrainerJobs/*/checkpoints"
	sessionListingPath = "/v1/accounts/*/trainingSessions/*/checkpoints"
	sessionPromotePath = "/v1/accounts/*/trainingSessions/*/checkpoints/*:promote"
	promotePath        = "/v1/accounts/*/checkpoints/*:promote"
	operationPath      = "/v1/accounts/*/operations/*"
	modelPath          = "/v1/accounts/demo/models/*"
	baseModelPath      = "/v1/accounts/fireworks/models/*"
)

// modelConfig is a configuration of a promoted model that promotes and names no labels.
func modelConfig(id string) values {
	return values{"checkpoint_name": fullCheckpoint, "output_model_id": id, "base_model": qwenBase}
}
