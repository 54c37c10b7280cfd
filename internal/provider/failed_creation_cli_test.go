package provider

import (
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
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
			outcome: mockapi.Outcome{Object: chat, Outcome: "fails"}, failure: summaryDeploymentFailed, block: shapedBlock,
			protects: map[string]string{
				"PREVENT": `  deletion_policy = "PREVENT"`, "ABANDON": `  deletion_policy = "ABANDON"`, "soft": "  soft_delete = true",
			},
		},
		"promoted model": {
			address: "fireworks_promoted_model.a",
			outcome: mockapi.Outcome{Object: demoModels + "m", Outcome: "leaves-broken-model"}, failure: summaryModelUnusable,
			block:    func(arguments string) string { return promotedBlock("a", `"m"`, arguments) },
			protects: map[string]string{"PREVENT": `  deletion_policy = "PREVENT"`, "ABANDON": `  deletion_policy = "ABANDON"`},
		},
	} {
		for protection, argument := range test.protects {
			t.Run(name+", "+protection, func(t *testing.T) {
				t.Parallel()

				p := newPlatform(t, mockapi.Options{})
				block := test.block(argument)
				nothing := requiredProvider + p.config("")
				fail := func(c *cli) {
					p.SetOutcomes(test.outcome)
					c.expect("apply", nil, "error: "+test.failure)
					p.SetOutcomes()
				}
				assertNothingLeft := func() {
					t.Helper()

					if models, deployments := p.createdModels(), p.createdDeployments(); len(models)+len(deployments) > 0 {
						t.Fatalf("left: %v %v", models, deployments)
					}
				}

				c := p.newConfiguredCLI(t, block)

				for _, untaint := range []bool{false, true} {
					for _, remove := range []func(){
						func() { c.expect("destroy", nil) },
						func() { c.write("main.tf", nothing); c.expect("apply", nil) },
					} {
						c.write("main.tf", requiredProvider+p.config(block))
						fail(c)

						if untaint {
							c.must("untaint", "-no-color", test.address)
						}

						remove()
						assertNothingLeft()
					}
				}

				c.write("main.tf", requiredProvider+p.config(block))
				fail(c)
				c.expect("apply", nil)
				c.assertEmptyPlan()
			})
		}
	}
}
