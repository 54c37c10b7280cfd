// SPDX-License-Identifier: MPL-2.0

package providerdata

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// Listing lists the objects of one kind in an account. Its requests are not shared: in one apply, what is read may just
// have been created.
type Listing[T any] struct {
	// Noun is what the objects are, such as "models".
	Noun string
	// Summary is that of the error when they cannot be listed.
	Summary string
	List    func(client *fireworks.Client, ctx context.Context, accountID string) ([]T, error)
}

// The listings that two nouns need.
var (
	Models = Listing[fireworks.Model]{
		Noun: "models", Summary: diagnostic.SummaryModelsNotListed, List: (*fireworks.Client).ListModels,
	}
	Deployments = Listing[fireworks.Deployment]{
		Noun: "deployments", Summary: diagnostic.SummaryDeploymentsNotListed, List: (*fireworks.Client).ListDeployments,
	}
)

// Read lists the objects of the configured account, or else of the account of the provider. After an earlier error it
// does nothing.
func (l Listing[T]) Read(ctx context.Context, data *Data, configured types.String, diags *diag.Diagnostics) []T {
	if diags.HasError() || !data.RequireClient(diags) {
		return nil
	}

	account := configured.ValueString()
	if account == "" {
		account = data.AccountID(ctx, path.Empty(), "The list of "+l.Noun, diags)
	}

	if diags.HasError() {
		return nil
	}

	objects, err := l.List(data.Client, ctx, account)
	if err != nil {
		data.AddAPIError(diags, accountPath(configured), l.Summary,
			fmt.Sprintf("The %s of the account %s could not be listed.", l.Noun, account), err,
			listRemedy(err, account))
	}

	return objects
}

// accountPath returns the argument to blame when an account cannot be listed.
func accountPath(configured types.String) path.Path {
	if configured.IsNull() {
		return path.Empty()
	}

	return path.Root("account_id")
}

// listRemedy returns the next step after an account could not be listed; empty means the usual one.
func listRemedy(err error, account string) string {
	switch {
	case fireworks.IsNotFound(err):
		return fmt.Sprintf("Check the account ID %q and base_url.", account)
	case fireworks.IsPermissionDenied(err):
		return fmt.Sprintf("The API key may not list the account %q. Check account_id, or use a key of that account.",
			account)
	}

	return ""
}

// ListState is the state of a data source that lists objects, such as fireworks_models. All of them write it in this
// way: for 10,000 deployments, types.List and State.Set take several times as long, because they validate and copy each
// row again and again.
type ListState[T any] struct {
	// Attribute is the name of the list.
	Attribute string
	Rows      []T
	// Values returns the attributes of a row.
	Values func(row T) map[string]attr.Value
	// Others are the other computed attributes.
	Others map[string]attr.Value
}

// Set writes the state, in which the arguments stay as they are configured.
func (l ListState[T]) Set(ctx context.Context, resp *datasource.ReadResponse) {
	state, err := l.raw(ctx, resp.State)
	if err != nil {
		resp.Diagnostics.AddError(diagnostic.SummaryObjectNotListed, diagnostic.Sentence(err.Error()))
		return
	}

	resp.State.Raw = state
}

// raw returns the state whose arguments are those of current.
func (l ListState[T]) raw(ctx context.Context, current tfsdk.State) (tftypes.Value, error) {
	stateType, _ := current.Schema.Type().TerraformType(ctx).(tftypes.Object)
	listType, _ := stateType.AttributeTypes[l.Attribute].(tftypes.List)
	rows := make([]tftypes.Value, len(l.Rows))

	for i, row := range l.Rows {
		values, err := rawValues(ctx, l.Values(row))
		if err != nil {
			return tftypes.Value{}, err
		}

		rows[i] = tftypes.NewValue(listType.ElementType, values)
	}

	computed, err := rawValues(ctx, l.Others)
	if err != nil {
		return tftypes.Value{}, err
	}

	var attributes map[string]tftypes.Value
	if err := current.Raw.As(&attributes); err != nil {
		return tftypes.Value{}, err
	}

	maps.Copy(attributes, computed)
	attributes[l.Attribute] = tftypes.NewValue(listType, rows)

	return tftypes.NewValue(stateType, attributes), nil
}

func rawValues(ctx context.Context, values map[string]attr.Value) (map[string]tftypes.Value, error) {
	raw := make(map[string]tftypes.Value, len(values))

	for name, value := range values {
		var err error
		if raw[name], err = value.ToTerraformValue(ctx); err != nil {
			return nil, err
		}
	}

	return raw, nil
}

// ModelFilter says which models are listed; a null argument matches all.
type ModelFilter struct {
	AccountID  types.String `tfsdk:"account_id"`
	BaseModel  types.String `tfsdk:"base_model"`
	Kind       types.String `tfsdk:"kind"`
	State      types.String `tfsdk:"state"`
	NamePrefix types.String `tfsdk:"name_prefix"`
}

// Matches reports whether the model matches all filters.
func (f ModelFilter) Matches(model fireworks.Model) bool {
	baseModel := ""
	if model.PEFTDetails != nil {
		baseModel = model.PEFTDetails.BaseModel
	}

	return (f.BaseModel.IsNull() || f.BaseModel.ValueString() == baseModel) &&
		(f.Kind.IsNull() || f.Kind.ValueString() == string(model.Kind)) &&
		(f.State.IsNull() || f.State.ValueString() == string(model.State)) &&
		HasNamePrefix(model.Name, f.NamePrefix.ValueString())
}

// HasNamePrefix reports whether the ID in a full name starts with the prefix, or the name itself if the prefix contains
// a slash.
func HasNamePrefix(name, prefix string) bool {
	if !strings.Contains(prefix, "/") {
		name = name[strings.LastIndexByte(name, '/')+1:]
	}

	return strings.HasPrefix(name, prefix)
}

// Filtered returns the rows that match, as a copy.
func Filtered[T any](rows []T, matches func(T) bool) []T {
	matching := make([]T, 0, len(rows))

	for _, row := range rows {
		if matches(row) {
			matching = append(matching, row)
		}
	}

	return matching
}

// SortedByName returns the rows sorted by name, as a copy.
func SortedByName[T any](rows []T, name func(T) string) []T {
	return slices.SortedFunc(slices.Values(rows), func(a, b T) int { return strings.Compare(name(a), name(b)) })
}

// NewestFirst compares the times of two rows as points in time, and their names where the times are equal.
func NewestFirst(aTime, bTime fireworks.Timestamp, aName, bName string) int {
	if order := bTime.Time().Compare(aTime.Time()); order != 0 {
		return order
	}

	return strings.Compare(aName, bName)
}
