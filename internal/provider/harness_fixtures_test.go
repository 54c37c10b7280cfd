package provider

import (
	"encoding/json"
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

const demoDeployments = "accounts/demo/deployments/"

func checkpointsConfig(arguments string) string {
	return "data \"fireworks_checkpoints\" \"run\" {\n" + arguments + "\n}\n"
}

const supervisedJobs = "accounts/demo/supervisedFineTuningJobs/"

const jobsType = "fireworks_fine_tuning_jobs"

const jobType = "fireworks_fine_tuning_job"

const demoRouters = "accounts/demo/routers/"

const loraModel = demoModels + "support-lora-2"

const matchPath = "/v1/accounts/demo/deploymentShapeVersions:match"

const fastShape = deploymentShapes + "qwen3-8b-fast"

func shapeConfig(shapeID string) string {
	return "data \"fireworks_training_shape\" \"shape\" {\n  shape_id = \"" + shapeID + "\"\n}\n"
}

const distilledQwen = "accounts/fireworks/models/deepseek-r1-0528-qwen3-8b"

const linkedShape = "accounts/fireworks/deploymentShapes/rft-qwen3-8b/versions/d2f40c1b"

const deploymentShapes = "accounts/fireworks/deploymentShapes/"

// importModel imports and refreshes, as Terraform does.
func (p *platform) importModel(t *testing.T, id string, identity values) (instance, diagnostics) {
	t.Helper()
	process := p.protocol(t)

	imported := process.Import(t.Context(), promotedModelType, id, identity)
	if imported.State == nil || len(imported.Diagnostics.Errors()) > 0 {
		return instance{}, imported.Diagnostics
	}

	read := process.Read(t.Context(), promotedModelType, imported.stored)

	return instance{stored: read.stored}, append(imported.Diagnostics, read.Diagnostics...)
}

// outputs returns the outputs, which must be strings.
func (c *cli) outputs() map[string]string {
	c.t.Helper()

	var response map[string]struct {
		Value string `json:"value"`
	}
	if err := json.Unmarshal(c.run("output", "-json").stdout, &response); err != nil {
		c.t.Fatal(err)
	}

	values := map[string]string{}
	for name, output := range response {
		values[name] = output.Value
	}

	return values
}

// policyValues is an autoscaling policy with the members that are set.
func policyValues(set values) values {
	return with(values{
		"scale_up_window": nil, "scale_down_window": nil, "scale_to_zero_window": nil, "load_targets": nil, "scaling_schedules": nil,
	}, set)
}

// keyAndURL is the environment of a user who works against a platform.
func (p *platform) keyAndURL() []string {
	return []string{"FIREWORKS_API_KEY=" + testAPIKey, "FIREWORKS_BASE_URL=" + p.URL}
}
