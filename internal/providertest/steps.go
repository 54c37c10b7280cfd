// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// stepPlan is the name of the file with the plan of a step.
const stepPlan = "step.tfplan"

// Run applies the configurations of the steps on the same state, with their checks, and destroys at the end. The plan
// after each step must be empty. It knows PreConfig, Config, ExpectError, ConfigStateChecks, and of ConfigPlanChecks
// those before the apply.
//
// terraform-plugin-testing starts the CLI ten times for a step, and starts are most of what it costs. This starts it
// three to six times.
func (p *Platform) Run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()

	c := p.NewConfiguredCLI(t, "")

	for _, step := range steps {
		if step.PreConfig != nil {
			step.PreConfig()
		}

		c.Write("main.tf", RequiredProvider+step.Config)
		c.runStep(step)
	}

	state, err := os.ReadFile(filepath.Join(c.dir, "terraform.tfstate"))
	if err == nil && bytes.Contains(state, []byte(`"mode": "managed"`)) {
		c.Must("destroy", "-no-color", "-auto-approve")
	}
}

func (c *CLI) runStep(step resource.TestStep) {
	c.T.Helper()

	const changes = 2

	out := c.execute("plan", "-no-color", "-input=false", "-detailed-exitcode", "-out="+stepPlan)

	switch failed := out.ExitCode != 0 && out.ExitCode != changes; {
	case failed != (step.ExpectError != nil):
		c.T.Fatalf("plan ended with %d:\n%s%s", out.ExitCode, out.Stdout, out.Stderr)
	case failed && !step.ExpectError.Match(out.Stderr):
		c.T.Fatalf("the plan failed with:\n%swant: %s", out.Stderr, step.ExpectError)
	case failed:
		return
	}

	c.checkPlan(step.ConfigPlanChecks.PreApply)

	// An apply without changes saves what data sources have read.
	if out.ExitCode == changes || len(step.ConfigStateChecks) > 0 {
		c.Must("apply", "-no-color", "-input=false", stepPlan)
	}

	c.report(c.Platform.oracle.Compare())
	c.checkState(step.ConfigStateChecks)

	if out.ExitCode == changes {
		c.AssertEmptyPlan()
	}
}

// checkPlan starts the apply of the plan of a step.
func (c *CLI) checkPlan(checks []plancheck.PlanCheck) {
	c.T.Helper()

	var plan tfjson.Plan

	plan.UseJSONNumber(true)

	if err := json.Unmarshal(c.showPlan(stepPlan), &plan); err != nil {
		c.T.Fatal(err)
	}

	for _, check := range checks {
		var response plancheck.CheckPlanResponse

		check.CheckPlan(c.T.Context(), plancheck.CheckPlanRequest{Plan: &plan}, &response)
		c.report(response.Error)
	}
}

func (c *CLI) checkState(checks []statecheck.StateCheck) {
	c.T.Helper()

	if len(checks) == 0 {
		return
	}

	var state tfjson.State

	state.UseJSONNumber(true)

	if err := json.Unmarshal(c.execute("show", "-json").Stdout, &state); err != nil {
		c.T.Fatal(err)
	}

	for _, check := range checks {
		var response statecheck.CheckStateResponse

		check.CheckState(c.T.Context(), statecheck.CheckStateRequest{State: &state}, &response)
		c.report(response.Error)
	}
}
