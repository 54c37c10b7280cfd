package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// dataSource is the part that all data sources share.
type dataSource struct {
	typeName string
	data     *providerData
}

// Metadata sets the type name.
func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.typeName
}

// Configure takes the provider's data.
func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = providerDataFrom(req.ProviderData, &resp.Diagnostics)
}

// dataLookups are the requests of data sources. Data sources that read the same at the same time share one request, but none gets a
// result whose request started before its own read: in one apply, what is read may just have been created. Shapes do not change
// during a run, so each is requested once.
type dataLookups struct {
	models           fireworks.SharedLookup[[]fireworks.Model]
	deployments      fireworks.SharedLookup[[]fireworks.Deployment]
	quotas           fireworks.SharedLookup[[]fireworks.Quota]
	deploymentShapes fireworks.SharedLookup[[]fireworks.DeploymentShapeVersion]
	trainingShapes   fireworks.SharedLookup[[]fireworks.TrainingShapeProfile]
}

func (l *dataLookups) setClock(clock fireworks.Clock) {
	l.models.Clock, l.deployments.Clock, l.quotas.Clock = clock, clock, clock
}

func (d *providerData) listModels(ctx context.Context, account string) ([]fireworks.Model, error) {
	return d.reads.models.Get(ctx, account, d.clock.Now(), func(ctx context.Context) ([]fireworks.Model, error) {
		return d.client.ListModels(ctx, account)
	})
}

func (d *providerData) listDeployments(ctx context.Context, account string) ([]fireworks.Deployment, error) {
	return d.reads.deployments.Get(ctx, account, d.clock.Now(), func(ctx context.Context) ([]fireworks.Deployment, error) {
		return d.client.ListDeployments(ctx, account)
	})
}

func (d *providerData) listQuotas(ctx context.Context, account string) ([]fireworks.Quota, error) {
	return d.reads.quotas.Get(ctx, account, d.clock.Now(), func(ctx context.Context) ([]fireworks.Quota, error) {
		return d.client.ListQuotas(ctx, account)
	})
}

func (d *providerData) matchDeploymentShapes(
	ctx context.Context, account, baseModel string, enableAddons bool,
) ([]fireworks.DeploymentShapeVersion, error) {
	key := fmt.Sprintf("%s %t", baseModel, enableAddons)

	return d.reads.deploymentShapes.Get(ctx, key, time.Time{}, func(ctx context.Context) ([]fireworks.DeploymentShapeVersion, error) {
		return d.client.MatchDeploymentShapes(ctx, account, baseModel, enableAddons)
	})
}

func (d *providerData) findTrainingShapes(
	ctx context.Context, query fireworks.TrainingShapeQuery,
) ([]fireworks.TrainingShapeProfile, error) {
	key := fmt.Sprintf("%+v", query)

	return d.reads.trainingShapes.Get(ctx, key, time.Time{}, func(ctx context.Context) ([]fireworks.TrainingShapeProfile, error) {
		return d.client.FindTrainingShapes(ctx, query)
	})
}

// accountID returns the configured account, or else the account of the provider. what names the thing that needs it.
func (d *providerData) accountID(ctx context.Context, configured types.String, what string, diags *diag.Diagnostics) string {
	if !configured.IsNull() {
		return configured.ValueString()
	}

	account, err := d.client.AccountID(ctx)
	if err != nil {
		addAPIError(diags, path.Empty(), summaryAccountUnknown,
			apiDetail(fmt.Sprintf("%s needs an account, and none is configured.", what), err, ""))
	}

	return account
}

// setState writes the values of all attributes into the state of a data source.
func setState(ctx context.Context, state *tfsdk.State, values map[string]attr.Value) diag.Diagnostics {
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

func computedText(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func computedNumber(description string) schema.Int64Attribute {
	return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
}

func computedBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
}

func computedTexts(description string) schema.ListAttribute {
	return schema.ListAttribute{MarkdownDescription: description, ElementType: types.StringType, Computed: true}
}

// accountArgument is the optional account of a listing.
func accountArgument(what string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "The account of the " + what + ", a bare ID. Defaults to the account of the provider.",
		Optional:            true,
		Validators:          []validator.String{bareID("account ID")},
	}
}

// nestedTypes returns the types of the attributes of a nested object.
func nestedTypes(nested schema.SingleNestedAttribute) map[string]attr.Type {
	return rowTypes(nested.Attributes)
}

// rowTypes returns the types of the attributes of a nested object.
func rowTypes(attributes map[string]schema.Attribute) map[string]attr.Type {
	attrTypes := make(map[string]attr.Type, len(attributes))
	for name, attribute := range attributes {
		attrTypes[name] = attribute.GetType()
	}

	return attrTypes
}

// stringList returns a list that is never null.
func stringList[S ~string](texts []S) types.List {
	elements := make([]attr.Value, len(texts))
	for i, text := range texts {
		elements[i] = types.StringValue(string(text))
	}

	return types.ListValueMust(types.StringType, elements)
}

// stringMap returns a map that is never null.
func stringMap(texts map[string]string) types.Map {
	elements := make(map[string]attr.Value, len(texts))
	for key, text := range texts {
		elements[key] = types.StringValue(text)
	}

	return types.MapValueMust(types.StringType, elements)
}

// filtered returns the rows that match, as a copy: the rows of a shared listing must not be changed.
func filtered[T any](rows []T, matches func(T) bool) []T {
	matching := make([]T, 0, len(rows))

	for _, row := range rows {
		if matches(row) {
			matching = append(matching, row)
		}
	}

	return matching
}

// newestFirst compares the times of two rows as points in time, and their names where the times are equal.
func newestFirst(aTime, bTime fireworks.Timestamp, aName, bName string) int {
	if order := bTime.Time().Compare(aTime.Time()); order != 0 {
		return order
	}

	return strings.Compare(aName, bName)
}
