package provider

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const (
	loraAddress      = deployedModelType + ".lora"
	supportLoRA      = demoModels + "support-lora-2"
	addonsDeployment = "accounts/demo/deployments/qwen3-addons"

	deployedModelsPath = "/v1/accounts/demo/deployedModels"
	deployedModelPath  = "/v1/accounts/demo/deployedModels/*"
)

// loraBlock is a LoRA model of the fixtures on the deployment of the fixtures that has addons.
func loraBlock(arguments string) string {
	return fmt.Sprintf("resource %q \"lora\" {\n  model = %q\n  deployment = %q\n%s\n}\n",
		deployedModelType, supportLoRA, addonsDeployment, arguments)
}

// loraConfig is the configuration of loraBlock, for the protocol.
func loraConfig(change values) values {
	return with(values{"model": supportLoRA, "deployment": addonsDeployment}, change)
}

// deployedModels returns a Terraform core for one fireworks_deployed_model on the platform.
func (p *platform) deployedModels(t testing.TB) terraformCore {
	return terraformCore{typeName: deployedModelType, start: func() *protocolServer { return p.protocol(t) }, oracle: p.oracle}
}

// loadOf is the request that loads the model of loraBlock; fields come before the others, sorted, each with a comma.
func loadOf(fields string) string {
	return "POST " + deployedModelsPath + " {" + fields + `"deployment":"` + addonsDeployment + `","model":"` + supportLoRA + `"}`
}

// putLoRAs adds ready LoRA models of the base model.
func (p *platform) putLoRAs(count int) {
	for i := range count {
		p.PutModel(mockapi.Model{
			Name: fmt.Sprintf("%slora-%d", demoModels, i), Kind: loraKind, State: "READY", PeftDetails: &mockapi.PeftDetails{BaseModel: qwenBase},
		})
	}
}

// loads counts the requests that load models.
func (p *platform) loads() int { return p.Count(http.MethodPost, deployedModelsPath) }

// loaded returns the names of what is loaded of the model onto the deployment.
func (p *platform) loaded(model, deployment string) (names []string) {
	for _, d := range p.DeployedModels() {
		if d.Model == model && d.Deployment == deployment {
			names = append(names, d.Name)
		}
	}

	return names
}

// assertLoadedOnce asserts that the model was loaded once and is still loaded.
func (p *platform) assertLoadedOnce(t *testing.T) {
	t.Helper()

	if n, names := p.DeployedModelsCreated(supportLoRA), p.loaded(supportLoRA, addonsDeployment); n != 1 || len(names) != 1 {
		t.Errorf("the model was loaded %d times, and is loaded as %v", n, names)
	}
}

// assertLoads applies the configuration, which must take the given action, and asserts that the next plan is empty and the model
// is loaded.
func assertLoads(t *testing.T, core terraformCore, current *instance, config values, want action) {
	t.Helper()

	if got := core.Run(t.Context(), current, config, runOptions{}); got.Action != want || len(got.Diagnostics) > 0 {
		t.Fatalf("the next apply: %s, want %s\n\n%s", got.Action, want, got.Diagnostics)
	}

	if got := core.Run(t.Context(), current, config, runOptions{PlanOnly: true}); got.Action != actionNone || len(got.Diagnostics) > 0 {
		t.Fatalf("the plan after it: %s\n\n%s", got.Action, got.Diagnostics)
	}

	assertEqual(t, "tainted", current.Tainted, false)
	assertEqual(t, "state", current.State["state"], "DEPLOYED")
	assertEqual(t, "failure in the private state", strings.Contains(string(current.Private), loadFailedKey), false)
}
