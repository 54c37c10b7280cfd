// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"fmt"
	"math"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework-validators/helpers/validatordiag"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// WholeNumberType is the type of the integers that users configure. For any other number, the type of the framework
// reports a bug in the provider, before a validator can say what is wrong.
type WholeNumberType struct{ basetypes.Int64Type }

// Equal reports whether values of the other type can have this type, which are those of types.Int64.
func (t WholeNumberType) Equal(other attr.Type) bool {
	_, ok := other.(WholeNumberType)
	return ok || t.Int64Type.Equal(other)
}

// ValueFromTerraform returns a types.Int64, which is unknown for a number that Validate reports.
func (t WholeNumberType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	if notWhole(in) != nil {
		return types.Int64Unknown(), nil
	}

	return t.Int64Type.ValueFromTerraform(ctx, in)
}

// Validate reports a number that is not whole, or too large. The framework calls it before it uses a value.
func (WholeNumberType) Validate(_ context.Context, in tftypes.Value, attribute path.Path) (diags diag.Diagnostics) {
	if number := notWhole(in); number != nil {
		diags.AddAttributeError(attribute, diagnostic.SummaryNotWholeNumber, Located(attribute,
			fmt.Sprintf("The value is %s; it must be a whole number of at most 64 bits.", number.Text('g', 10))))
	}

	return diags
}

// notWhole returns a known number that is not a 64-bit integer, nil for any other value.
func notWhole(in tftypes.Value) *big.Float {
	number := numberOf(in)
	if number == nil {
		return nil
	}

	if _, accuracy := number.Int64(); accuracy == big.Exact {
		return nil
	}

	return number
}

// PositiveNumberType is the type of the fractions that users configure, which are 32-bit numbers on the platform. For a
// number that 64 bits cannot represent, the type of the framework reports a bug in the provider, like WholeNumberType.
type PositiveNumberType struct{ basetypes.Float64Type }

// Equal reports whether values of the other type can have this type, which are those of types.Float64.
func (t PositiveNumberType) Equal(other attr.Type) bool {
	_, ok := other.(PositiveNumberType)
	return ok || t.Float64Type.Equal(other)
}

// ValueFromTerraform returns a types.Float64, which is unknown for a number that Validate reports.
func (t PositiveNumberType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	if notPositive(in) != nil {
		return types.Float64Unknown(), nil
	}

	return t.Float64Type.ValueFromTerraform(ctx, in)
}

// Validate reports a number that is not greater than 0 on the platform, or too large.
func (PositiveNumberType) Validate(
	_ context.Context, in tftypes.Value, attribute path.Path,
) (diags diag.Diagnostics) {
	if number := notPositive(in); number != nil {
		diags.Append(validatordiag.InvalidAttributeValueDiagnostic(attribute,
			"value must be a 32-bit number greater than 0", number.Text('g', 10)))
	}

	return diags
}

// notPositive returns a known number that is not greater than 0 with 32 bits, or infinite, nil for any other value.
func notPositive(in tftypes.Value) *big.Float {
	number := numberOf(in)
	if number == nil {
		return nil
	}

	if rounded, _ := number.Float32(); rounded > 0 && !math.IsInf(float64(rounded), 0) {
		return nil
	}

	return number
}

// numberOf returns a known number, nil for any other value.
func numberOf(in tftypes.Value) *big.Float {
	var number *big.Float
	if !in.IsKnown() || in.IsNull() || in.As(&number) != nil {
		return nil
	}

	return number
}
