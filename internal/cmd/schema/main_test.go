// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider"
)

func TestWrite_AllSchemas(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	if err := write(t.Context(), providerserver.NewProtocol6(provider.New("test")())(), &out); err != nil {
		t.Fatal(err)
	}

	var document any
	if err := json.Unmarshal(out.Bytes(), &document); err != nil {
		t.Fatal(err)
	}

	for _, path := range [][]string{
		{"provider", "block", "attributes", "api_key", "sensitive"},
		{"resource_schemas", "fireworks_promoted_model", "block", "block_types", "timeouts", "nesting_mode"},
		{
			"resource_schemas", "fireworks_promoted_model", "block", "attributes",
			"peft_details", "nested_type", "attributes", "target_modules", "type",
		},
		{"resource_identity_schemas", "fireworks_promoted_model", "attributes", "model_id", "required_for_import"},
		{
			"data_source_schemas", "fireworks_checkpoints", "block", "attributes", "checkpoints", "nested_type",
			"nesting_mode",
		},
		{"data_source_schemas", "fireworks_training_shape", "block", "attributes", "shape_id", "optional"},
		{"resource_schemas", "fireworks_promoted_model", "block", "attributes", "checkpoint_name", "required"},
		{"functions", "model_id", "variadic_parameter", "type"},
		{"functions", "parse_checkpoint_name", "return_type"},
	} {
		at := document
		for _, key := range append([]string{"provider_schemas", providerName}, path...) {
			object, _ := at.(map[string]any)
			at = object[key]
		}

		if at == nil || at == false || at == "" {
			t.Errorf("%v is missing", path)
		}
	}
}
