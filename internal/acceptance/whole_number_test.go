// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// TestWholeNumbers_AllArguments finds integer arguments of the schemas that do not have the type.
func TestWholeNumbers_AllArguments(t *testing.T) {
	t.Parallel()

	arguments := map[string]string{}
	schemas := providertest.NewPlatform(t, mockapi.Options{}).Protocol(t).Schemas
	collect := func(block string, schema *tfprotov6.Schema) {
		for _, attribute := range schema.Block.Attributes {
			if attribute.Type != nil && attribute.Type.Equal(tftypes.Number) &&
				(attribute.Optional || attribute.Required) {
				arguments[block+" "+attribute.Name] = attribute.Name
			}
		}
	}

	collect("provider", schemas.Provider)

	for name, schema := range schemas.ResourceSchemas {
		collect("resource "+name, schema)
	}

	for name, schema := range schemas.DataSourceSchemas {
		collect("data "+name, schema)
	}

	if len(arguments) < 9 {
		t.Fatalf("only %v were found", arguments)
	}

	for block, name := range arguments {
		t.Run(block, func(t *testing.T) {
			t.Parallel()

			for number, shown := range map[float64]string{1.5: "1.5", -0.25: "-0.25", 1e30: "1e+30"} {
				got := validateArgument(t, block, name, number)
				want := fmt.Sprintf("ERROR [%s] Not a whole number\nThe value is %s; it must be a whole number of "+
					"at most 64 bits.", name, shown)

				if !strings.Contains(got, want) || strings.Contains(got, "error in the provider") {
					t.Errorf("%g: got %s, want %s", number, got, want)
				}
			}
		})
	}
}

// validateArgument validates a block that contains only one argument, and returns the diagnostics.
func validateArgument(t *testing.T, block, name string, number float64) string {
	t.Helper()

	s := providertest.NewPlatform(t, mockapi.Options{}).Protocol(t)
	fields := strings.Fields(block)

	var (
		schema *tfprotov6.Schema
		found  []*tfprotov6.Diagnostic
	)

	switch fields[0] {
	case "provider":
		schema = s.Schemas.Provider
		response, err := s.Server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{
			Config: s.Dynamic(schema.ValueType(), providertest.Values{name: number}),
		})
		s.Must("ValidateProviderConfig", err)

		found = response.Diagnostics
	case "resource":
		schema = s.Schemas.ResourceSchemas[fields[1]]
		response, err := s.Server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
			TypeName: fields[1], Config: s.Dynamic(schema.ValueType(), providertest.Values{name: number}),
		})
		s.Must("ValidateResourceConfig", err)

		found = response.Diagnostics
	default:
		schema = s.Schemas.DataSourceSchemas[fields[1]]
		response, err := s.Server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
			TypeName: fields[1], Config: s.Dynamic(schema.ValueType(), providertest.Values{name: number}),
		})
		s.Must("ValidateDataResourceConfig", err)

		found = response.Diagnostics
	}

	return providertest.DecodeDiagnostics(found).String()
}
