// SPDX-License-Identifier: MPL-2.0

package main

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// object is one JSON object; encoding/json sorts its keys.
type object map[string]any

// convert converts the values of a map.
func convert[T any](in map[string]T, one func(T) object) object {
	out := object{}
	for name, value := range in {
		out[name] = one(value)
	}

	return out
}

func schemaJSON(s *tfprotov6.Schema) object {
	return object{"version": s.Version, "block": blockJSON(s.Block)}
}

func blockJSON(b *tfprotov6.SchemaBlock) object {
	blocks := object{}
	for _, nested := range b.BlockTypes {
		blocks[nested.TypeName] = object{
			"nesting_mode": strings.ToLower(nested.Nesting.String()),
			"min_items":    nested.MinItems,
			"max_items":    nested.MaxItems,
			"block":        blockJSON(nested.Block),
		}
	}

	return object{
		"attributes":       attributesJSON(b.Attributes),
		"block_types":      blocks,
		"description":      b.Description,
		"description_kind": kindJSON(b.DescriptionKind),
		"deprecated":       b.Deprecated,
	}
}

func attributesJSON(attributes []*tfprotov6.SchemaAttribute) object {
	out := object{}

	for _, a := range attributes {
		attribute := object{
			"description":      a.Description,
			"description_kind": kindJSON(a.DescriptionKind),
			"deprecated":       a.Deprecated,
			"required":         a.Required,
			"optional":         a.Optional,
			"computed":         a.Computed,
			"sensitive":        a.Sensitive,
			"write_only":       a.WriteOnly,
		}
		if a.NestedType != nil {
			attribute["nested_type"] = object{
				"nesting_mode": strings.ToLower(a.NestedType.Nesting.String()),
				"attributes":   attributesJSON(a.NestedType.Attributes),
			}
		} else {
			attribute["type"] = a.Type
		}

		out[a.Name] = attribute
	}

	return out
}

func functionJSON(f *tfprotov6.Function) object {
	out := object{
		"summary":             f.Summary,
		"description":         f.Description,
		"deprecation_message": f.DeprecationMessage,
		"return_type":         f.Return.Type,
	}

	var parameters []object
	for _, p := range f.Parameters {
		parameters = append(parameters, parameterJSON(p))
	}

	if parameters != nil {
		out["parameters"] = parameters
	}

	if f.VariadicParameter != nil {
		out["variadic_parameter"] = parameterJSON(f.VariadicParameter)
	}

	return out
}

func parameterJSON(p *tfprotov6.FunctionParameter) object {
	return object{
		"name":        p.Name,
		"description": p.Description,
		"is_nullable": p.AllowNullValue,
		"type":        p.Type,
	}
}

func identityJSON(s *tfprotov6.ResourceIdentitySchema) object {
	attributes := object{}
	for _, a := range s.IdentityAttributes {
		attributes[a.Name] = object{
			"type":                a.Type,
			"description":         a.Description,
			"required_for_import": a.RequiredForImport,
			"optional_for_import": a.OptionalForImport,
		}
	}

	return object{"version": s.Version, "attributes": attributes}
}

func kindJSON(kind tfprotov6.StringKind) string {
	return strings.ToLower(kind.String())
}
