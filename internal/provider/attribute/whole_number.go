// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"fmt"
	"math/big"

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
		diags.AddAttributeError(attribute, diagnostic.SummaryNotWholeNumber,
			fmt.Sprintf("The value is %s; it must be a whole number of at most 64 bits.", number.Text('g', -1)))
	}

	return diags
}

// notWhole returns a known number that is not a 64-bit integer, nil for any other value.
func notWhole(in tftypes.Value) *big.Float {
	var number *big.Float
	if !in.IsKnown() || in.IsNull() || in.As(&number) != nil {
		return nil
	}

	if _, accuracy := number.Int64(); accuracy == big.Exact {
		return nil
	}

	return number
}
