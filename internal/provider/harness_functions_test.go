package provider

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

var testProviderFactories = map[string]func() (tfprotov6.ProviderServer, error){
	"fireworks": providerserver.NewProtocol6WithError(New("test")()),
}

// outputStep checks the value of an expression in an output.
func outputStep(expression string, want knownvalue.Check) resource.TestStep {
	return resource.TestStep{
		Config:            `output "result" { value = ` + expression + ` }`,
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("result", want)},
	}
}

// unknownOutputStep is outputStep with self.output in the expression unknown until apply.
func unknownOutputStep(input, expression string, want knownvalue.Check) resource.TestStep {
	step := outputStep(strings.ReplaceAll(expression, "self.output", "terraform_data.unknown.output"), want)
	step.Config += "\nresource \"terraform_data\" \"unknown\" { input = " + input + " }"
	step.ConfigPlanChecks = resource.ConfigPlanChecks{
		PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("result")},
	}

	return step
}

// failingOutputStep expects an error from an expression.
func failingOutputStep(expression, want string) resource.TestStep {
	return resource.TestStep{
		Config:      `output "result" { value = ` + expression + ` }`,
		ExpectError: wrapped(want),
	}
}

// wrapped matches a text that the CLI may wrap at any space.
func wrapped(text string) *regexp.Regexp {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}

	return regexp.MustCompile(strings.Join(words, `[\s│╷╵]+`))
}

// runSteps runs the steps with a provider that is not configured, for functions.
func runSteps(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: testProviderFactories, Steps: steps})
}
