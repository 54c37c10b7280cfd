// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestAccFailedCreation_NotProtected gets rid of an object whose creation failed in every way, although its arguments
// protect one that is usable.
func TestAccFailedCreation_NotProtected(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		address  string
		outcome  mockapi.Outcome
		failure  string
		protects map[string]string
		block    func(arguments string) string
	}{
		"deployment": {
			address: "fireworks_deployment.chat",
			outcome: mockapi.Outcome{Object: providertest.Chat, Outcome: "fails"},
			failure: diagnostic.SummaryDeploymentFailed, block: providertest.ShapedBlock,
			protects: map[string]string{
				"PREVENT": `  deletion_policy = "PREVENT"`, "ABANDON": `  deletion_policy = "ABANDON"`,
				"soft": "  soft_delete = true",
			},
		},
		"promoted model": {
			address: "fireworks_promoted_model.a",
			outcome: mockapi.Outcome{Object: providertest.DemoModels + "m", Outcome: "leaves-broken-model"},
			failure: diagnostic.SummaryModelUnusable,
			block:   func(arguments string) string { return providertest.PromotedBlock("a", `"m"`, arguments) },
			protects: map[string]string{"PREVENT": `  deletion_policy = "PREVENT"`,
				"ABANDON": `  deletion_policy = "ABANDON"`},
		},
	} {
		for protection, argument := range test.protects {
			t.Run(name+", "+protection, func(t *testing.T) {
				t.Parallel()

				p := providertest.NewPlatform(t, mockapi.Options{})
				block := test.block(argument)
				nothing := providertest.RequiredProvider + p.Config("")
				fail := func(c *providertest.CLI) {
					p.SetOutcomes(test.outcome)
					c.Expect("apply", nil, "error: "+test.failure)
					p.SetOutcomes()
				}
				assertNothingLeft := func() {
					t.Helper()

					if models, deployments := p.CreatedModels(), createdDeployments(p); len(models)+len(deployments) > 0 {
						t.Fatalf("left: %v %v", models, deployments)
					}
				}

				c := p.NewConfiguredCLI(t, block)

				for _, untaint := range []bool{false, true} {
					for _, remove := range []func(){
						func() { c.Expect("destroy", nil) },
						func() { c.Write("main.tf", nothing); c.Expect("apply", nil) },
					} {
						c.Write("main.tf", providertest.RequiredProvider+p.Config(block))
						fail(c)

						if untaint {
							c.Must("untaint", "-no-color", test.address)
						}

						remove()
						assertNothingLeft()
					}
				}

				c.Write("main.tf", providertest.RequiredProvider+p.Config(block))
				fail(c)
				c.Expect("apply", nil)
				c.AssertEmptyPlan()
			})
		}
	}
}
