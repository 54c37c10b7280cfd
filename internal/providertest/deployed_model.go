// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/deployedmodel"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/lifecycle"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

const (
	LoraAddress      = providerdata.DeployedModelType + ".lora"
	SupportLoRA      = DemoModels + "support-lora-2"
	AddonsDeployment = "accounts/demo/deployments/qwen3-addons"

	DeployedModelsPath = "/v1/accounts/demo/deployedModels"
	DeployedModelPath  = "/v1/accounts/demo/deployedModels/*"
)

// LoraBlock is a LoRA model of the fixtures on the deployment of the fixtures that has addons.
func LoraBlock(arguments string) string {
	return fmt.Sprintf("resource %q \"lora\" {\n  model = %q\n  deployment = %q\n%s\n}\n",
		providerdata.DeployedModelType, SupportLoRA, AddonsDeployment, arguments)
}

// LoraConfig is the configuration of LoraBlock, for the protocol.
func LoraConfig(change Values) Values {
	return With(Values{"model": SupportLoRA, "deployment": AddonsDeployment}, change)
}

// DeployedModelCore returns a Terraform core for one fireworks_deployed_model on the platform.
func (p *Platform) DeployedModelCore(t testing.TB) TerraformCore {
	return p.core(t, providerdata.DeployedModelType)
}

// LoadOf is the request that loads the model of LoraBlock; fields come before the others, sorted, each with a comma.
func LoadOf(fields string) string {
	return "POST " + DeployedModelsPath + " {" + fields + `"deployment":"` + AddonsDeployment + `","model":"` +
		SupportLoRA + `"}`
}

// PutLoRAs adds ready LoRA models of the base model.
func (p *Platform) PutLoRAs(count int) {
	for i := range count {
		p.PutModel(mockapi.Model{
			Name: fmt.Sprintf("%slora-%d", DemoModels, i), Kind: deployedmodel.LoraKind, State: "READY",
			PeftDetails: &mockapi.PeftDetails{BaseModel: QwenBase},
		})
	}
}

// Loads counts the requests that load models.
func (p *Platform) Loads() int { return p.Count(http.MethodPost, DeployedModelsPath) }

// Loaded returns the names of what is loaded of the model onto the deployment.
func (p *Platform) Loaded(model, deployment string) (names []string) {
	for _, d := range p.DeployedModels() {
		if d.Model == model && d.Deployment == deployment {
			names = append(names, d.Name)
		}
	}

	return names
}

// AssertLoadedOnce asserts that the model was loaded once and is still loaded.
func (p *Platform) AssertLoadedOnce(t *testing.T) {
	t.Helper()

	if n, names := p.DeployedModelsCreated(SupportLoRA), p.Loaded(SupportLoRA, AddonsDeployment); n != 1 ||
		len(names) != 1 {
		t.Errorf("the model was loaded %d times, and is loaded as %v", n, names)
	}
}

// AssertLoads applies the configuration, which must take the given action, and asserts that the next plan is empty and
// the model is loaded.
func AssertLoads(t *testing.T, core TerraformCore, current *Instance, config Values, want Action) {
	t.Helper()

	core.assertSettles(t, current, config, want, func(all Diagnostics) Diagnostics {
		return slices.DeleteFunc(all, func(d Diagnostic) bool {
			return d.Summary == diagnostic.SummaryReplacingUnusableDeployedModel
		})
	})
	AssertEqual(t, "state", current.State["state"], "DEPLOYED")
	AssertEqual(t, "failure in the private state",
		strings.Contains(string(current.Private), lifecycle.FailedKey), false)
}
