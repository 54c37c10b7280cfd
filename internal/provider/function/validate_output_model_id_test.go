// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestAccValidateOutputModelID(t *testing.T) {
	t.Parallel()
	providertest.RunSteps(t,
		providertest.OutputStep(map[string]knownvalue.Check{
			`provider::fireworks::validate_output_model_id("qwen3-8b-step-50")`: knownvalue.ListExact([]knownvalue.Check{}),
			`provider::fireworks::validate_output_model_id("my_model")`: knownvalue.ListExact([]knownvalue.Check{
				knownvalue.StringExact(
					`The model ID has the underscore "_" at position 3; only a–z, 0–9 and "-" are allowed. For example, "my-model" is valid.`,
				),
			}),
			`provider::fireworks::validate_output_model_id("")`: knownvalue.ListExact([]knownvalue.Check{
				knownvalue.StringExact(`The model ID is empty; it needs 1 to 63 characters, each one of a–z, 0–9 and "-".`),
			}),
			`provider::fireworks::validate_output_model_id("` + strings.Repeat("é", 64) + `")`: knownvalue.ListExact([]knownvalue.Check{
				knownvalue.StringExact(`The model ID has the character "é" (U+00E9) at position 1; only a–z, 0–9 and "-" are allowed.`),
				knownvalue.StringExact(`The model ID has 64 characters, which is 1 too many; at most 63 are allowed.`),
			}),
		}),
		providertest.FailingOutputStep(`provider::fireworks::validate_output_model_id(null)`,
			`Invalid value for "id" parameter: argument must not be null.`),
		providertest.UnknownOutputStep(`"qwen3-8b"`,
			`provider::fireworks::validate_output_model_id(self.output)`,
			knownvalue.ListExact([]knownvalue.Check{})),
	)
}

func TestAccValidateOutputModelID_Variable(t *testing.T) {
	t.Parallel()
	providertest.RunSteps(t, resource.TestStep{
		Config: `
variable "model_id" {
  default = "My Model"
  validation {
    condition     = length(provider::fireworks::validate_output_model_id(var.model_id)) == 0
    error_message = join(" ", provider::fireworks::validate_output_model_id(var.model_id))
  }
}
output "result" { value = var.model_id }`,
		ExpectError: providertest.Wrapped(`The model ID has the upper-case letter "M" at position 1;`),
	})
}
