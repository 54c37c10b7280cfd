package provider

import (
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const loadedID = "support-lora-2-loaded"

// newPlatformWithLoaded has a deployed model that Terraform does not know of yet.
func newPlatformWithLoaded(t *testing.T) *platform {
	t.Helper()

	p := newPlatform(t, mockapi.Options{})
	p.PutDeployedModel(mockapi.DeployedModel{
		Name: "accounts/demo/deployedModels/" + loadedID, Model: supportLoRA, Deployment: addonsDeployment, DisplayName: "Support",
	})

	return p
}

func TestDeployedModel_Import(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		id       string
		identity values
	}{
		"by the full name": {id: "accounts/demo/deployedModels/" + loadedID},
		"by the bare ID":   {id: loadedID},
		"by the identity":  {identity: values{"account_id": "demo", "deployed_model_id": loadedID}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatformWithLoaded(t)
			process := p.protocol(t)

			imported := process.Import(t.Context(), deployedModelType, test.id, test.identity)
			assertSummaries(t, imported.Diagnostics)

			read := process.Read(t.Context(), deployedModelType, imported.stored)
			assertSummaries(t, read.Diagnostics)

			current := instance{stored: read.stored}
			if !equal(current.Identity, values{"account_id": "demo", "deployed_model_id": loadedID}) || current.State["display_name"] != "Support" {
				t.Errorf("imported %v with the identity %v", current.State, current.Identity)
			}

			assertLoads(t, p.deployedModels(t), &current, loraConfig(nil), actionNone)
			p.assertWrites(t)
		})
	}
}

func TestDeployedModel_ImportFailures(t *testing.T) {
	t.Parallel()

	p := newPlatformWithLoaded(t)

	imported := p.protocol(t).Import(t.Context(), deployedModelType, supportLoRA, nil)
	assertSummaries(t, imported.Diagnostics, "ERROR: Invalid import ID")
	assertMentions(t, imported.Diagnostics, "accounts/{account}/deployedModels/{deployed-model}", "The bare ID of a deployed model")

	process := p.protocol(t)
	missing := process.Import(t.Context(), deployedModelType, "none", nil)

	if read := process.Read(t.Context(), deployedModelType, missing.stored); read.State != nil {
		t.Errorf("read %v", read.State)
	}
}

// TestAccDeployedModel_Import imports with a block and with the command.
func TestAccDeployedModel_Import(t *testing.T) {
	t.Parallel()

	p := newPlatformWithLoaded(t)
	c := p.newCLI(t, map[string]string{
		"main.tf":   requiredProvider + p.config(loraBlock("")),
		"import.tf": "import {\n  to = " + loraAddress + "\n  id = \"accounts/demo/deployedModels/" + loadedID + "\"\n}\n",
	})
	c.expect("apply", nil)
	c.assertEmptyPlan()

	c.write("import.tf", "")
	c.must("state", "rm", loraAddress)
	c.must("import", "-input=false", "-no-color", loraAddress, loadedID)
	c.assertEmptyPlan()
	p.assertWrites(t)
}
