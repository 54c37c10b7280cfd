// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/function"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func TestAccModelIDFunction(t *testing.T) {
	t.Parallel()

	long := strings.Repeat("a", 70)
	providertest.RunSteps(t,
		providertest.OutputStep(map[string]knownvalue.Check{
			`provider::fireworks::model_id("Qwen3 8B")`:                   knownvalue.StringExact("qwen3-8b"),
			`provider::fireworks::model_id("Qwen3 8B", "step_50")`:        knownvalue.StringExact("qwen3-8b-step-50"),
			`provider::fireworks::model_id("` + long + `", "step", "50")`: knownvalue.StringExact(long[:46] + "-step-rwbjowg5-50"),
			`provider::fireworks::model_id(["x", "y"]...)`:                knownvalue.StringExact("x-y"),
			`provider::fireworks::model_id("step", 50)`:                   knownvalue.StringExact("step-50"),
		}),
		providertest.FailingOutputStep(`provider::fireworks::model_id(null)`,
			`Invalid value for "part" parameter: argument must not be null.`),
		providertest.FailingOutputStep(`provider::fireworks::model_id("a", null)`,
			`Invalid value for "parts" parameter: argument must not be null.`),
		providertest.FailingOutputStep(`provider::fireworks::model_id("a", "日本")`,
			`the part "日本" contains neither a letter a–z nor a digit 0–9.`),
		providertest.FailingOutputStep(`provider::fireworks::model_id()`, `Not enough function arguments`),
		providertest.UnknownOutputStep(`"Step 50"`,
			`provider::fireworks::model_id("qwen", self.output)`, knownvalue.StringExact("qwen-step-50")),
	)
}

// TestModelIDFunction_Documentation compares the table of examples in docs/, which make generate writes, with the
// algorithm.
func TestModelIDFunction_Documentation(t *testing.T) {
	t.Parallel()

	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "functions", "model_id.md"))
	if err != nil {
		t.Fatal(err)
	}

	if !strings.Contains(string(page), function.ModelIDDescription()) {
		t.Error("docs/functions/model_id.md is out of date: run make generate")
	}
}
