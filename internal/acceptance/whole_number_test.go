// SPDX-License-Identifier: MPL-2.0

package acceptance_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// numberArgument is an argument that takes numbers, nested ones included.
type numberArgument struct {
	block string
	// path is that of the diagnostics, and of the details if the argument is nested.
	path string
	// config returns the configuration of the block that contains only the number.
	config func(number *big.Float) providertest.Values
	// fractions is set if the argument takes numbers that are not whole.
	fractions bool
}

// TestNumbers_AllArguments finds arguments of the schemas for numbers that the framework reports as a bug.
func TestNumbers_AllArguments(t *testing.T) {
	t.Parallel()

	var arguments []numberArgument

	schemas := providertest.NewPlatform(t, mockapi.Options{}).Protocol(t).Schemas
	collect := func(block string, schema *tfprotov6.Schema) {
		arguments = append(arguments, numberArguments(block, "", schema.Block.Attributes,
			func(v providertest.Values) providertest.Values { return v })...)
	}

	collect("provider", schemas.Provider)

	for name, schema := range schemas.ResourceSchemas {
		collect("resource "+name, schema)
	}

	for name, schema := range schemas.DataSourceSchemas {
		collect("data "+name, schema)
	}

	nested := slices.DeleteFunc(slices.Clone(arguments), func(a numberArgument) bool {
		return !strings.Contains(a.path, ".")
	})
	if len(arguments) < 11 || len(nested) < 2 {
		t.Fatalf("only %d arguments, %d of them nested, were found", len(arguments), len(nested))
	}

	for _, argument := range arguments {
		t.Run(argument.block+" "+argument.path, func(t *testing.T) {
			t.Parallel()

			located := ""
			if strings.Contains(argument.path, ".") {
				located = argument.path + ": "
			}

			want := "] Not a whole number\n" + located + "The value is %s; it must be a whole number of at most 64 bits."
			numbers := []string{"1.5", "-0.25", "1e+30", "1e+400", "1e-400"}

			if argument.fractions {
				want = "] Invalid Attribute Value\nAttribute " + argument.path +
					" value must be a 32-bit number greater than 0, got: %s"
				numbers = []string{"0", "-1", "1e+39", "1e-300", "1e+400", "1e-400"}
			}

			for _, number := range numbers {
				value, _, err := big.ParseFloat(number, 10, 512, big.ToNearestEven)
				if err != nil {
					t.Fatal(err)
				}

				want := "ERROR [" + strings.NewReplacer(`["`, ".", `"]`, "").Replace(argument.path) +
					fmt.Sprintf(want, number)

				got := validateConfig(t, argument.block, argument.config(value))
				if !strings.Contains(got, want) || strings.Contains(got, "error in the provider") {
					t.Errorf("%s: got %s, want %s", number, got, want)
				}
			}
		})
	}
}

// numberArguments returns the arguments for numbers among the attributes. wrap puts the object of the attributes, which
// is at the path of the prefix, into the configuration of the block.
func numberArguments(
	block, prefix string, attributes []*tfprotov6.SchemaAttribute,
	wrap func(providertest.Values) providertest.Values,
) (found []numberArgument) {
	for _, attribute := range attributes {
		name, at := attribute.Name, prefix+attribute.Name
		if !attribute.Optional && !attribute.Required {
			continue
		}

		mapped := func(v any) providertest.Values {
			return wrap(providertest.Values{name: providertest.Values{"key": v}})
		}
		within := func(v providertest.Values) providertest.Values { return wrap(providertest.Values{name: v}) }

		switch nested := attribute.NestedType; {
		case nested != nil && nested.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
			found = append(found, numberArguments(block, at+".", nested.Attributes, within)...)
		case nested != nil && nested.Nesting == tfprotov6.SchemaObjectNestingModeMap:
			found = append(found, numberArguments(block, at+"[\"key\"].", nested.Attributes,
				func(v providertest.Values) providertest.Values { return mapped(v) })...)
		case nested != nil:
			found = append(found, numberArgument{path: at + ": this kind of nesting is not known to the test"})
		case attribute.Type.Equal(tftypes.Number):
			found = append(found, numberArgument{block: block, path: at, config: func(n *big.Float) providertest.Values {
				return wrap(providertest.Values{name: n})
			}})
		case attribute.Type.Equal(tftypes.Map{ElementType: tftypes.Number}):
			found = append(found, numberArgument{block: block, path: at + "[\"key\"]", fractions: true,
				config: func(n *big.Float) providertest.Values { return mapped(n) }})
		}
	}

	return found
}

// validateConfig validates a block, and returns the diagnostics.
func validateConfig(t *testing.T, block string, config providertest.Values) string {
	t.Helper()

	s := providertest.NewPlatform(t, mockapi.Options{}).Protocol(t)
	fields := strings.Fields(block)

	var found []*tfprotov6.Diagnostic

	switch fields[0] {
	case "provider":
		response, err := s.Server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{
			Config: s.Dynamic(s.Schemas.Provider.ValueType(), config),
		})
		s.Must("ValidateProviderConfig", err)

		found = response.Diagnostics
	case "resource":
		return s.Validate(t.Context(), fields[1], config).String()
	default:
		schema := s.Schemas.DataSourceSchemas[fields[1]]
		response, err := s.Server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
			TypeName: fields[1], Config: s.Dynamic(schema.ValueType(), config),
		})
		s.Must("ValidateDataResourceConfig", err)

		found = response.Diagnostics
	}

	return providertest.DecodeDiagnostics(found).String()
}
