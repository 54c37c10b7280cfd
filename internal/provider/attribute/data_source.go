// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The descriptions that several schemas share.
const (
	CreateTimeText       = "The creation time, RFC 3339."
	UpdateTimeText       = "The time of the last change, RFC 3339."
	InferenceModelText   = "The value of `model` in inference requests."
	InferenceBaseURLText = "The base URL for OpenAI-compatible clients."
)

func OptionalText(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: validators}
}

func ComputedText(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func ComputedNumber(description string) schema.Int64Attribute {
	return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
}

func ComputedBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
}

func ComputedTexts(description string) schema.ListAttribute {
	return schema.ListAttribute{MarkdownDescription: description, ElementType: types.StringType, Computed: true}
}

func ComputedMap(description string, elementType attr.Type) schema.MapAttribute {
	return schema.MapAttribute{MarkdownDescription: description, ElementType: elementType, Computed: true}
}

func ComputedObject(description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{MarkdownDescription: description, Attributes: attributes, Computed: true}
}

// ComputedRows is a list of objects. The framework asks for their type for each null value of each row, and would build
// it anew: that takes a third of the time and memory of a long list.
func ComputedRows(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: description,
		NestedObject: schema.NestedAttributeObject{
			Attributes: attributes,
			CustomType: types.ObjectType{AttrTypes: RowTypes(attributes)},
		},
		Computed: true,
	}
}

// DataAttributes returns the computed attributes of a resource as those of a data source.
func DataAttributes(computed map[string]resourceschema.Attribute) map[string]schema.Attribute {
	attributes := make(map[string]schema.Attribute, len(computed))

	for name, attribute := range computed {
		switch attribute.(type) {
		case resourceschema.StringAttribute:
			attributes[name] = ComputedText(attribute.GetMarkdownDescription())
		case resourceschema.Int64Attribute:
			attributes[name] = ComputedNumber(attribute.GetMarkdownDescription())
		case resourceschema.BoolAttribute:
			attributes[name] = ComputedBool(attribute.GetMarkdownDescription())
		}
	}

	return attributes
}

// RowTypes returns the types of the attributes of a nested object.
func RowTypes(attributes map[string]schema.Attribute) map[string]attr.Type {
	attrTypes := make(map[string]attr.Type, len(attributes))
	for name, attribute := range attributes {
		attrTypes[name] = attribute.GetType()
	}

	return attrTypes
}
