package provider

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
)

func TestAccImport_Command(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	platform.PutModel(mockapi.Model{Name: demoModels + "m"})
	c := platform.newConfiguredCLI(t, promotedBlock("a", `"m"`, "  deletion_policy = \"PREVENT\""))
	c.must("import", "-no-color", "-input=false", "fireworks_promoted_model.a", "m")
	platform.ResetRequests()
	c.expect("apply", []string{"-refresh=false"})
	// The plan checks whether the checkpoint to record exists.
	platform.assertTraffic(t, traffic{Listed: 1})

	c.assertEmptyPlan()
	c.expect("destroy", nil, "error: Destroy prevented by deletion policy")
	platform.assertTraffic(t, traffic{Listed: 1})
}

// TestAccPromotedModel_Import takes over models that exist. The checkpoint is not known to the API, so naming it changes nothing there.
func TestAccPromotedModel_Import(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, mockapi.Options{})
	p.run(t,
		resource.TestStep{
			Config:           p.config(modelBlock(loraCheckpoint, "m", `display_name = "Mine"`)),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate),
		},
		resource.TestStep{
			ResourceName: modelAddress, ImportState: true, ImportStateId: demoModels + "m",
			ImportStateVerify: true, ImportStateVerifyIgnore: []string{"checkpoint_name", "base_model"},
			ImportStateCheck: nullAfterImport("checkpoint_name", "base_model", "hot_load_deployment_id"),
		},
		resource.TestStep{
			ResourceName: modelAddress, ImportState: true, ImportStateId: "m",
			ImportStateVerify: true, ImportStateVerifyIgnore: []string{"checkpoint_name", "base_model"},
		},
		resource.TestStep{
			ResourceName: modelAddress, ImportState: true, ImportStateId: demoModels + "none",
			ExpectError: wrapped(`Cannot import non-existent remote object`),
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
				return unexpected(name+" after the import", value, "null")
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
			p := newPlatform(t, mockapi.Options{})
			p.PutModel(
				mockapi.Model{
					Name:        demoModels + "m",
					State:       "READY",
					Kind:        "HF_BASE_MODEL",
					DisplayName: "Theirs",
					CreateTime:  "2026-03-01T12:00:00Z",
					UpdateTime:  "2026-03-01T12:00:00Z",
				},
			)

			var identity []statecheck.StateCheck
			if cliHasIdentities(t) {
				identity = append(identity, statecheck.ExpectIdentity(modelAddress, map[string]knownvalue.Check{
					"account_id": knownvalue.StringExact("demo"), "model_id": knownvalue.StringExact("m"),
				}))
			}

			importBlock := "import {\n  to = " + modelAddress + "\n  " + to + "\n}\n"
			p.run(t,
				resource.TestStep{
					Config: p.config(importBlock + modelBlock(fullCheckpoint, "m", "")),
					ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate,
						plancheck.ExpectKnownValue(modelAddress, tfjsonpath.New("checkpoint_name"), knownvalue.StringExact(fullCheckpoint)),
						plancheck.ExpectKnownValue(modelAddress, tfjsonpath.New("update_time"), knownvalue.StringExact("2026-03-01T12:00:00Z")),
					),
					ConfigStateChecks: append(expectValues(modelAddress, map[string]knownvalue.Check{
						"id":              knownvalue.StringExact(demoModels + "m"),
						"account_id":      knownvalue.StringExact("demo"),
						"output_model_id": knownvalue.StringExact("m"),
						"checkpoint_name": knownvalue.StringExact(fullCheckpoint),
						"base_model":      knownvalue.StringExact(qwenBase),
						"display_name":    knownvalue.StringExact("Theirs"),
						"deletion_policy": knownvalue.StringExact("DELETE"),
						"create_time":     knownvalue.StringExact("2026-03-01T12:00:00Z"),
					}), append(identity, p.expectWrites())...),
				},
				resource.TestStep{
					Config:           p.config(modelBlock(fullCheckpoint, "m", "")),
					ConfigPlanChecks: expectAction(plancheck.ResourceActionNoop, plancheck.ExpectEmptyPlan()),
				},
				resource.TestStep{
					Config:            p.config(modelBlock(loraCheckpoint, "m", "")),
					ConfigPlanChecks:  expectAction(plancheck.ResourceActionDestroyBeforeCreate),
					ConfigStateChecks: []statecheck.StateCheck{p.expectWrites(deletionOf("m"), promotionOf("step-180-6f7a8b9c", "m"))},
				},
			)
		})
	}
}

// importBlocks are the ways to name a model in an import block that this CLI has.
func importBlocks(t *testing.T) map[string]string {
	t.Helper()

	blocks := map[string]string{
		"full name": `id = "` + demoModels + `m"`,
		"bare ID":   `id = "m"`,
	}
	if cliHasIdentities(t) {
		blocks["identity"] = "identity = {\n    account_id = \"demo\"\n    model_id = \"m\"\n  }"
	}

	return blocks
}

// TestAccPromotedModel_ImportErrors gives import blocks with names that are none.
func TestAccPromotedModel_ImportErrors(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	for id, reason := range map[string]string{
		"accounts/demo/models/":       "it ends with a slash",
		"accounts/demo/deployments/m": "it is a deployment name",
		"accounts/other/models/../m":  `its {model} part is "..", which is not an ID`,
	} {
		c := p.newConfiguredCLI(t,
			fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", modelAddress, id)+modelBlock(fullCheckpoint, "m", ""))
		assertDiagnostics(t, c.diagnostics("plan"), fmt.Sprintf(`
error: Invalid import ID

%q is not a valid model name: %s. The expected form is accounts/{account}/models/{model}. The bare ID of a model in \
the provider's account is accepted as well.
`, id, reason))
	}

	if n := len(p.Requests()); n != 0 {
		t.Errorf("%d requests for names that are none", n)
	}
}
