package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// plannedResources are the resources whose plans may exclude each other.
var plannedResources = []struct {
	typeName, exists string
	config           func(values) values
	core             func(*platform, testing.TB) terraformCore
	// block is a resource of the name, with further lines.
	block func(label, more string) string
}{
	{
		promotedModelType, "ERROR output_model_id: Model already exists",
		func(change values) values { return with(modelConfig("m"), change) },
		(*platform).promotedModels,
		func(label, more string) string { return promotedBlock(label, `"m"`, more) },
	},
	{
		deploymentType, "ERROR deployment_id: Deployment already exists", deploymentConfig, (*platform).deployments,
		func(label, more string) string {
			return strings.Replace(shapedBlock(more), `"chat" {`, fmt.Sprintf("%q {", label), 1)
		},
	},
	{
		deployedModelType, "ERROR model: Model already loaded", loraConfig, (*platform).deployedModels,
		func(label, more string) string {
			return strings.Replace(loraBlock(more), `"lora" {`, fmt.Sprintf("%q {", label), 1)
		},
	},
	{
		routerType, "ERROR router_id: Router already exists", routerConfig, (*platform).routing,
		func(label, more string) string {
			return strings.Replace(routerBlock(more), `"front" {`, fmt.Sprintf("%q {", label), 1)
		},
	},
}

// TestPlanConflicts plans each pair of plans that exclude each other, in any order in which Terraform may send them: one error results,
// which is always the same.
func TestPlanConflicts(t *testing.T) {
	t.Parallel()

	for _, resource := range plannedResources {
		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			config := resource.config(nil)
			state := resource.core(p, t).create(t, config).stored

			for name, test := range map[string]struct {
				calls string
				want  string
				hints []string
			}{
				"renamed":           {"RDN", resource.exists, []string{"moved block", "-refresh=false"}},
				"second resource":   {"RKN", resource.exists, []string{"moved block", "-refresh=false"}},
				"two new resources": {"RNN", " Two resources for one object", []string{"one ID", "tainted"}},
				"deposed object":    {"RKD", " Destroy of an object that is managed twice", []string{"terraform state rm"}},
			} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()

					permutations(len(test.calls), func(order []int) {
						calls := orderedCalls(test.calls, order)
						// The refresh of an object precedes its own plan.
						if r := strings.Index(calls, "R"); r > strings.Index(calls+"K", "K") || r > strings.Index(calls+"D", "D") ||
							test.calls == "RNN" && r > 0 {
							return
						}

						found := planInOrder(t, p.protocol(t), resource.typeName, state, config, calls).Errors()
						if len(found) != 1 || !strings.HasSuffix(found.Summaries()[0], test.want) {
							t.Errorf("in the order %s: got %q, want %q", calls, found.Summaries(), test.want)
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

func orderedCalls(calls string, order []int) string {
	ordered := make([]byte, len(calls))
	for i, j := range order {
		ordered[i] = calls[j]
	}

	return string(ordered)
}

// planInOrder makes the calls: refresh, keep, destroy, and new.
func planInOrder(
	t *testing.T, process *protocolServer, typeName string, state stored, config values, calls string,
) (found diagnostics) {
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
			found = append(found, process.Plan(t.Context(), typeName, stored{}, config).Diagnostics...)
		}
	}

	return found
}

// TestAccPlanConflicts has Terraform plan what excludes each other, at several latencies of the API, which change the order of its
// calls: the result is always the same, nothing is destroyed, and the way out works.
func TestAccPlanConflicts(t *testing.T) {
	skipUnlessAcc(t)
	t.Parallel()

	for _, resource := range plannedResources {
		for _, latency := range []time.Duration{0, 20 * time.Millisecond, 60 * time.Millisecond} {
			t.Run(fmt.Sprintf("%s, %s", resource.typeName, latency), func(t *testing.T) {
				t.Parallel()

				p := newPlatform(t, mockapi.Options{Latency: latency})
				block := resource.block
				c := p.newConfiguredCLI(t, block("a", "  count = 1"))
				exists := "error" + resource.exists[strings.Index(resource.exists, ": "):]

				c.expect("apply", nil)

				for name, configuration := range map[string]string{
					"renamed":         block("b", ""),
					"another key":     block("a", "  for_each = toset([\"x\"])"),
					"second resource": block("a", "  count = 1") + block("b", ""),
				} {
					c.write("main.tf", requiredProvider+p.config(configuration))

					for range 3 {
						if got := errorsOf(c.diagnostics("plan")); !slices.Equal(got, []string{exists}) {
							t.Fatalf("%s: %q, want %q", name, got, exists)
						}
					}
				}

				c.write("main.tf", requiredProvider+p.config(block("a", "  count = 2")))

				if got := errorsOf(c.diagnostics("plan")); len(got) != 1 {
					t.Fatalf("a higher count: %q", got)
				}

				// A tainted resource that is renamed is destroyed by a plan of its own, too.
				c.write("main.tf", requiredProvider+p.config(block("a", "  count = 1")))
				c.must("taint", "-no-color", resource.typeName+".a[0]")
				c.expect("plan", nil)
				c.write("main.tf", requiredProvider+p.config(block("b", "")))

				if got := errorsOf(c.diagnostics("plan")); !slices.Equal(got, []string{exists}) {
					t.Fatalf("renamed and tainted: %q", got)
				}

				c.must("untaint", "-no-color", resource.typeName+".a[0]")

				moved := fmt.Sprintf("moved {\n  from = %s.a[0]\n  to = %s.b\n}\n", resource.typeName, resource.typeName)
				c.write("main.tf", requiredProvider+p.config(block("b", "")+moved))
				c.expect("apply", nil)
				c.assertEmptyPlan()

				// terraform destroy starts with a plan of the configuration.
				c.write("main.tf", requiredProvider+p.config(block("c", "")))
				c.expect("destroy", nil, exists)
				c.expect("destroy", []string{"-refresh=false"})
			})
		}
	}
}

// TestAccPlanConflicts_CreateBeforeDestroy replaces an object under its name with create_before_destroy: the plan warns, the apply
// changes nothing, and when the message is ignored and the object imported beside a deposed one, it is not destroyed.
func TestAccPlanConflicts_CreateBeforeDestroy(t *testing.T) {
	skipUnlessAcc(t)
	t.Parallel()

	for _, resource := range plannedResources {
		t.Run(resource.typeName, func(t *testing.T) {
			t.Parallel()

			p := newPlatform(t, mockapi.Options{})
			address := resource.typeName + ".a"
			c := p.newConfiguredCLI(t, resource.block("a", "  lifecycle {\n    create_before_destroy = true\n  }"))
			c.expect("apply", nil)
			p.takeWriteRequests()

			got := errorsOf(c.diagnostics("apply", "-replace="+address))
			if len(got) != 1 || !strings.HasSuffix(resource.exists, strings.TrimPrefix(got[0], "error")) {
				t.Errorf("apply: %q", got)
			}

			c.assertEmptyPlan()

			// The state of an apply in which the object stayed deposed.
			c.depose(address)

			for range 3 {
				if got := errorsOf(c.diagnostics("apply")); len(got) != 1 {
					t.Fatalf("with a deposed object: %q", got)
				}
			}

			name := p.objectName(resource.typeName)
			importBlock := func(address string) string { return fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, name) }

			// Terraform imports nothing into the resource itself while it has a deposed object.
			c.write("main.tf", requiredProvider+p.config(resource.block("b", "")))
			c.write("import.tf", importBlock(resource.typeName+".b"))

			for range 3 {
				if got := errorsOf(c.diagnostics("apply")); !slices.Equal(got, []string{"error: Destroy of an object that is managed twice"}) {
					t.Fatalf("imported beside a deposed object: %q", got)
				}
			}

			c.must("state", "rm", address)
			c.expect("apply", nil)
			c.assertEmptyPlan()

			for _, write := range p.takeWriteRequests() {
				if !strings.Contains(write, "validateOnly=true") {
					t.Errorf("unexpected request: %s", write)
				}
			}
		})
	}
}

// objectName returns the full name of the object that the configurations of plannedResources create.
func (p *platform) objectName(typeName string) string {
	switch typeName {
	case promotedModelType:
		return demoModels + "m"
	case deploymentType:
		return chat
	}

	return p.loaded(supportLoRA, addonsDeployment)[0]
}
