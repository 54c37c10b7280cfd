// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A model is a struct of values with tfsdk tags: the configuration, plan or state of a resource as the framework reads
// and writes it. These functions reach its values by the names of the attributes.

// Value returns the value of an attribute. The model must have it.
func Value[M any](model *M, name string) attr.Value {
	value, _ := structField(model, name).Interface().(attr.Value)
	return value
}

// SetValue sets an attribute to a value of its type.
func SetValue[M any](model *M, name string, value attr.Value) {
	structField(model, name).Set(reflect.ValueOf(value))
}

// Values returns the values of the named attributes that the model has.
func Values[M any](model *M, names []string) map[string]attr.Value {
	values, has := make(map[string]attr.Value, len(names)), fieldIndexes(reflect.TypeFor[M]())

	for _, name := range names {
		if _, ok := has[name]; ok {
			values[name] = Value(model, name)
		}
	}

	return values
}

// Copy sets the attributes to their values in another model.
func Copy[M any](to, from *M, names ...string) {
	for _, name := range names {
		SetValue(to, name, Value(from, name))
	}
}

// FillUnknown sets the attributes that are unknown in the plan to what the API reported. Terraform rejects a state with
// another value than a known one.
func FillUnknown[M any](plan, reported *M) {
	for name := range fieldIndexes(reflect.TypeFor[M]()) {
		if Value(plan, name).IsUnknown() {
			Copy(plan, reported, name)
		}
	}
}

// Differing returns the paths of the named attributes that are not null in the model and differ in the other one. An
// unknown value differs from a known one.
func Differing[M any](model, other *M, names ...string) (paths path.Paths) {
	for _, name := range names {
		if value := Value(model, name); !value.IsNull() && !value.Equal(Value(other, name)) {
			paths = append(paths, path.Root(name))
		}
	}

	return paths
}

// SetUnknown makes attributes unknown that only an apply can determine.
func SetUnknown[M any](ctx context.Context, model *M, names ...string) {
	for _, name := range names {
		SetValue(model, name, unknownOf(ctx, Value(model, name)))
	}
}

// unknownOf returns the unknown value of the type of a value.
func unknownOf(ctx context.Context, value attr.Value) attr.Value {
	valueType := value.Type(ctx)

	unknown, err := valueType.ValueFromTerraform(ctx, tftypes.NewValue(valueType.TerraformType(ctx),
		tftypes.UnknownValue))
	if err != nil {
		return value
	}

	return unknown
}

func structField[M any](model *M, name string) reflect.Value {
	return reflect.ValueOf(model).Elem().Field(fieldIndexes(reflect.TypeFor[M]())[name])
}

// indexes are the results of fieldIndexes by type.
var indexes sync.Map

// fieldIndexes returns the index of the field of each attribute.
func fieldIndexes(model reflect.Type) map[string]int {
	if known, ok := indexes.Load(model); ok {
		return known.(map[string]int) //nolint:forcetypeassert // the only type that is stored
	}

	byName := map[string]int{}
	for i := range model.NumField() {
		byName[model.Field(i).Tag.Get("tfsdk")] = i
	}

	indexes.Store(model, byName)

	return byName
}
