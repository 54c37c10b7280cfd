// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// managedResources are the types of resources, each with a configuration that can be created.
var managedResources = []struct {
	typeName, exists string
	config           func(providertest.Values) providertest.Values
	core             func(*providertest.Platform, testing.TB) providertest.TerraformCore
	// remove removes the object outside Terraform.
	remove func(*mockapi.Server, string)
	// block is a resource of the name, with further lines.
	block func(label, more string) string
	// other is a change of the configuration that chooses another object.
	other providertest.Values
}{
	{
		providerdata.PromotedModelType, "ERROR output_model_id: Model already exists",
		func(change providertest.Values) providertest.Values {
			return providertest.With(providertest.ModelConfig("m"), change)
		},
		(*providertest.Platform).PromotedModels, (*mockapi.Server).RemoveModel,
		func(label, more string) string { return providertest.PromotedBlock(label, `"m"`, more) },
		providertest.Values{"output_model_id": "m2"},
	},
	{
		providerdata.DeploymentType, "ERROR deployment_id: Deployment already exists", providertest.DeploymentConfig,
		(*providertest.Platform).DeploymentCore, (*mockapi.Server).RemoveDeployment,
		func(label, more string) string {
			return strings.Replace(providertest.ShapedBlock(more), `"chat" {`, fmt.Sprintf("%q {", label), 1)
		},
		providertest.Values{"deployment_id": "chat2"},
	},
	{
		providerdata.DeployedModelType, "ERROR model: Model already loaded", providertest.LoraConfig,
		(*providertest.Platform).DeployedModelCore, (*mockapi.Server).RemoveDeployedModel,
		func(label, more string) string {
			return strings.Replace(providertest.LoraBlock(more), `"lora" {`, fmt.Sprintf("%q {", label), 1)
		},
		providertest.Values{"model": providertest.DemoModels + "lora-0"},
	},
	{
		providerdata.RouterType, "ERROR router_id: Router already exists", providertest.RouterConfig,
		(*providertest.Platform).Routing, (*mockapi.Server).RemoveRouter,
		func(label, more string) string {
			return strings.Replace(providertest.RouterBlock(more), `"front" {`, fmt.Sprintf("%q {", label), 1)
		},
		providertest.Values{"router_id": "front2"},
	},
}

// TestPlanConflicts plans each pair of plans that exclude each other, in any order in which Terraform may send them:
// one error results, which is always the same.
func TestPlanConflicts(t *testing.T) {
	t.Parallel()

	for _, resource := range managedResources {
		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			config := resource.config(nil)
			state := resource.core(p, t).Create(t, config).Stored

			for name, test := range map[string]struct {
				calls string
				want  string
				hints []string
			}{
				"renamed":           {"RDN", resource.exists, []string{"moved block", "terraform destroy -refresh=false"}},
				"second resource":   {"RKN", resource.exists, []string{"moved block", "terraform destroy -refresh=false"}},
				"two new resources": {"RNN", " Two resources for one object", []string{"one ID", "tainted"}},
				"deposed object": {"RKD", " Destroy of an object that is managed twice",
					[]string{"terraform state rm"}},
			} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()

					providertest.Permutations(len(test.calls), func(order []int) {
						calls := orderedCalls(test.calls, order)
						// The refresh of an object precedes its own plan.
						if r := strings.Index(calls, "R"); r > strings.Index(calls+"K", "K") ||
							r > strings.Index(calls+"D", "D") ||
							test.calls == "RNN" && r > 0 {
							return
						}

						found := planInOrder(t, p.Protocol(t), resource.typeName, state, config, calls).Errors()
						if len(found) != 1 || !strings.HasSuffix(found.Summaries()[0], test.want) {
							t.Errorf("in the order %s: got %q, want %q", calls, found.Summaries(), test.want)
						}

						if strings.Contains(found.String(), "instead of replacing") {
							t.Errorf("in the order %s, nothing is replaced:\n%s", calls, found)
						}

						for _, hint := range test.hints {
							if !strings.Contains(found.String(), hint) {
								t.Errorf("in the order %s: no %q in\n%s", calls, hint, found)
							}
						}
					})
				})
			}
		})
	}
}

// TestPlanConflicts_Rollback plans to create an object again that a half-done replacement left as a deposed one, in
// place of its successor: the advice keeps the successor.
func TestPlanConflicts_Rollback(t *testing.T) {
	t.Parallel()

	for _, resource := range managedResources {
		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			p.PutLoRAs(1)

			core := resource.core(p, t)
			deposed := core.Create(t, resource.config(nil)).Stored
			current := core.Create(t, resource.config(resource.other)).Stored

			for _, calls := range []string{"RDK", "RKD", "KRD"} {
				process := p.Protocol(t)

				var found providertest.Diagnostics

				for _, call := range calls {
					switch call {
					case 'R':
						found = append(found, process.Read(t.Context(), resource.typeName, deposed).Diagnostics...)
					case 'D':
						found = append(found,
							process.Plan(t.Context(), resource.typeName, deposed, nil).Diagnostics...)
					case 'K':
						found = append(found,
							process.Plan(t.Context(), resource.typeName, current, resource.config(nil)).Diagnostics...)
					}
				}

				text := found.Errors().String()
				if got := found.Errors().Summaries(); len(got) != 1 || got[0] != resource.exists {
					t.Errorf("in the order %s: got %q, want %q", calls, got, resource.exists)
				}

				if !strings.Contains(text, "back to that of the current object") ||
					!strings.Contains(text, "and apply, which deletes only the deposed one") {
					t.Errorf("in the order %s: no way back in\n%s", calls, text)
				}

				if strings.Contains(text, "not managed") || calls == "RDK" && strings.Contains(text, "state rm") {
					t.Errorf("it is a deposed object:\n%s", text)
				}
			}
		})
	}
}

// TestAccPlanConflicts_Rollback goes back to the ID of a deployment that a half-done swap left as a deposed object, as
// the message says: one of the two deployments exists all the time.
func TestAccPlanConflicts_Rollback(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	const swapped = providertest.DemoDeployments + "chat2"

	p := providertest.NewPlatform(t, mockapi.Options{})
	one := providertest.ShapedBlock("  lifecycle {\n    create_before_destroy = true\n  }")
	two := strings.Replace(one, `deployment_id = "chat"`, `deployment_id = "chat2"`, 1)
	c := p.NewConfiguredCLI(t, one)
	c.Expect("apply", nil)

	p.SetFaults(mockapi.Fault{Method: http.MethodDelete, Kind: mockapi.FaultStatus, Status: http.StatusForbidden})
	c.Write("main.tf", providertest.RequiredProvider+p.Config(two))
	c.Expect("apply", nil, "error: Deployment not deleted")
	p.SetFaults()

	c.Write("main.tf", providertest.RequiredProvider+p.Config(one))

	found := c.Diagnostics("plan")
	if got := providertest.ErrorsOf(found); !slices.Equal(got, []string{"error: Deployment already exists"}) {
		t.Fatalf("the rollback: %q", got)
	}

	// If Terraform plans the deposed object last, the message lists every situation, also that without another object.
	text := strings.ReplaceAll(fmt.Sprint(found),
		"has no object but a deposed one, run terraform state rm before the import", "")
	if !strings.Contains(text, "set deployment_id back") || strings.Contains(text, "state rm") ||
		strings.Contains(text, "not managed") {
		t.Errorf("the advice is\n%s", text)
	}

	p.TakeWriteRequests()
	c.Write("main.tf", providertest.RequiredProvider+p.Config(two))
	c.Expect("apply", nil)
	p.AssertWrites(t, providertest.HardDeletion)
	c.AssertEmptyPlan()

	c.Write("main.tf", providertest.RequiredProvider+p.Config(one))
	c.Expect("apply", nil)
	c.AssertEmptyPlan()

	writes := p.TakeWriteRequests()
	if last := writes[len(writes)-1]; last != "DELETE /v1/"+swapped+"?hard=true" {
		t.Errorf("the last request is %s", last)
	}
}

func orderedCalls(calls string, order []int) string {
	ordered := make([]byte, len(calls))
	for i, j := range order {
		ordered[i] = calls[j]
	}

	return string(ordered)
}

// planInOrder makes the calls: refresh, keep, destroy, and new.
func planInOrder(
	t *testing.T, process *providertest.ProtocolServer, typeName string, state providertest.Stored,
	config providertest.Values, calls string,
) (found providertest.Diagnostics) {
	t.Helper()

	for _, call := range calls {
		switch call {
		case 'R':
			found = append(found, process.Read(t.Context(), typeName, state).Diagnostics...)
		case 'K':
			found = append(found, process.Plan(t.Context(), typeName, state, config).Diagnostics...)
		case 'D':
			found = append(found, process.Plan(t.Context(), typeName, state, nil).Diagnostics...)
		case 'N':
			found = append(found, process.Plan(t.Context(), typeName, providertest.Stored{}, config).Diagnostics...)
		}
	}

	return found
}

// TestAccPlanConflicts has Terraform plan what excludes each other, at several latencies of the API, which change the
// order of its calls: the result is always the same, nothing is destroyed, and the way out works.
func TestAccPlanConflicts(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	t.Parallel()

	for _, resource := range managedResources {
		for _, latency := range []time.Duration{0, 60 * time.Millisecond} {
			t.Run(fmt.Sprintf("%s, %s", resource.typeName, latency), func(t *testing.T) {
				t.Parallel()

				p := providertest.NewPlatform(t, mockapi.Options{Latency: latency})
				block := resource.block
				c := p.NewConfiguredCLI(t, block("a", "  count = 1"))
				exists := "error" + resource.exists[strings.Index(resource.exists, ": "):]

				c.Expect("apply", nil)

				for name, configuration := range map[string]string{
					"renamed":         block("b", ""),
					"another key":     block("a", "  for_each = toset([\"x\"])"),
					"second resource": block("a", "  count = 1") + block("b", ""),
				} {
					c.Write("main.tf", providertest.RequiredProvider+p.Config(configuration))

					if got := providertest.ErrorsOf(c.Diagnostics("plan")); !slices.Equal(got, []string{exists}) {
						t.Fatalf("%s: %q, want %q", name, got, exists)
					}
				}

				c.Write("main.tf", providertest.RequiredProvider+p.Config(block("a", "  count = 2")))

				if got := providertest.ErrorsOf(c.Diagnostics("plan")); len(got) != 1 {
					t.Fatalf("a higher count: %q", got)
				}

				if latency > 0 {
					return
				}

				// A tainted resource that is renamed is destroyed by a plan of its own, too.
				c.Write("main.tf", providertest.RequiredProvider+p.Config(block("a", "  count = 1")))
				c.Must("taint", "-no-color", resource.typeName+".a[0]")
				c.Expect("plan", nil)
				c.Write("main.tf", providertest.RequiredProvider+p.Config(block("b", "")))

				if got := providertest.ErrorsOf(c.Diagnostics("plan")); !slices.Equal(got, []string{exists}) {
					t.Fatalf("renamed and tainted: %q", got)
				}

				c.Must("untaint", "-no-color", resource.typeName+".a[0]")

				moved := fmt.Sprintf("moved {\n  from = %s.a[0]\n  to = %s.b\n}\n", resource.typeName,
					resource.typeName)
				c.Write("main.tf", providertest.RequiredProvider+p.Config(block("b", "")+moved))
				c.Expect("apply", nil)
				c.AssertEmptyPlan()

				// terraform destroy starts with a plan of the configuration.
				c.Write("main.tf", providertest.RequiredProvider+p.Config(block("c", "")))
				c.Expect("destroy", nil, exists)
				c.Expect("destroy", []string{"-refresh=false"})
			})
		}
	}
}

// TestAccPlanConflicts_CreateBeforeDestroy replaces an object under its name with create_before_destroy: the plan
// warns, the apply changes nothing, and when the message is ignored and the object imported beside a deposed one, it is
// not destroyed.
func TestAccPlanConflicts_CreateBeforeDestroy(t *testing.T) {
	providertest.SkipUnlessAcc(t)
	providertest.SkipWithOpenTofu(t, providertest.StaysDeposed)
	t.Parallel()

	for _, resource := range managedResources {
		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := providertest.NewPlatform(t, mockapi.Options{})
			address := resource.typeName + ".a"
			c := p.NewConfiguredCLI(t, resource.block("a", "  lifecycle {\n    create_before_destroy = true\n  }"))
			c.Expect("apply", nil)
			p.TakeWriteRequests()

			got := providertest.ErrorsOf(c.Diagnostics("apply", "-replace="+address))
			if len(got) != 1 || !strings.HasSuffix(resource.exists, strings.TrimPrefix(got[0], "error")) {
				t.Errorf("apply: %q", got)
			}

			c.AssertEmptyPlan()

			// The state of an apply in which the object stayed deposed.
			c.Depose(address)

			if got := providertest.ErrorsOf(c.Diagnostics("apply")); len(got) != 1 {
				t.Fatalf("with a deposed object: %q", got)
			}

			name := objectName(p, resource.typeName)
			importBlock := func(address string) string {
				return fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n",
					address, name)
			}

			// Terraform imports nothing into the resource itself while it has a deposed object.
			c.Write("main.tf", providertest.RequiredProvider+p.Config(resource.block("b", "")))
			c.Write("import.tf", importBlock(resource.typeName+".b"))

			if got := providertest.ErrorsOf(c.Diagnostics("apply")); !slices.Equal(got,
				[]string{"error: Destroy of an object that is managed twice"}) {
				t.Fatalf("imported beside a deposed object: %q", got)
			}

			c.Must("state", "rm", address)
			c.Expect("apply", nil)
			c.AssertEmptyPlan()

			for _, write := range p.TakeWriteRequests() {
				if !strings.Contains(write, "validateOnly=true") {
					t.Errorf("unexpected request: %s", write)
				}
			}
		})
	}
}

// objectName returns the full name of the object that the configurations of managedResources create.
func objectName(p *providertest.Platform, typeName string) string {
	switch typeName {
	case providerdata.PromotedModelType:
		return providertest.DemoModels + "m"
	case providerdata.DeploymentType:
		return providertest.Chat
	case providerdata.RouterType:
		return providertest.Front
	}

	return p.Loaded(providertest.SupportLoRA, providertest.AddonsDeployment)[0]
}

// TestPlanConflicts_RouterID plans a deployment and a router of one ID, in any order: the platform creates a router of
// that ID for the deployment, so the creation of the other one would fail in the apply.
func TestPlanConflicts_RouterID(t *testing.T) {
	t.Parallel()

	p := providertest.NewPlatform(t, mockapi.Options{})
	deployment := providertest.DeploymentConfig(providertest.Values{"deployment_id": "one"})

	for id, want := range map[string]int{"one": 1, "two": 0} {
		router := providertest.RouterConfig(providertest.Values{"router_id": id})

		for _, routerFirst := range []bool{false, true} {
			process := p.Protocol(t)
			plan := func(typeName string, config providertest.Values) providertest.Diagnostics {
				return process.Plan(t.Context(), typeName, providertest.Stored{}, config).Diagnostics
			}

			var found providertest.Diagnostics

			if routerFirst {
				found = append(plan(providerdata.RouterType, router), plan(providerdata.DeploymentType, deployment)...)
			} else {
				found = append(plan(providerdata.DeploymentType, deployment), plan(providerdata.RouterType, router)...)
			}

			taken := found.Errors()
			if strings.Contains(taken.String(), "instead of replacing") {
				t.Errorf("nothing is replaced:\n%s", taken)
			}

			if len(taken) != want || want > 0 && !strings.HasSuffix(taken.Summaries()[0], " Router belongs to the platform") {
				t.Errorf("router %s, planned first %t: %s", id, routerFirst, found)
			}
		}
	}
}
