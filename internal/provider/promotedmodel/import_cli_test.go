// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestAccImport_Command(t *testing.T) {
	t.Parallel()
	platform := providertest.NewPlatform(t, mockapi.Options{})
	platform.PutModel(mockapi.Model{Name: providertest.DemoModels + "m"})
	c := platform.NewConfiguredCLI(t, providertest.PromotedBlock("a", `"m"`, "  deletion_policy = \"PREVENT\""))
	c.Must("import", "-no-color", "-input=false", "fireworks_promoted_model.a", "m")
	platform.ResetRequests()
	c.Expect("apply", []string{"-refresh=false"})
	// The plan checks whether the checkpoint to record exists.
	platform.AssertTraffic(t, providertest.Traffic{Listed: 1})

	c.AssertEmptyPlan()
	c.Expect("destroy", nil, "error: Destroy prevented by deletion policy")
	platform.AssertTraffic(t, providertest.Traffic{Listed: 1})
}

// TestAccPromotedModel_Import takes over models that exist. The checkpoint is not known to the API, so naming it
// changes nothing there.
func TestAccPromotedModel_Import(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.Run(t,
		resource.TestStep{
			Config: p.Config(providertest.ModelBlock(providertest.LoraCheckpoint, "m",
				`display_name = "Mine"`)),
			ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionCreate),
		},
		resource.TestStep{
			ResourceName: providertest.ModelAddress, ImportState: true, ImportStateId: providertest.DemoModels + "m",
			ImportStateVerify: true, ImportStateVerifyIgnore: []string{"checkpoint_name", "base_model"},
			ImportStateCheck: nullAfterImport("checkpoint_name", "base_model", "hot_load_deployment_id"),
		},
		resource.TestStep{
			ResourceName: providertest.ModelAddress, ImportState: true, ImportStateId: "m",
			ImportStateVerify: true, ImportStateVerifyIgnore: []string{"checkpoint_name", "base_model"},
		},
		resource.TestStep{
			ResourceName: providertest.ModelAddress, ImportState: true, ImportStateId: providertest.DemoModels + "none",
			ExpectError: providertest.Wrapped(`Cannot import non-existent remote object`),
		},
	)

	if n := p.Promotions(); n != 1 {
		t.Errorf("%d promotions, want 1", n)
	}
}

func nullAfterImport(names ...string) resource.ImportStateCheckFunc {
	return func(states []*terraform.InstanceState) error {
		for _, name := range names {
			if value, set := states[0].Attributes[name]; set {
				return providertest.Unexpected(name+" after the import", value, "null")
			}
		}

		return nil
	}
}

// TestAccPromotedModel_ImportBlock has an import block, a second plan that is empty, and then a change that replaces.
func TestAccPromotedModel_ImportBlock(t *testing.T) {
	t.Parallel()

	for name, to := range importBlocks(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := providertest.NewPlatform(t, mockapi.Options{})
			p.PutModel(
				mockapi.Model{
					Name:        providertest.DemoModels + "m",
					State:       "READY",
					Kind:        "HF_BASE_MODEL",
					DisplayName: "Theirs",
					CreateTime:  "2026-03-01T12:00:00Z",
					UpdateTime:  "2026-03-01T12:00:00Z",
				},
			)

			var identity []statecheck.StateCheck
			if providertest.CLIHasIdentities(t) {
				identity = append(identity,
					statecheck.ExpectIdentity(providertest.ModelAddress, map[string]knownvalue.Check{
						"account_id": knownvalue.StringExact("demo"), "model_id": knownvalue.StringExact("m"),
					}))
			}

			importBlock := "import {\n  to = " + providertest.ModelAddress + "\n  " + to + "\n}\n"
			p.Run(t,
				resource.TestStep{
					Config: p.Config(importBlock + providertest.ModelBlock(providertest.FullCheckpoint, "m", "")),
					ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionUpdate,
						plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("checkpoint_name"),
							knownvalue.StringExact(providertest.FullCheckpoint)),
						plancheck.ExpectKnownValue(providertest.ModelAddress, tfjsonpath.New("update_time"),
							knownvalue.StringExact("2026-03-01T12:00:00Z")),
					),
					ConfigStateChecks: append(providertest.ExpectValues(providertest.ModelAddress,
						map[string]knownvalue.Check{
							"id":              knownvalue.StringExact(providertest.DemoModels + "m"),
							"account_id":      knownvalue.StringExact("demo"),
							"output_model_id": knownvalue.StringExact("m"),
							"checkpoint_name": knownvalue.StringExact(providertest.FullCheckpoint),
							"base_model":      knownvalue.StringExact(providertest.QwenBase),
							"display_name":    knownvalue.StringExact("Theirs"),
							"deletion_policy": knownvalue.StringExact("DELETE"),
							"create_time":     knownvalue.StringExact("2026-03-01T12:00:00Z"),
						}), append(identity, p.ExpectWrites())...),
				},
				resource.TestStep{
					Config: p.Config(providertest.ModelBlock(providertest.FullCheckpoint, "m", "")),
					ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionNoop,
						plancheck.ExpectEmptyPlan()),
				},
				resource.TestStep{
					Config:           p.Config(providertest.ModelBlock(providertest.LoraCheckpoint, "m", "")),
					ConfigPlanChecks: providertest.ExpectAction(plancheck.ResourceActionDestroyBeforeCreate),
					ConfigStateChecks: []statecheck.StateCheck{p.ExpectWrites(providertest.DeletionOf("m"),
						providertest.PromotionOf("step-180-6f7a8b9c", "m"))},
				},
			)
		})
	}
}

// importBlocks are the ways to name a model in an import block that this CLI has.
func importBlocks(t *testing.T) map[string]string {
	t.Helper()

	blocks := map[string]string{
		"full name": `id = "` + providertest.DemoModels + `m"`,
		"bare ID":   `id = "m"`,
	}
	if providertest.CLIHasIdentities(t) {
		blocks["identity"] = "identity = {\n    account_id = \"demo\"\n    model_id = \"m\"\n  }"
	}

	return blocks
}

// TestAccPromotedModel_ImportErrors gives import blocks with names that are none.
func TestAccPromotedModel_ImportErrors(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	for id, reason := range map[string]string{
		"accounts/demo/models/":       "it ends with a slash",
		"accounts/demo/deployments/m": "it is a deployment name",
		"accounts/other/models/../m":  `its {model} part is "..", which is not an ID`,
	} {
		c := p.NewConfiguredCLI(t,
			fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", providertest.ModelAddress,
				id)+providertest.ModelBlock(providertest.FullCheckpoint, "m", ""))
		providertest.AssertDiagnostics(t, c.Diagnostics("plan"), fmt.Sprintf(`
error: Invalid import ID

%q is not a valid model name: %s. The expected form is accounts/{account}/models/{model}. The bare ID of a model in \
the provider's account is accepted as well.
`, id, reason))
	}

	if n := len(p.Requests()); n != 0 {
		t.Errorf("%d requests for names that are none", n)
	}
}
