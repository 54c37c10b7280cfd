// SPDX-License-Identifier: MPL-2.0

package trainingshape_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/trainingshape"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const (
	shapeAddress = "data.fireworks_training_shape.shape"
	qwenShape    = "accounts/fireworks/trainingShapes/qwen3-8b-128k"
	qwenLoRA     = qwenShape + "-lora"
	unlinked     = "accounts/fireworks/trainingShapes/qwen3-8b-unlinked"
)

// TestAccTrainingShape checks every field: of a shape that says everything, and the defaults of one that does not.
func TestAccTrainingShape(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})

	policy := map[string]knownvalue.Check{
		"min_context_length":           knownvalue.Null(),
		"public_only":                  knownvalue.Null(),
		"shape_id":                     knownvalue.StringExact(qwenShape),
		"id":                           knownvalue.StringExact(qwenShape + "/versions/9d4e8f62"),
		"training_shape_version":       knownvalue.StringExact(qwenShape + "/versions/9d4e8f62"),
		"training_shape":               knownvalue.StringExact(qwenShape),
		"trainer_image_tag":            knownvalue.StringExact("0.63.2"),
		"trainer_mode":                 knownvalue.StringExact("POLICY_TRAINER"),
		"max_supported_context_length": knownvalue.Int64Exact(131072),
		"node_count":                   knownvalue.Int64Exact(1),
		"deployment_shape_version":     knownvalue.StringExact(providertest.LinkedShape),
		"deployment_shape":             knownvalue.StringExact(providertest.LinkedShape),
		"deployment_image_tag":         knownvalue.StringExact("4.151.7"),
		"accelerator_type":             knownvalue.StringExact("NVIDIA_B200_192GB"),
		"accelerator_count":            knownvalue.Int64Exact(8),
		"base_model_weight_precision":  knownvalue.StringExact("BFLOAT16"),
		"pipeline_parallelism":         knownvalue.Int64Exact(2),
		"tensor_parallelism":           knownvalue.Int64Exact(4),
		"context_parallelism":          knownvalue.Int64Exact(1),
		"expert_parallelism":           knownvalue.Int64Exact(1),
		"supports_lora":                knownvalue.Bool(false),
		"base_model":                   knownvalue.StringExact(providertest.QwenBase),
		"model_type":                   knownvalue.StringExact("qwen3"),
		"parameter_count":              knownvalue.Int64Exact(8190735360),
		"display_name":                 knownvalue.StringExact("Qwen3 8B, 128k"),
		"description": knownvalue.StringExact("Full-parameter training of Qwen3 8B with 128k " +
			"tokens of context."),
		"validated":   knownvalue.Bool(true),
		"public":      knownvalue.Bool(true),
		"create_time": knownvalue.StringExact("2026-02-18T10:00:00Z"),
	}
	providertest.AssertAllChecked(t, trainingshape.DataSourceSchema().Attributes, policy)

	p.Run(t,
		resource.TestStep{Config: p.Config(providertest.ShapeConfig(qwenShape)),
			ConfigStateChecks: providertest.ExpectValues(shapeAddress, policy)},
		resource.TestStep{
			Config: p.Config(providertest.ShapeConfig(qwenLoRA)),
			ConfigStateChecks: providertest.ExpectValues(shapeAddress, map[string]knownvalue.Check{
				"trainer_mode":         knownvalue.StringExact("LORA_TRAINER"),
				"supports_lora":        knownvalue.Bool(true),
				"pipeline_parallelism": knownvalue.Int64Exact(1),
				"tensor_parallelism":   knownvalue.Int64Exact(1),
			}),
		},
		resource.TestStep{
			Config: p.Config(providertest.ShapeConfig(unlinked)),
			ConfigStateChecks: providertest.ExpectValues(shapeAddress, map[string]knownvalue.Check{
				"id":                       knownvalue.StringExact(unlinked + "/versions/0c1d2e3f"),
				"node_count":               knownvalue.Int64Exact(1),
				"deployment_shape_version": knownvalue.StringExact(""),
				"deployment_shape":         knownvalue.Null(),
				"deployment_image_tag":     knownvalue.StringExact(""),
				"pipeline_parallelism":     knownvalue.Int64Exact(1),
				"description":              knownvalue.Null(),
			}),
		},
		resource.TestStep{
			Config: p.Config(providertest.ShapeConfig(qwenShape + "/versions/c15fa073")),
			ConfigStateChecks: providertest.ExpectValues(shapeAddress,
				map[string]knownvalue.Check{"validated": knownvalue.Bool(false)}),
		},
		resource.TestStep{
			PreConfig: func() { p.SetLegacyWire(true) },
			Config:    p.Config(providertest.ShapeConfig(qwenLoRA)),
			ConfigStateChecks: providertest.ExpectValues(shapeAddress, map[string]knownvalue.Check{
				"trainer_mode":    knownvalue.StringExact("LORA_TRAINER"),
				"supports_lora":   knownvalue.Bool(true),
				"parameter_count": knownvalue.Int64Exact(8190735360),
			}),
		},
	)
	p.AssertWrites(t)
}

// TestAccTrainingShape_Requests holds the data source to the one call that works for every customer.
func TestAccTrainingShape_Requests(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	c := p.NewConfiguredCLI(t, providertest.ShapeConfig(qwenShape))
	providertest.AssertDiagnostics(t, c.Diagnostics("plan"))

	requests := p.Requests()
	if len(requests) != 1 {
		t.Fatalf("got %d requests, want 1", len(requests))
	}

	providertest.AssertEqual(t, "path", requests[0].Path, "/v1/"+qwenShape+"/versions")
	providertest.AssertEqual(t, "query", requests[0].RawQuery, "filter=latest_validated%3Dtrue&pageSize=200")
}

// TestAccTrainingShape_PinnedVersion reads the given version, and warns when the platform no longer serves it.
func TestAccTrainingShape_PinnedVersion(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	c := p.NewConfiguredCLI(t, providertest.ShapeConfig(qwenShape+"/versions/3b7c0e51")+`
data "fireworks_training_shape" "served" {
  shape_id = "`+qwenShape+`/versions/9d4e8f62"
}
`)
	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
warning: Training shape version not served
at: shape_id = "accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/3b7c0e51"

accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/3b7c0e51 is not the latest validated version of its shape, \
the only one that the platform serves: creating a trainer from this version fails.

Write shape_id = "accounts/fireworks/trainingShapes/qwen3-8b-128k" to follow the shape.
`)

	if n := p.Count(http.MethodGet, "/v1/accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/*"); n != 2 {
		t.Errorf("%d versions were read, want 2", n)
	}
}

func TestAccTrainingShape_NotFound(t *testing.T) {
	t.Parallel()
	p := providertest.NewPlatform(t, mockapi.Options{})
	p.SetForbidden(qwenLoRA, true)
	c := p.NewConfiguredCLI(t, `
data "fireworks_training_shape" "unvalidated" {
  shape_id = "accounts/fireworks/trainingShapes/qwen3-8b-unvalidated"
}
data "fireworks_training_shape" "forbidden" {
  shape_id = "`+qwenLoRA+`"
}
data "fireworks_training_shape" "no_version" {
  shape_id = "`+qwenShape+`/versions/none"
}
`)
	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
error: Training shape without a validated version
at: shape_id = "accounts/fireworks/trainingShapes/qwen3-8b-unvalidated"

No version of accounts/fireworks/trainingShapes/qwen3-8b-unvalidated is validated, so no trainer can be created from it.

Choose another shape, or wait until a version is validated.
`, `
error: Training shape not read
at: shape_id = "accounts/fireworks/trainingShapes/qwen3-8b-128k-lora"

The training shape accounts/fireworks/trainingShapes/qwen3-8b-128k-lora could not be read.

The API returned 403 Forbidden (PERMISSION_DENIED): the key may not read "accounts/fireworks/trainingShapes/qwen3-8b-128k-lora"
Request: GET /v1/accounts/fireworks/trainingShapes/qwen3-8b-128k-lora/versions (request ID mock-N)

The account of the API key neither owns nor sees this shape. Check the account in the name; the public shapes are \
named accounts/fireworks/trainingShapes/{shape}.
`, `
error: No such training shape
at: shape_id = "accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/none"

The training shape accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/none does not exist.

The API returned 404 Not Found (NOT_FOUND): version "accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/none" not found
Request: GET /v1/accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/none (request ID mock-N)

Check the name; public shapes are named accounts/fireworks/trainingShapes/{shape}. Without /versions/none the \
latest validated version is read.
`)
}
