package provider

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
)

func expectLoRA(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(loraAddress, action)}, more...)}
}

// TestAccDeployedModel_Lifecycle follows a deployed model from its loading, which takes two minutes, to its end.
func TestAccDeployedModel_Lifecycle(t *testing.T) {
	t.Parallel()

	p := newPlatformAt(t, mockapi.Options{DeploymentTime: 6 * time.Minute})
	inference := supportLoRA + "#" + addonsDeployment
	change := func(arguments, mask, body string) resource.TestStep {
		return resource.TestStep{
			Config:           p.config(loraBlock(arguments)),
			ConfigPlanChecks: expectLoRA(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{stateCheckFunc(func() error {
				writes := p.takeWriteRequests()
				if len(writes) != 1 || !strings.HasPrefix(writes[0], "PATCH "+deployedModelsPath+"/") ||
					!strings.HasSuffix(writes[0], "?updateMask="+mask+" "+body) {
					return fmt.Errorf("write requests %q", writes)
				}

				return nil
			})},
		}
	}

	p.run(t,
		resource.TestStep{
			Config: p.config(loraBlock("")),
			ConfigPlanChecks: expectLoRA(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(loraAddress, tfjsonpath.New("inference_model"), knownvalue.StringExact(inference)),
				plancheck.ExpectKnownValue(loraAddress, tfjsonpath.New("account_id"), knownvalue.StringExact("demo"))),
			ConfigStateChecks: append(expectValues(loraAddress, map[string]knownvalue.Check{
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
			}), p.expectWrites(loadOf(""))),
		},
		resource.TestStep{Config: p.config(loraBlock("")), ConfigPlanChecks: expectNoChange()},
		change(`display_name = "Support"`, "display_name", `{"displayName":"Support"}`),
		change("display_name = \"Support\"\ndescription = \"Second week\"", "description", `{"description":"Second week"}`),
		change("display_name = \"\"\npublic = true", "display_name,public", `{"displayName":"","public":true}`),
		change("display_name = \"\"\ndefault = false", "default", `{"default":false}`),
		resource.TestStep{Config: p.config(loraBlock("")), ConfigPlanChecks: expectNoChange()},
	)

	if writes := p.takeWriteRequests(); len(writes) != 1 || !strings.HasPrefix(writes[0], "DELETE "+deployedModelsPath+"/support-lora-2-") {
		t.Errorf("the destroy sent %q", writes)
	}

	if names := p.loaded(supportLoRA, addonsDeployment); len(names) > 0 {
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

// TestAccDeployedModel_Arguments sends what is configured when the model is loaded, false included, and nothing else.
func TestAccDeployedModel_Arguments(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	arguments := "display_name = \"S\"\ndescription = \"D\"\ndefault = false\npublic = true"
	fields := `"default":false,"deployment":"` + addonsDeployment + `","description":"D","displayName":"S",` +
		`"model":"` + supportLoRA + `","public":true`

	p.run(t,
		resource.TestStep{
			Config:            p.config(loraBlock(arguments)),
			ConfigStateChecks: []statecheck.StateCheck{p.expectWrites("POST " + deployedModelsPath + " {" + fields + "}")},
		},
		resource.TestStep{Config: p.config(loraBlock(arguments)), ConfigPlanChecks: expectNoChange()},
	)
}

// TestAccDeployedModel_ForEach loads ten models, each once, and loads again what was unloaded elsewhere.
func TestAccDeployedModel_ForEach(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	p.putLoRAs(10)

	c := p.newConfiguredCLI(t, fmt.Sprintf(`
resource "fireworks_deployed_model" "lora" {
  for_each   = toset([for i in range(10) : "%slora-${i}"])
  model      = each.value
  deployment = %q
}
`, demoModels, addonsDeployment))
	c.expect("apply", nil)

	if n := p.loads(); n != 10 {
		t.Errorf("%d loads, want 10", n)
	}

	c.assertEmptyPlan()

	p.RemoveDeployedModel(p.loaded(demoModels+"lora-3", addonsDeployment)[0])
	c.expect("apply", nil)
	c.assertEmptyPlan()

	for i := range 10 {
		model, want := fmt.Sprintf("%slora-%d", demoModels, i), 1
		if i == 3 {
			want = 2
		}

		if n := p.DeployedModelsCreated(model); n != want {
			t.Errorf("%s was loaded %d times, want %d", model, n, want)
		}
	}

	c.expect("destroy", nil)

	if n := p.Count(http.MethodDelete, deployedModelPath); n != 10 {
		t.Errorf("%d unloads, want 10", n)
	}
}

// servingStack is a promoted LoRA model on a deployment of the same configuration.
func servingStack(checkpoint, deploymentArguments string) string {
	return shapedBlock("  enable_addons = true\n"+deploymentArguments) + modelBlock(checkpoint, "support", "") + `
resource "fireworks_deployed_model" "lora" {
  model      = fireworks_promoted_model.model.name
  deployment = fireworks_deployment.chat.name
}
`
}

// TestAccDeployedModel_Stack applies a model, a deployment and the loading in one run without a warning, and destroys them in the
// opposite order in one run.
func TestAccDeployedModel_Stack(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
	c := p.newConfiguredCLI(t, servingStack(loraCheckpoint, ""))
	c.expect("plan", nil)
	c.expect("apply", nil)
	c.assertEmptyPlan()

	if n := p.DeployedModelsCreated(demoModels + "support"); n != 1 {
		t.Errorf("the model was loaded %d times", n)
	}

	p.takeWriteRequests()
	c.expect("destroy", nil)

	var kinds []string

	for _, write := range p.takeWriteRequests() {
		if path, ok := strings.CutPrefix(write, "DELETE /v1/accounts/demo/"); ok {
			kind, _, _ := strings.Cut(path, "/")
			kinds = append(kinds, kind)
		}
	}

	if kinds = slices.Compact(kinds); len(kinds) != 3 || kinds[0] != "deployedModels" {
		t.Errorf("deleted in the order %v", kinds)
	}
}

// TestAccDeployedModel_Replaced replaces the model, or the deployment, under its name: the model is unloaded before, and loaded
// again afterwards, so that the next plan is empty.
func TestAccDeployedModel_Replaced(t *testing.T) {
	t.Parallel()

	for name, changed := range map[string]string{
		"model":      servingStack(sessionCheckpoint, ""),
		"deployment": servingStack(loraCheckpoint, "  placement = { region = \"US_IOWA_1\" }\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{DeploymentTime: time.Minute})
			c := p.newConfiguredCLI(t, servingStack(loraCheckpoint, ""))
			c.expect("apply", nil)

			c.write("main.tf", requiredProvider+p.config(changed))

			if got := errorsOf(c.diagnostics("apply")); len(got) > 0 {
				t.Fatal(got)
			}

			c.assertEmptyPlan()

			created, names := p.DeployedModelsCreated(demoModels+"support"), p.loaded(demoModels+"support", chat)
			if created != 2 || len(names) != 1 {
				t.Errorf("the model was loaded %d times, and is loaded as %v", created, names)
			}
		})
	}
}

// TestAccDeployedModel_NextCheckpoint loads a new model before it unloads the old one.
func TestAccDeployedModel_NextCheckpoint(t *testing.T) {
	t.Parallel()

	p := newPlatform(t, mockapi.Options{})
	p.putLoRAs(2)

	block := func(model string) string {
		return strings.Replace(loraBlock("  lifecycle {\n    create_before_destroy = true\n  }"), supportLoRA, demoModels+model, 1)
	}

	c := p.newConfiguredCLI(t, block("lora-0"))
	c.expect("apply", nil)
	p.takeWriteRequests()

	c.write("main.tf", requiredProvider+p.config(block("lora-1")))
	c.expect("apply", nil)
	c.assertEmptyPlan()

	writes := p.takeWriteRequests()
	if len(writes) != 2 || !strings.HasPrefix(writes[0], "POST ") || !strings.HasPrefix(writes[1], "DELETE ") {
		t.Errorf("write requests %q", writes)
	}
}

// TestDeployedModel_Unload succeeds when there is nothing left to unload, whatever the API returns.
func TestDeployedModel_Unload(t *testing.T) {
	t.Parallel()

	refused := mockapi.Fault{Method: http.MethodDelete, Kind: mockapi.FaultStatus, Status: 400}

	for name, test := range map[string]struct {
		arrange func(*platform, string)
		want    []string
	}{
		"it is loaded":                  {func(*platform, string) {}, nil},
		"it is unloaded already":        {func(p *platform, name string) { p.RemoveDeployedModel(name) }, nil},
		"the deployment does not exist": {func(p *platform, _ string) { p.RemoveDeployment(addonsDeployment); p.SetFaults(refused) }, nil},
		"the platform refuses":          {func(p *platform, _ string) { p.SetFaults(refused) }, []string{"ERROR: Model not unloaded"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			core := p.deployedModels(t)

			var current instance

			assertLoads(t, core, &current, loraConfig(nil), actionCreate)

			id, _ := current.State["id"].(string)
			test.arrange(p, id)

			got := core.Run(t.Context(), &current, nil, runOptions{NoRefresh: true})
			assertSummaries(t, got.Diagnostics, test.want...)

			if (current.State == nil) != (len(test.want) == 0) {
				t.Errorf("the state contains %v", current.State)
			}
		})
	}
}
