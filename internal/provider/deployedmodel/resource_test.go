// SPDX-License-Identifier: MPL-2.0

package deployedmodel_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func expectLoRA(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	expected := plancheck.ExpectResourceAction(providertest.LoraAddress, action)
	return resource.ConfigPlanChecks{PreApply: append([]plancheck.PlanCheck{expected}, more...)}
}

// TestAccDeployedModel_Lifecycle follows a deployed model from its loading, which takes two minutes, to its end.
func TestAccDeployedModel_Lifecycle(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatformAt(t, mockapi.Options{DeploymentTime: 6 * time.Minute})
	inference := providertest.SupportLoRA + "#" + providertest.AddonsDeployment
	change := func(arguments, mask, body string) resource.TestStep {
		return resource.TestStep{
			Config:           p.Config(providertest.LoraBlock(arguments)),
			ConfigPlanChecks: expectLoRA(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{providertest.StateCheckFunc(func() error {
				writes := p.TakeWriteRequests()
				if len(writes) != 1 || !strings.HasPrefix(writes[0], "PATCH "+providertest.DeployedModelsPath+"/") ||
					!strings.HasSuffix(writes[0], "?updateMask="+mask+" "+body) {
					return fmt.Errorf("write requests %q", writes)
				}

				return nil
			})},
		}
	}

	p.Run(t,
		resource.TestStep{
			Config: p.Config(providertest.LoraBlock("")),
			ConfigPlanChecks: expectLoRA(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(providertest.LoraAddress, tfjsonpath.New("inference_model"),
					knownvalue.StringExact(inference)),
				plancheck.ExpectKnownValue(providertest.LoraAddress, tfjsonpath.New("account_id"),
					knownvalue.StringExact("demo"))),
			ConfigStateChecks: append(providertest.ExpectValues(providertest.LoraAddress, map[string]knownvalue.Check{
				"id":              knownvalue.StringFunc(hasPrefix("accounts/demo/deployedModels/support-lora-2-")),
				"name":            knownvalue.StringFunc(hasPrefix("accounts/demo/deployedModels/support-lora-2-")),
				"account_id":      knownvalue.StringExact("demo"),
				"state":           knownvalue.StringExact("DEPLOYED"),
				"create_time":     knownvalue.StringExact("2026-03-10T08:00:00Z"),
				"inference_model": knownvalue.StringExact(inference),
				"display_name":    knownvalue.Null(),
				"description":     knownvalue.Null(),
				"default":         knownvalue.Bool(true),
				"public":          knownvalue.Bool(false),
			}), p.ExpectWrites(providertest.LoadOf(""))),
		},
		resource.TestStep{Config: p.Config(providertest.LoraBlock("")),
			ConfigPlanChecks: providertest.ExpectNoChange()},
		change(`display_name = "Support"`, "display_name", `{"displayName":"Support"}`),
		change("display_name = \"Support\"\ndescription = \"Second week\"", "description",
			`{"description":"Second week"}`),
		change("display_name = \"\"\npublic = true", "display_name,public", `{"displayName":"","public":true}`),
		change("display_name = \"\"\ndefault = false", "default", `{"default":false}`),
		resource.TestStep{Config: p.Config(providertest.LoraBlock("")),
			ConfigPlanChecks: providertest.ExpectNoChange()},
	)

	if writes := p.TakeWriteRequests(); len(writes) != 1 ||
		!strings.HasPrefix(writes[0], "DELETE "+providertest.DeployedModelsPath+"/support-lora-2-") {
		t.Errorf("the destroy sent %q", writes)
	}

	if names := p.Loaded(providertest.SupportLoRA, providertest.AddonsDeployment); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

func hasPrefix(prefix string) func(string) error {
	return func(value string) error {
		if !strings.HasPrefix(value, prefix) {
			return fmt.Errorf("%q does not start with %q", value, prefix)
		}

		return nil
	}
}

// TestDeployedModel_Arguments sends what is configured when the model is loaded, false included, and nothing else.
func TestDeployedModel_Arguments(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	config := providertest.LoraConfig(providertest.Values{
		"display_name": "S", "description": "D", "default": false, "public": true,
	})
	current := p.DeployedModelCore(t).Create(t, config)
	p.AssertWrites(t, "POST "+providertest.DeployedModelsPath+` {"default":false,"deployment":"`+
		providertest.AddonsDeployment+`","description":"D","displayName":"S","model":"`+providertest.SupportLoRA+
		`","public":true}`)
	p.DeployedModelCore(t).AssertEmptyPlan(t, &current, config)
}

// servingStack is a promoted LoRA model on a deployment of the same configuration.
func servingStack(checkpoint, deploymentArguments string) string {
	return providertest.ShapedBlock("  enable_addons = true\n"+deploymentArguments) + providertest.ModelBlock(checkpoint, "support", "") + `
resource "fireworks_deployed_model" "lora" {
  model      = fireworks_promoted_model.model.name
  deployment = fireworks_deployment.chat.name
}
`
}

// TestAccDeployedModel_Stack applies a model, a deployment and the loading in one run without a warning, and destroys
// them in the opposite order in one run.
func TestAccDeployedModel_Stack(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	c := p.NewConfiguredCLI(t, servingStack(providertest.LoraCheckpoint, ""))
	c.Expect("plan", nil)
	c.Expect("apply", nil)
	c.AssertEmptyPlan()

	if n := p.DeployedModelsCreated(providertest.DemoModels + "support"); n != 1 {
		t.Errorf("the model was loaded %d times", n)
	}

	p.TakeWriteRequests()
	c.Expect("destroy", nil)

	var kinds []string

	for _, write := range p.TakeWriteRequests() {
		if path, ok := strings.CutPrefix(write, "DELETE /v1/accounts/demo/"); ok {
			kind, _, _ := strings.Cut(path, "/")
			kinds = append(kinds, kind)
		}
	}

	if kinds = slices.Compact(kinds); len(kinds) != 3 || kinds[0] != "deployedModels" {
		t.Errorf("deleted in the order %v", kinds)
	}
}

// TestAccDeployedModel_Replaced replaces the model, or the deployment, under its name: the model is unloaded before,
// and loaded again afterwards, so that the next plan is empty.
func TestAccDeployedModel_Replaced(t *testing.T) {
	t.Parallel()

	for name, changed := range map[string]string{
		"model":      servingStack(providertest.SessionCheckpoint, ""),
		"deployment": servingStack(providertest.LoraCheckpoint, "  placement = { region = \"US_IOWA_1\" }\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			c := p.NewConfiguredCLI(t, servingStack(providertest.LoraCheckpoint, ""))
			c.Expect("apply", nil)

			c.Write("main.tf", providertest.RequiredProvider+p.Config(changed))

			if got := providertest.ErrorsOf(c.Diagnostics("apply")); len(got) > 0 {
				t.Fatal(got)
			}

			c.AssertEmptyPlan()

			created := p.DeployedModelsCreated(providertest.DemoModels + "support")

			names := p.Loaded(providertest.DemoModels+"support", providertest.Chat)
			if created != 2 || len(names) != 1 {
				t.Errorf("the model was loaded %d times, and is loaded as %v", created, names)
			}
		})
	}
}

// TestAccDeployedModel_NextCheckpoint loads a new model before it unloads the old one.
func TestAccDeployedModel_NextCheckpoint(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	p.PutLoRAs(2)

	block := func(model string) string {
		return strings.Replace(providertest.LoraBlock("  lifecycle {\n    create_before_destroy = true\n  }"),
			providertest.SupportLoRA, providertest.DemoModels+model, 1)
	}

	c := p.NewConfiguredCLI(t, block("lora-0"))
	c.Expect("apply", nil)
	p.TakeWriteRequests()

	c.Write("main.tf", providertest.RequiredProvider+p.Config(block("lora-1")))
	c.Expect("apply", nil)
	c.AssertEmptyPlan()

	writes := p.TakeWriteRequests()
	if len(writes) != 2 || !strings.HasPrefix(writes[0], "POST ") || !strings.HasPrefix(writes[1], "DELETE ") {
		t.Errorf("write requests %q", writes)
	}
}

// TestDeployedModel_Unload succeeds when there is nothing left to unload, whatever the API returns.
func TestDeployedModel_Unload(t *testing.T) {
	t.Parallel()

	refused := mockapi.Fault{Method: http.MethodDelete, Kind: mockapi.FaultStatus, Status: 400}

	for name, test := range map[string]struct {
		arrange func(*providertest.Platform, string)
		want    []string
	}{
		"it is loaded":           {func(*providertest.Platform, string) {}, nil},
		"it is unloaded already": {func(p *providertest.Platform, name string) { p.RemoveDeployedModel(name) }, nil},
		"the deployment does not exist": {func(p *providertest.Platform, _ string) {
			p.RemoveDeployment(providertest.AddonsDeployment)
			p.SetFaults(refused)
		}, nil},
		"the platform refuses": {func(p *providertest.Platform, _ string) { p.SetFaults(refused) },
			[]string{"ERROR: Model not unloaded"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			core := p.DeployedModelCore(t)

			var current providertest.Instance

			providertest.AssertLoads(t, core, &current, providertest.LoraConfig(nil), providertest.ActionCreate)

			id, _ := current.State["id"].(string)
			test.arrange(p, id)

			core.ApplyWith(t, &current, nil, providertest.RunOptions{NoRefresh: true}, test.want...)

			if (current.State == nil) != (len(test.want) == 0) {
				t.Errorf("the state contains %v", current.State)
			}
		})
	}
}
