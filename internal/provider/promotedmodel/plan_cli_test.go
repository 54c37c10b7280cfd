// SPDX-License-Identifier: MPL-2.0

package promotedmodel_test

import (
	"strings"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// Terraform decides what the provider sees of a replacement, so this test runs the real one.
func TestAccPlan_Replacement(t *testing.T) {
	t.Parallel()
	providertest.SkipWithOpenTofu(t, providertest.ChecksAgain)

	platform := providertest.NewPlatform(t, mockapi.Options{})
	configuration := func(extra string) string {
		return providertest.RequiredProvider + platform.Config(providertest.PromotedBlock("a", `"m"`, extra))
	}
	c := platform.NewCLI(t, map[string]string{"main.tf": configuration(`  display_name = "one"`)})
	c.Expect("apply", nil)

	ignoring := configuration("  display_name = \"two\"\n  lifecycle {\n    ignore_changes = [display_name]\n  }")
	c.Write("main.tf", ignoring)
	c.AssertEmptyPlan()
	c.Expect("plan", []string{"-replace=fireworks_promoted_model.a"})
	c.Expect("plan", []string{"-replace=fireworks_promoted_model.a", "-refresh=false"})
	c.Must("taint", "-no-color", "fireworks_promoted_model.a")
	c.Expect("plan", nil)
	c.Expect("plan", []string{"-refresh=false"}, "error: Model already exists")
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Patched: 1, Listed: 5})

	platform.RemoveCheckpoint(providertest.FullCheckpoint)
	c.Expect("apply", nil, "error: No such checkpoint")
	platform.PutCheckpoint(providertest.SftJob, mockapi.Checkpoint{Name: "step-200-5e6f7a8b", Promotable: true})
	c.Expect("apply", nil)

	platform.AssertModels(t, 2, 1)

	second := providertest.PromotedBlock("b", `"m"`, "  depends_on = [fireworks_promoted_model.a]")
	c.Write("main.tf", ignoring+second)
	c.Expect("plan", nil, "error: Model already exists")

	// The new model comes first and has a name of its own; the old one goes after it.
	rolling := strings.Replace(configuration("  lifecycle {\n    create_before_destroy = true\n  }"), `"m"`, `"m2"`, 1)
	c.Write("main.tf", rolling)
	c.Expect("apply", nil)
	c.AssertEmptyPlan()

	platform.AssertModels(t, 3, 2)
	// With create_before_destroy a model of the same name cannot come first. The model is kept until the new one has
	// another name.
	c.Expect("apply", []string{"-replace=fireworks_promoted_model.a"}, "error: Model already exists")

	platform.AssertModels(t, 3, 2)

	c.Write("main.tf", strings.Replace(rolling, `"m2"`, `"m3"`, 1))
	c.Expect("apply", nil)
	c.AssertEmptyPlan()

	platform.AssertModels(t, 4, 3)
}

// Terraform shows the warnings of failed checks for a creation and for a replacement.
func TestAccPlan_ChecksFail(t *testing.T) {
	t.Parallel()
	providertest.SkipWithOpenTofu(t, providertest.ChecksAgain)

	platform := providertest.NewPlatform(t, mockapi.Options{})
	configuration := func(extra string) string {
		return providertest.RequiredProvider + platform.Config(providertest.PromotedBlock("a", `"m"`, extra))
	}
	c := platform.NewCLI(t, map[string]string{"main.tf": configuration("")})
	fault := mockapi.Fault{Path: providertest.ListingPath, Kind: mockapi.FaultStatus, Status: 403}
	platform.SetFaults(fault)
	c.Expect("plan", nil, "warning: Checkpoint not checked")
	c.Expect("apply", nil, "warning: Checkpoint not checked")
	c.Write("main.tf", strings.Replace(configuration(""), "step-200-5e6f7a8b", "step-50-1a2b3c4d", 1))
	c.Expect("plan", nil, "error: Checkpoint not checked")
	platform.AssertTraffic(t, providertest.Traffic{Requested: 1, Promoted: 1, Listed: 3})
}

// The policy of an imported model is recorded by the first apply.
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
