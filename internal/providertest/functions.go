// SPDX-License-Identifier: MPL-2.0

package providertest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// OutputStep checks the values of expressions in outputs.
func OutputStep(outputs map[string]knownvalue.Check) resource.TestStep {
	var step resource.TestStep

	for i, expression := range slices.Sorted(maps.Keys(outputs)) {
		name := fmt.Sprintf("result_%d", i)
		step.Config += fmt.Sprintf("output %q { value = %s }\n", name, expression)
		step.ConfigStateChecks = append(step.ConfigStateChecks,
			statecheck.ExpectKnownOutputValue(name, outputs[expression]))
	}

	return step
}

// UnknownOutputStep is OutputStep with self.output in the expression unknown until apply.
func UnknownOutputStep(input, expression string, want knownvalue.Check) resource.TestStep {
	expression = strings.ReplaceAll(expression, "self.output", "terraform_data.unknown.output")
	step := OutputStep(map[string]knownvalue.Check{expression: want})
	step.Config += "resource \"terraform_data\" \"unknown\" { input = " + input + " }"
	step.ConfigPlanChecks = resource.ConfigPlanChecks{
		PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("result_0")},
	}

	return step
}

// FailingOutputStep expects an error from an expression.
func FailingOutputStep(expression, want string) resource.TestStep {
	return resource.TestStep{
		Config:      `output "result" { value = ` + expression + ` }`,
		ExpectError: Wrapped(want),
	}
}

// Wrapped matches a text that the CLI may wrap at any space.
func Wrapped(text string) *regexp.Regexp {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}

	return regexp.MustCompile(strings.Join(words, `[\s│╷╵]+`))
}

// RunSteps runs the steps with a provider that is not configured, for functions.
func RunSteps(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	NewPlatform(t, mockapi.Options{}).Run(t, steps...)
}
