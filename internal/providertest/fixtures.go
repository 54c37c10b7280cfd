// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// Names of the built-in fixtures of the mock API.
const (
	DemoModels        = "accounts/demo/models/"
	SftJob            = "accounts/demo/rlorTrainerJobs/sft-qwen3-8b"
	SftSession        = "accounts/demo/trainingSessions/serverless-1"
	FullCheckpoint    = SftJob + "/checkpoints/step-200-5e6f7a8b"
	LoraCheckpoint    = SftJob + "/checkpoints/step-180-6f7a8b9c"
	SessionCheckpoint = SftSession + "/checkpoints/run-7f3a9c-step-20-2f3a4b5c"
	QwenBase          = "accounts/fireworks/models/qwen3-8b"
	DemoDeployments   = "accounts/demo/deployments/"
	SupervisedJobs    = "accounts/demo/supervisedFineTuningJobs/"
	DemoRouters       = "accounts/demo/routers/"
	LoraModel         = DemoModels + "support-lora-2"
	FastShape         = DeploymentShapes + "qwen3-8b-fast"
	DistilledQwen     = "accounts/fireworks/models/deepseek-r1-0528-qwen3-8b"
	LinkedShape       = "accounts/fireworks/deploymentShapes/rft-qwen3-8b/versions/d2f40c1b"
	DeploymentShapes  = "accounts/fireworks/deploymentShapes/"
)

// Patterns of requests, for counting.
const (
	ListingPath        = "/v1/accounts/*/rlorTrainerJobs/*/checkpoints"
	sessionListingPath = "/v1/accounts/*/trainingSessions/*/checkpoints"
	SessionPromotePath = "/v1/accounts/*/trainingSessions/*/checkpoints/*:promote"
	PromotePath        = "/v1/accounts/*/checkpoints/*:promote"
	OperationPath      = "/v1/accounts/*/operations/*"
	ModelPath          = "/v1/accounts/demo/models/*"
	BaseModelPath      = "/v1/accounts/fireworks/models/*"
	MatchPath          = "/v1/accounts/demo/deploymentShapeVersions:match"
)

// Types of data sources.
const (
	JobsType = "fireworks_fine_tuning_jobs"
	JobType  = "fireworks_fine_tuning_job"
)

// ModelConfig is a configuration of a promoted model without metadata.
func ModelConfig(id string) Values {
	return Values{"checkpoint_name": FullCheckpoint, "output_model_id": id, "base_model": QwenBase}
}

const ModelAddress = providerdata.PromotedModelType + ".model"

// ModelBlock is a promoted model of the checkpoint with further arguments.
func ModelBlock(checkpoint, id, arguments string) string {
	return fmt.Sprintf(
		"resource %q \"model\" {\n  checkpoint_name = %q\n  output_model_id = %q\n  base_model = %q\n%s\n}\n",
		providerdata.PromotedModelType,
		checkpoint,
		id,
		QwenBase,
		arguments,
	)
}

// PromotedBlock is the configuration of a promoted model; extra are further lines of it.
func PromotedBlock(label, id, extra string) string {
	return fmt.Sprintf(`
resource "fireworks_promoted_model" %q {
  checkpoint_name = %q
  output_model_id = %s
  base_model      = %q
%s
}
`, label, FullCheckpoint, id, QwenBase, extra)
}

// PromotionOf is the request that promotes a checkpoint of the job, with exactly the fields of the contract.
func PromotionOf(checkpointID, modelID string) string {
	return `POST /v1/accounts/demo/checkpoints/` + checkpointID + `:promote {"async_promotion":true,"base_model":"` +
		QwenBase +
		`","output_model":"` + DemoModels + modelID + `","trainer_job_id":"` + SftJob + `"}`
}

func PatchOf(modelID, mask, body string) string {
	return "PATCH /v1/" + DemoModels + modelID + "?updateMask=" + mask + " " + body
}

func DeletionOf(modelID string) string { return "DELETE /v1/" + DemoModels + modelID }

func ExpectAction(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(ModelAddress,
		action)}, more...)}
}

// NewPlatformAt returns a platform whose clock starts at a known time, so that a test can compare timestamps.
func NewPlatformAt(t *testing.T, options mockapi.Options) *Platform {
	t.Helper()
	p := NewPlatform(t, options)
	p.Clock.Current = time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC)

	return p
}

func CheckpointsConfig(arguments string) string {
	return "data \"fireworks_checkpoints\" \"run\" {\n" + arguments + "\n}\n"
}

func ShapeConfig(shapeID string) string {
	return "data \"fireworks_training_shape\" \"shape\" {\n  shape_id = \"" + shapeID + "\"\n}\n"
}

// ImportModel imports and refreshes, as Terraform does.
func (p *Platform) ImportModel(t *testing.T, id string, identity Values) (Instance, Diagnostics) {
	t.Helper()
	process := p.Protocol(t)

	imported := process.Import(t.Context(), providerdata.PromotedModelType, id, identity)
	if imported.State == nil || len(imported.Diagnostics.Errors()) > 0 {
		return Instance{}, imported.Diagnostics
	}

	read := process.Read(t.Context(), providerdata.PromotedModelType, imported.Stored)

	return Instance{Stored: read.Stored}, append(imported.Diagnostics, read.Diagnostics...)
}

// Outputs returns the outputs, which must be strings.
func (c *CLI) Outputs() map[string]string {
	c.T.Helper()

	var response map[string]struct {
		Value string `json:"value"`
	}
	if err := json.Unmarshal(c.Run("output", "-json").Stdout, &response); err != nil {
		c.T.Fatal(err)
	}

	values := map[string]string{}
	for name, output := range response {
		values[name] = output.Value
	}

	return values
}

// PolicyValues is an autoscaling policy with the members that are set.
func PolicyValues(set Values) Values {
	return With(Values{
		"scale_up_window": nil, "scale_down_window": nil, "scale_to_zero_window": nil, "load_targets": nil,
		"scaling_schedules": nil,
	}, set)
}

// KeyAndURL is the environment of a user who works against a platform.
func (p *Platform) KeyAndURL() []string {
	return []string{"FIREWORKS_API_KEY=" + TestAPIKey, "FIREWORKS_BASE_URL=" + p.URL}
}
