package provider

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// Names of the built-in fixtures of the mock API.
const (
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

// modelConfig is a configuration of a promoted model without metadata.
func modelConfig(id string) values {
	return values{"checkpoint_name": fullCheckpoint, "output_model_id": id, "base_model": qwenBase}
}

const modelAddress = promotedModelType + ".model"

// modelBlock is a promoted model of the checkpoint with further arguments.
func modelBlock(checkpoint, id, arguments string) string {
	return fmt.Sprintf(
		"resource %q \"model\" {\n  checkpoint_name = %q\n  output_model_id = %q\n  base_model = %q\n%s\n}\n",
		promotedModelType,
		checkpoint,
		id,
		qwenBase,
		arguments,
	)
}

// promotedBlock is the configuration of a promoted model; extra are further lines of it.
func promotedBlock(label, id, extra string) string {
	return fmt.Sprintf(`
resource "fireworks_promoted_model" %q {
  checkpoint_name = %q
  output_model_id = %s
  base_model      = %q
%s
}
`, label, fullCheckpoint, id, qwenBase, extra)
}

// promotionOf is the request that promotes a checkpoint of the job, with exactly the fields of the contract.
func promotionOf(checkpointID, modelID string) string {
	return `POST /v1/accounts/demo/checkpoints/` + checkpointID + `:promote {"async_promotion":true,"base_model":"` + qwenBase +
		`","output_model":"` + demoModels + modelID + `","trainer_job_id":"` + sftJob + `"}`
}

func patchOf(modelID, mask, body string) string {
	return "PATCH /v1/" + demoModels + modelID + "?updateMask=" + mask + " " + body
}

func deletionOf(modelID string) string { return "DELETE /v1/" + demoModels + modelID }

func expectAction(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(modelAddress, action)}, more...)}
}

// newPlatformAt returns a platform whose clock starts at a known time, so that a test can compare timestamps.
func newPlatformAt(t *testing.T, options mockapi.Options) *platform {
	t.Helper()
	p := newPlatform(t, options)
	p.clock.now = time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)

	return p
}
