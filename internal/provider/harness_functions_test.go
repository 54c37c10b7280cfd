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

func outputStep(expression string, want knownvalue.Check) resource.TestStep {
	return resource.TestStep{
		Config:            `output "result" { value = ` + expression + ` }`,
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("result", want)},
	}
}

// unknownOutputStep has self.output in the expression be a value that is unknown until the apply.
func unknownOutputStep(input, expression string, want knownvalue.Check) resource.TestStep {
	step := outputStep(strings.ReplaceAll(expression, "self.output", "terraform_data.unknown.output"), want)
	step.Config += "\nresource \"terraform_data\" \"unknown\" { input = " + input + " }"
	step.ConfigPlanChecks = resource.ConfigPlanChecks{
		PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("result")},
	}

	return step
}

func failingOutputStep(expression, want string) resource.TestStep {
	return resource.TestStep{
		Config:      `output "result" { value = ` + expression + ` }`,
		ExpectError: wrapped(want),
	}
}

// wrapped matches a text that the CLI may have broken into lines at any blank.
func wrapped(text string) *regexp.Regexp {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}

	return regexp.MustCompile(strings.Join(words, `[\s│╷╵]+`))
}

func runSteps(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: testProviderFactories, Steps: steps})
}
