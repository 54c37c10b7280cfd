// SPDX-License-Identifier: MPL-2.0

package providerdata

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// DataSource is the part that all data sources share.
type DataSource struct {
	TypeName   string
	SchemaFunc func() schema.Schema
	Data       *Data
}

// Metadata sets the type name.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.TypeName
}

// Schema sets the schema.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = d.SchemaFunc()
}

// Configure takes the provider's data.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.Data = From(req.ProviderData, &resp.Diagnostics)
}

// dataLookups are the requests of data sources. Shapes do not change during a run, so each is requested once.
type dataLookups struct {
	Models           listing[fireworks.Model]
	Deployments      listing[fireworks.Deployment]
	DeployedModels   listing[fireworks.DeployedModel]
	Routers          listing[fireworks.Router]
	FineTuningJobs   map[fireworks.FineTuningJobKind]*listing[fireworks.FineTuningJob]
	Quotas           listing[fireworks.Quota]
	deploymentShapes fireworks.SharedLookup[[]fireworks.DeploymentShapeVersion]
	trainingShapes   fireworks.SharedLookup[[]fireworks.TrainingShapeProfile]
}

// listing lists the objects of one kind in an account. Data sources that read the same at the same time share one
// request, but none gets a result whose request started before its own read: in one apply, what is read may just have
// been created.
type listing[T any] struct {
	// noun is what the objects are, such as "models".
	noun string
	// summary is that of the error when they cannot be listed.
	summary string
	list    func(client *fireworks.Client, ctx context.Context, accountID string) ([]T, error)
	lookup  fireworks.SharedLookup[[]T]
}

func (l *listing[T]) configure(
	clock fireworks.Clock, noun, summary string, list func(*fireworks.Client, context.Context, string) ([]T, error),
) {
	l.noun, l.summary, l.list, l.lookup.Clock = noun, summary, list, clock
}

// Read lists the objects of the configured account, or else of the account of the provider.
func (l *listing[T]) Read(ctx context.Context, data *Data, configured types.String, diags *diag.Diagnostics) []T {
	account := configured.ValueString()
	if account == "" {
		account = data.AccountID(ctx, path.Empty(), "The list of "+l.noun, diags)
	}

	if diags.HasError() {
		return nil
	}

	objects, err := l.lookup.Get(ctx, account, data.Clock.Now(), func(ctx context.Context) ([]T, error) {
		return l.list(data.Client, ctx, account)
	})
	if err != nil {
		data.AddAPIError(diags, accountPath(configured), l.summary,
			fmt.Sprintf("The %s of the account %s could not be listed.", l.noun, account), err,
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
	switch fireworks.StatusOf(err) {
	case http.StatusNotFound:
		return fmt.Sprintf("Check the account ID %q and base_url.", account)
	case http.StatusForbidden:
		return fmt.Sprintf("The API key may not list the account %q. Check account_id, or use a key of that account.",
			account)
	}

	return ""
}

func (d *Data) MatchDeploymentShapes(
	ctx context.Context, account, baseModel string, enableAddons bool,
) ([]fireworks.DeploymentShapeVersion, error) {
	key := fmt.Sprintf("%s %t", baseModel, enableAddons)

	return d.Reads.deploymentShapes.Get(ctx, key, time.Time{},
		func(ctx context.Context) ([]fireworks.DeploymentShapeVersion, error) {
			return d.Client.MatchDeploymentShapes(ctx, account, baseModel, enableAddons)
		})
}

func (d *Data) FindTrainingShapes(
	ctx context.Context, query fireworks.TrainingShapeQuery,
) ([]fireworks.TrainingShapeProfile, error) {
	key := fmt.Sprintf("%+v", query)

	return d.Reads.trainingShapes.Get(ctx, key, time.Time{},
		func(ctx context.Context) ([]fireworks.TrainingShapeProfile, error) {
			return d.Client.FindTrainingShapes(ctx, query)
		})
}

// AccountID returns the account of the provider. what names the thing that needs it, which an error on the attribute
// reports.
func (d *Data) AccountID(ctx context.Context, attribute path.Path, what string, diags *diag.Diagnostics) string {
	account, err := d.Account(ctx)
	if err != nil {
		d.AddAPIError(diags, attribute, diagnostic.SummaryAccountUnknown,
			fmt.Sprintf("%s needs an account, and none is configured.", what), err, "")
	}

	return account
}

// SetState writes the values of all attributes into the state of a data source.
func SetState(ctx context.Context, state *tfsdk.State, values map[string]attr.Value) diag.Diagnostics {
	attrTypes := make(map[string]attr.Type, len(values))
	for name, value := range values {
		attrTypes[name] = value.Type(ctx)
	}

	object, diags := types.ObjectValue(attrTypes, values)
	if diags.HasError() {
		return diags
	}

	return state.Set(ctx, object)
}

// KeepConfigured sets an optional argument to its configured value, if it has one: Terraform expects it to come back as
// it is, even if the object has another one.
func KeepConfigured(values map[string]attr.Value, name string, configured attr.Value) {
	if !configured.IsNull() {
		values[name] = configured
	}
}

// GetAttributes reads arguments of a data source into the targets by the names of the arguments.
func GetAttributes(ctx context.Context, config tfsdk.Config, targets map[string]any) (diags diag.Diagnostics) {
	for name, target := range targets {
		diags.Append(config.GetAttribute(ctx, path.Root(name), target)...)
	}

	return diags
}

// AccountArgument is the optional account of a listing.
func AccountArgument(what string) schema.StringAttribute {
	return attribute.OptionalText("The account of the "+what+". Defaults to the provider's account.",
		attribute.BareID("account ID"))
}

// Filtered returns the rows that match, as a copy: the rows of a shared listing must not be changed.
func Filtered[T any](rows []T, matches func(T) bool) []T {
	matching := make([]T, 0, len(rows))

	for _, row := range rows {
		if matches(row) {
			matching = append(matching, row)
		}
	}

	return matching
}

// SortedByName returns the rows sorted by name, as a copy: the rows of a shared listing must not be changed.
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
