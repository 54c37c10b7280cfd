// SPDX-License-Identifier: MPL-2.0

package deployedmodel_test

import (
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const loadedID = "support-lora-2-loaded"

// newPlatformWithLoaded has a deployed model that Terraform does not know of yet.
func newPlatformWithLoaded(t *testing.T) *providertest.Platform {
	t.Helper()

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.PutDeployedModel(mockapi.DeployedModel{
		Name: "accounts/demo/deployedModels/" + loadedID, Model: providertest.SupportLoRA,
		Deployment: providertest.AddonsDeployment, DisplayName: "Support",
	})

	return p
}

func TestDeployedModel_Import(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		id       string
		identity providertest.Values
	}{
		"by the full name": {id: "accounts/demo/deployedModels/" + loadedID},
		"by the bare ID":   {id: loadedID},
		"by the identity":  {identity: providertest.Values{"account_id": "demo", "deployed_model_id": loadedID}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatformWithLoaded(t)
			process := p.Protocol(t)

			imported := process.Import(t.Context(), providerdata.DeployedModelType, test.id, test.identity)
			providertest.AssertSummaries(t, imported.Diagnostics)

			read := process.Read(t.Context(), providerdata.DeployedModelType, imported.Stored)
			providertest.AssertSummaries(t, read.Diagnostics)

			current := providertest.Instance{Stored: read.Stored}
			if !providertest.Equal(current.Identity,
				providertest.Values{"account_id": "demo", "deployed_model_id": loadedID}) ||
				current.State["display_name"] != "Support" {
				t.Errorf("imported %v with the identity %v", current.State, current.Identity)
			}

			providertest.AssertLoads(t, p.DeployedModelCore(t), &current, providertest.LoraConfig(nil),
				providertest.ActionNone)
			p.AssertWrites(t)
		})
	}
}

func TestDeployedModel_ImportFailures(t *testing.T) {
	t.Parallel()

	p := newPlatformWithLoaded(t)

	imported := p.Protocol(t).Import(t.Context(), providerdata.DeployedModelType, providertest.SupportLoRA, nil)
	providertest.AssertSummaries(t, imported.Diagnostics, "ERROR: Invalid import ID")
	providertest.AssertMentions(t, imported.Diagnostics, "accounts/{account}/deployedModels/{deployed-model}",
		"The bare ID of a deployed model")

	process := p.Protocol(t)
	missing := process.Import(t.Context(), providerdata.DeployedModelType, "none", nil)

	if read := process.Read(t.Context(), providerdata.DeployedModelType, missing.Stored); read.State != nil {
		t.Errorf("read %v", read.State)
	}
}
