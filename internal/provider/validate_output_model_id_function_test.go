package provider

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

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

func TestAccValidateOutputModelID_Known(t *testing.T) {
	t.Parallel()
	runSteps(t,
		outputStep(`provider::fireworks::validate_output_model_id("qwen3-8b-step-50")`, knownvalue.ListExact([]knownvalue.Check{})),
		outputStep(`provider::fireworks::validate_output_model_id("my_model")`, knownvalue.ListExact([]knownvalue.Check{
			knownvalue.StringExact(
				`The model ID has the underscore "_" at position 3; only a–z, 0–9 and "-" are allowed. For example, "my-model" is valid.`,
			),
		})),
		outputStep(`provider::fireworks::validate_output_model_id("")`, knownvalue.ListExact([]knownvalue.Check{
			knownvalue.StringExact(`The model ID is empty; it needs 1 to 63 characters, each one of a–z, 0–9 and "-".`),
		})),
		outputStep(`provider::fireworks::validate_output_model_id("`+strings.Repeat("é", 64)+`")`, knownvalue.ListExact([]knownvalue.Check{
			knownvalue.StringExact(`The model ID has the character "é" (U+00E9) at position 1; only a–z, 0–9 and "-" are allowed.`),
			knownvalue.StringExact(`The model ID has 64 characters, which is 1 too many; at most 63 are allowed.`),
		})),
	)
}

func TestAccValidateOutputModelID_Unknown(t *testing.T) {
	t.Parallel()
	runSteps(t, unknownOutputStep(`"qwen3-8b"`, `provider::fireworks::validate_output_model_id(self.output)`,
		knownvalue.ListExact([]knownvalue.Check{})))
}

func TestAccValidateOutputModelID_Null(t *testing.T) {
	t.Parallel()
	runSteps(t, failingOutputStep(`provider::fireworks::validate_output_model_id(null)`,
		`Invalid value for "id" parameter: argument must not be null.`))
}

func TestAccValidateOutputModelID_Variable(t *testing.T) {
	t.Parallel()
	runSteps(t, resource.TestStep{
		Config: `
variable "model_id" {
  default = "My Model"
  validation {
    condition     = length(provider::fireworks::validate_output_model_id(var.model_id)) == 0
    error_message = join(" ", provider::fireworks::validate_output_model_id(var.model_id))
  }
}
output "result" { value = var.model_id }`,
		ExpectError: wrapped(`The model ID has the upper-case letter "M" at position 1;`),
	})
}
