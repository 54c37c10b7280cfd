package provider

import (
	"strings"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

func TestAccPlan_ListsOnce(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	c := platform.newConfiguredCLI(t, promotedBlock("many", `"m-${count.index}"`, "  count = 40"))
	c.expect("plan", nil)
	platform.assertTraffic(t, traffic{Listed: 1})

	assertEqual(t, "requests for models", platform.Count("", modelPath), 40)
	assertEqual(t, "requests for base models", platform.Count("", baseModelPath), 1)
	// An apply plans again in another process of the provider right before it changes something, without the checks.
	c.expect("apply", nil)
	platform.assertTraffic(t, traffic{Requested: 40, Promoted: 40, Listed: 2})
	c.assertEmptyPlan()
	c.expect("destroy", nil)
	platform.assertTraffic(t, traffic{Requested: 40, Promoted: 40, Deleted: 40, Listed: 2})
}

// Terraform decides what the provider sees of a replacement, so this test runs the real one.
func TestAccPlan_Replacement(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	configuration := func(extra string) string {
		return requiredProvider + platform.config(promotedBlock("a", `"m"`, extra))
	}
	c := platform.newCLI(t, map[string]string{"main.tf": configuration(`  display_name = "one"`)})
	c.expect("apply", nil)

	ignoring := configuration("  display_name = \"two\"\n  lifecycle {\n    ignore_changes = [display_name]\n  }")
	c.write("main.tf", ignoring)
	c.assertEmptyPlan()
	c.expect("plan", []string{"-replace=fireworks_promoted_model.a"})
	c.expect("plan", []string{"-replace=fireworks_promoted_model.a", "-refresh=false"})
	c.must("taint", "-no-color", "fireworks_promoted_model.a")
	c.expect("plan", nil)
	c.expect("plan", []string{"-refresh=false"}, "error: Model already exists")
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Patched: 1, Listed: 5})

	platform.RemoveCheckpoint(fullCheckpoint)
	c.expect("apply", nil, "error: No such checkpoint")
	platform.PutCheckpoint(sftJob, mockapi.Checkpoint{Name: "step-200-5e6f7a8b", Promotable: true})
	c.expect("apply", nil)

	platform.assertModels(t, 2, 1)

	second := promotedBlock("b", `"m"`, "  depends_on = [fireworks_promoted_model.a]")
	c.write("main.tf", ignoring+second)
	c.expect("plan", nil, "error: Model already exists")

	// The new model comes first and has a name of its own; the old one goes after it.
	rolling := strings.Replace(configuration("  lifecycle {\n    create_before_destroy = true\n  }"), `"m"`, `"m2"`, 1)
	c.write("main.tf", rolling)
	c.expect("apply", nil)
	c.assertEmptyPlan()

	platform.assertModels(t, 3, 2)
	// With create_before_destroy a model of the same name cannot come first. The model is kept until the new one has another name.
	c.expect("apply", []string{"-replace=fireworks_promoted_model.a"}, "error: Model already exists")

	platform.assertModels(t, 3, 2)

	c.write("main.tf", strings.Replace(rolling, `"m2"`, `"m3"`, 1))
	c.expect("apply", nil)
	c.assertEmptyPlan()

	platform.assertModels(t, 4, 3)
}

// Terraform shows the warnings of failed checks for a creation and for a replacement.
func TestAccPlan_ChecksFail(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	configuration := func(extra string) string {
		return requiredProvider + platform.config(promotedBlock("a", `"m"`, extra))
	}
	c := platform.newCLI(t, map[string]string{"main.tf": configuration("")})
	fault := mockapi.Fault{Path: listingPath, Kind: mockapi.FaultStatus, Status: 403}
	platform.SetFaults(fault)
	c.expect("plan", nil, "warning: Checkpoint not checked")
	c.expect("apply", nil, "warning: Checkpoint not checked")
	c.write("main.tf", strings.Replace(configuration(""), "step-200-5e6f7a8b", "step-50-1a2b3c4d", 1))
	c.expect("plan", nil, "error: Checkpoint not checked")
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Listed: 3})
}
