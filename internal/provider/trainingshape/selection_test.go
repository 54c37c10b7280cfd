// SPDX-License-Identifier: MPL-2.0

package trainingshape_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// selectionShape is one training shape of the selection tests, with one validated version v1.
type selectionShape struct {
	id, model, modelType, mode string
	parameters                 int64
	contextLength              int32
	created                    string
	private                    bool
}

// selectionShapes are chosen so that each rule of the documented selection decides a case.
var selectionShapes = []selectionShape{
	{"a-8k", "base", "qwen3", "POLICY_TRAINER", 8_190_735_360, 8192, "2026-01-01T00:00:00Z", false},
	{"a-32k", "base", "qwen3", "POLICY_TRAINER", 8_190_735_360, 32768, "2026-01-02T00:00:00Z", false},
	{"a-128k", "base", "qwen3", "POLICY_TRAINER", 8_190_735_360, 131072, "2026-01-01T12:00:00Z", false},
	{"a-private", "base", "qwen3", "POLICY_TRAINER", 8_190_735_360, 65536, "2026-01-03T00:00:00Z", true},
	{"a-lora", "base", "qwen3", "LORA_TRAINER", 8_190_735_360, 65536, "2026-01-04T00:00:00Z", false},
	{"llama", "llama", "llama", "POLICY_TRAINER", 8_030_261_248, 65536, "2026-01-05T00:00:00Z", false},
	{"b-small", "other", "qwen3", "POLICY_TRAINER", 9_100_000_000, 16384, "2026-01-06T00:00:00Z", false},
	{"big-70", "big", "qwen3", "POLICY_TRAINER", 70_000_000_000, 16384, "2026-01-07T00:00:00Z", false},
}

// newSelectionPlatform serves the selection shapes and models without shapes of their own.
func newSelectionPlatform(t *testing.T) *providertest.Platform {
	t.Helper()

	models := []mockapi.ModelFixture{
		{Name: "accounts/fireworks/models/base", ModelType: "qwen3", ParameterCount: 8_190_735_360},
		{Name: "accounts/fireworks/models/distilled", ModelType: "qwen3", ParameterCount: 8_900_000_000},
		{Name: "accounts/fireworks/models/nearly-80", ModelType: "qwen3", ParameterCount: 79_000_000_000},
		{Name: "accounts/fireworks/models/lonely", ModelType: "qwen3", ParameterCount: 30_000_000_000},
		{Name: "accounts/fireworks/models/untyped"},
	}

	shapes := make([]mockapi.TrainingShapeFixture, len(selectionShapes))
	for i, shape := range selectionShapes {
		public := !shape.private
		shapes[i] = mockapi.TrainingShapeFixture{
			Name: "accounts/fireworks/trainingShapes/" + shape.id,
			Snapshot: mockapi.TrainingSnapshotFixture{
				BaseModel:                 "accounts/fireworks/models/" + shape.model,
				ModelType:                 shape.modelType,
				TrainerMode:               shape.mode,
				ParameterCount:            shape.parameters,
				MaxSupportedContextLength: shape.contextLength,
			},
			Versions: []mockapi.ShapeVersionFixture[mockapi.TrainingSnapshotFixture]{
				{ID: "v1", CreateTime: shape.created, Public: &public},
			},
		}
	}

	return providertest.NewPlatform(t, mockapi.Options{Fixtures: &mockapi.Fixtures{
		Accounts: []string{"demo"}, Models: models, TrainingShapes: shapes,
	}})
}

// The wanted shapes follow from the documented selection: by base model; without a match by type and parameter bucket
// (1e9 wide below 10e9 parameters, else 10e9); then the smallest sufficient context length, or the newest if none is
// required.
func TestTrainingShape_Selection(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		model     string
		arguments providertest.Values
		want      string
	}{
		"newest without a length":      {"base", nil, "a-private"},
		"newest public":                {"base", providertest.Values{"public_only": true}, "a-32k"},
		"smallest sufficient":          {"base", providertest.Values{"min_context_length": 8000}, "a-8k"},
		"exactly sufficient":           {"base", providertest.Values{"min_context_length": 32768}, "a-32k"},
		"private is smaller":           {"base", providertest.Values{"min_context_length": 32769}, "a-private"},
		"public only":                  {"base", providertest.Values{"min_context_length": 32769, "public_only": true}, "a-128k"},
		"other mode":                   {"base", providertest.Values{"trainer_mode": "LORA_TRAINER"}, "a-lora"},
		"type and bucket, newest":      {"distilled", nil, "a-private"},
		"type and bucket, length":      {"distilled", providertest.Values{"min_context_length": 8193}, "a-32k"},
		"bucket of 10e9":               {"nearly-80", nil, "big-70"},
		"bucket is bounded inclusive":  {"distilled", providertest.Values{"min_context_length": 100000}, "a-128k"},
		"other type is not a neighbor": {"distilled", providertest.Values{"min_context_length": 40000}, "a-private"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			p := newSelectionPlatform(t)
			base := "accounts/fireworks/models/" + test.model

			got, diags := p.Protocol(t).ReadData(t.Context(), "fireworks_training_shape",
				providertest.With(providertest.Values{"base_model": base}, test.arguments))
			providertest.AssertSummaries(t, diags)
			providertest.AssertEqual(t, "training_shape", got["training_shape"],
				any("accounts/fireworks/trainingShapes/"+test.want))
			providertest.AssertEqual(t, "base_model", got["base_model"], any(base))
			providertest.AssertEqual(t, "shape_id", got["shape_id"], nil)
			providertest.AssertEqual(t, "public", got["public"], any(test.want != "a-private"))
			p.AssertWrites(t)
		})
	}
}

func TestAccTrainingShape_NoMatch(t *testing.T) {
	t.Parallel()
	p := newSelectionPlatform(t)
	c := p.NewConfiguredCLI(t, `
data "fireworks_training_shape" "too_long" {
  base_model         = "accounts/fireworks/models/base"
  min_context_length = 1000000
}
data "fireworks_training_shape" "lonely" {
  base_model = "accounts/fireworks/models/lonely"
}
data "fireworks_training_shape" "missing" {
  base_model = "accounts/fireworks/models/none"
}
`)

	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
error: No matching training shape
at: base_model         = "accounts/fireworks/models/base"

No validated training shape fits the base model accounts/fireworks/models/base in the trainer mode POLICY_TRAINER \
with a context length of at least 1000000 tokens.

Searched for:
  snapshot.base_model="accounts/fireworks/models/base" AND snapshot.trainer_mode="POLICY_TRAINER" AND latest_validated=true
  snapshot.model_type="qwen3" AND snapshot.parameter_count>=8000000000 AND snapshot.parameter_count<=9000000000 AND \
snapshot.trainer_mode="POLICY_TRAINER" AND latest_validated=true

Shapes that fit except for their context length support: 8192, 32768, 65536, 131072 tokens.

Set min_context_length to one of these values or less. Choose another base model or trainer_mode, or set shape_id \
to the full name of a shape.
`, `
error: No matching training shape
at: base_model = "accounts/fireworks/models/lonely"

No validated training shape fits the base model accounts/fireworks/models/lonely in the trainer mode POLICY_TRAINER.

Searched for:
  snapshot.base_model="accounts/fireworks/models/lonely" AND snapshot.trainer_mode="POLICY_TRAINER" AND latest_validated=true
  snapshot.model_type="qwen3" AND snapshot.parameter_count>=30000000000 AND snapshot.parameter_count<=40000000000 \
AND snapshot.trainer_mode="POLICY_TRAINER" AND latest_validated=true

Choose another base model or trainer_mode, or set shape_id to the full name of a shape.
`, `
error: No matching training shape
at: base_model = "accounts/fireworks/models/none"

No validated training shape fits the base model accounts/fireworks/models/none in the trainer mode POLICY_TRAINER; \
the base model could not be read: GET /v1/accounts/fireworks/models/none: 404 Not Found (NOT_FOUND): model \
"accounts/fireworks/models/none" not found.

Searched for:
  snapshot.base_model="accounts/fireworks/models/none" AND snapshot.trainer_mode="POLICY_TRAINER" AND latest_validated=true

Choose another base model or trainer_mode, or set shape_id to the full name of a shape.
`)
}

// The filters belong to the selection by base model, which excludes the selection by name.
func TestTrainingShape_Arguments(t *testing.T) {
	t.Parallel()

	const typeName = "fireworks_training_shape"

	s := providertest.NewPlatform(t, mockapi.Options{}).Protocol(t)
	valueType := s.Schemas.DataSourceSchemas[typeName].ValueType()
	byName := providertest.Values{"shape_id": qwenShape}
	byModel := providertest.Values{"base_model": providertest.QwenBase}

	for _, test := range []struct {
		config, more providertest.Values
		want         string
	}{
		{byName, nil, ""},
		{byModel, nil, ""},
		{byModel, providertest.Values{"trainer_mode": "NEW_TRAINER"}, ""},
		{nil, nil, "ERROR: Missing Attribute Configuration"},
		{byName, byModel, "ERROR shape_id: Invalid Attribute Combination"},
		{nil, providertest.Values{"shape_id": "bare"}, "ERROR shape_id: Invalid resource name"},
		{byName, providertest.Values{"trainer_mode": "LORA_TRAINER"},
			"ERROR trainer_mode: Invalid Attribute Combination"},
		{byName, providertest.Values{"min_context_length": 1},
			"ERROR min_context_length: Invalid Attribute Combination"},
		{byName, providertest.Values{"public_only": true}, "ERROR public_only: Invalid Attribute Combination"},
	} {
		config := providertest.With(test.config, test.more)
		response, err := s.Server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
			TypeName: typeName, Config: s.Dynamic(valueType, config),
		})
		s.Must("ValidateDataResourceConfig", err)

		got := providertest.DecodeDiagnostics(response.Diagnostics).Summaries()
		providertest.AssertEqual(t, fmt.Sprint(config), strings.Join(got, "; "), test.want)
	}
}

func TestAccTrainingShape_SearchForbidden(t *testing.T) {
	t.Parallel()
	p := newSelectionPlatform(t)
	p.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Path: "/v1/accounts/-/**", Status: http.StatusForbidden})
	c := p.NewConfiguredCLI(t, `
data "fireworks_training_shape" "shape" {
  base_model = "accounts/fireworks/models/base"
}
`)

	providertest.AssertDiagnostics(t, c.Diagnostics("plan"), `
error: Training shape not read
at: base_model = "accounts/fireworks/models/base"

The training shapes could not be searched.

The API returned 403 Forbidden (PERMISSION_DENIED): injected fault: Forbidden
Request: GET /v1/accounts/-/trainingShapes/-/versions (request ID mock-N)

The API key may not search all training shapes. Set shape_id instead of base_model; the public shapes are named \
accounts/fireworks/trainingShapes/{shape}.
`)
}
