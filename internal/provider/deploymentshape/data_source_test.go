// SPDX-License-Identifier: MPL-2.0

package deploymentshape_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/deploymentshape"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const (
	fastShapeVersion = providertest.FastShape + "/versions/5b6a7988"
	deploymentShape  = "data.fireworks_deployment_shape.s"
)

func TestAccDeploymentShapeDataSource_Values(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})

	fast := map[string]knownvalue.Check{
		"shape_id":                 knownvalue.StringExact(providertest.FastShape),
		"id":                       knownvalue.StringExact(fastShapeVersion),
		"deployment_shape":         knownvalue.StringExact(fastShapeVersion),
		"shape":                    knownvalue.StringExact(providertest.FastShape),
		"version":                  knownvalue.StringExact("5b6a7988"),
		"base_model":               knownvalue.StringExact(providertest.QwenBase),
		"enable_addons":            knownvalue.Bool(false),
		"display_name":             knownvalue.StringExact("Qwen3 8B, fast"),
		"description":              knownvalue.StringExact("Low latency with speculative decoding."),
		"model_type":               knownvalue.StringExact("qwen3"),
		"parameter_count":          knownvalue.Int64Exact(8190735360),
		"accelerator_type":         knownvalue.StringExact("NVIDIA_H200_141GB"),
		"accelerator_count":        knownvalue.Int64Exact(2),
		"precision":                knownvalue.StringExact("FP8"),
		"max_context_length":       knownvalue.Int64Exact(131072),
		"draft_model":              knownvalue.StringExact("accounts/fireworks/models/qwen3-8b-draft"),
		"draft_token_count":        knownvalue.Int64Exact(3),
		"ngram_speculation_length": knownvalue.Null(),
		"preset_type":              knownvalue.StringExact("FAST"),
		"validated":                knownvalue.Bool(true),
		"latest_validated":         knownvalue.Bool(true),
		"public":                   knownvalue.Bool(true),
		"create_time":              knownvalue.StringExact("2026-02-25T09:00:00Z"),
	}
	providertest.AssertAllChecked(t, deploymentshape.DataSourceSchema().Attributes, fast)

	p.Run(t,
		resource.TestStep{
			Config: p.Config(`data "fireworks_deployment_shape" "s" { shape_id = "` +
				providertest.FastShape + `" }`),
			ConfigStateChecks: providertest.ExpectValues(deploymentShape, fast),
		},
		resource.TestStep{
			Config: p.Config(`data "fireworks_deployment_shape" "s" { shape_id = "` + providertest.FastShape +
				`/versions/1f2e3d4c" }`),
			ConfigStateChecks: providertest.ExpectValues(deploymentShape, map[string]knownvalue.Check{
				"version":           knownvalue.StringExact("1f2e3d4c"),
				"latest_validated":  knownvalue.Bool(false),
				"draft_token_count": knownvalue.Int64Exact(2),
			}),
		},
	)
	p.AssertWrites(t)
}

// The match is the platform's: the exact base model first, then the same type in the same parameter bucket.
func TestAccDeploymentShapeDataSource_Match(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ arguments, shape, baseModel string }{
		"base model": {`base_model = "` + providertest.QwenBase + `"`, providertest.FastShape, providertest.QwenBase},
		"LoRA": {`base_model = "` + providertest.LoraModel + `"`, providertest.DeploymentShapes +
			"qwen3-8b-minimal", providertest.LoraModel},
		"same type": {`base_model = "` + providertest.DistilledQwen + `"`, providertest.FastShape,
			providertest.DistilledQwen},
		"addons": {
			`base_model = "` + providertest.QwenBase + "\"\nenable_addons = true", providertest.DeploymentShapes + "rft-qwen3-8b", providertest.QwenBase,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := providertest.NewPlatform(t, mockapi.Options{})
			p.Run(t, resource.TestStep{
				Config: p.Config("data \"fireworks_deployment_shape\" \"s\" {\n" + test.arguments + "\n}\n"),
				ConfigStateChecks: providertest.ExpectValues(deploymentShape, map[string]knownvalue.Check{
					"shape":      knownvalue.StringExact(test.shape),
					"base_model": knownvalue.StringExact(test.baseModel),
					"shape_id":   knownvalue.Null(),
				}),
			})
		})
	}
}

func TestAccDeploymentShapeDataSource_Errors(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	c := p.NewConfiguredCLI(t, `
data "fireworks_deployment_shape" "missing" {
  shape_id = "`+providertest.DeploymentShapes+`none"
}
data "fireworks_deployment_shape" "unvalidated" {
  shape_id = "`+providertest.DeploymentShapes+`qwen3-8b-preview"
}
data "fireworks_deployment_shape" "none" {
  base_model = "accounts/fireworks/models/qwen3-vl-235b-a22b"
}
`)

	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
error: No such deployment shape
at: shape_id = "accounts/fireworks/deploymentShapes/none"

The deployment shape accounts/fireworks/deploymentShapes/none does not exist.

The API returned 404 Not Found (NOT_FOUND): "accounts/fireworks/deploymentShapes/none" not found
Request: GET /v1/accounts/fireworks/deploymentShapes/none/versions (request ID mock-N)

Check the name. With base_model, this data source finds the shape that fits a model best.
`, `
error: Deployment shape without a validated version
at: shape_id = "accounts/fireworks/deploymentShapes/qwen3-8b-preview"

No version of accounts/fireworks/deploymentShapes/qwen3-8b-preview is validated.

Choose another shape: with base_model, this data source finds the one that fits a model best.
`, `
error: No matching deployment shape
at: base_model = "accounts/fireworks/models/qwen3-vl-235b-a22b"

The platform has no validated deployment shape for accounts/fireworks/models/qwen3-vl-235b-a22b or for models of its type and size.

Deploy without a shape, with accelerator_type and accept_shapeless_risk, or choose another model.
`)
}

func TestAccDeploymentShapeDataSource_OlderServer(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.SetShapeMatchUnknown(true)
	c := p.NewConfiguredCLI(t, `
data "fireworks_deployment_shape" "s" {
  base_model = "`+providertest.QwenBase+`"
}
`)

	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
error: Deployment shape not read
at: base_model = "accounts/fireworks/models/qwen3-8b"

No deployment shape could be searched for accounts/fireworks/models/qwen3-8b.

The API returned 404 Not Found (NOT_FOUND): Not Found (the API does not know the path of the request: check base_url)
Request: POST /v1/accounts/demo/deploymentShapeVersions:match (request ID mock-N)

Either the model does not exist, or the server does not offer the selection by base model yet. Check the name of \
the model, or set shape_id instead of base_model.
`)
}

func TestAccDeploymentShapeDataSource_Arguments(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})

	for name, arguments := range map[string]string{
		"neither":         "",
		"both":            `shape_id = "` + providertest.FastShape + "\"\nbase_model = \"" + providertest.QwenBase + `"`,
		"addons of shape": `shape_id = "` + providertest.FastShape + "\"\nenable_addons = true",
		"bare ID":         `shape_id = "qwen3-8b-fast"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := p.NewConfiguredCLI(t, "data \"fireworks_deployment_shape\" \"s\" {\n"+arguments+"\n}\n")

			if found := c.Diagnostics("validate"); len(found) == 0 {
				t.Error("the configuration was accepted")
			}
		})
	}
}
