// SPDX-License-Identifier: MPL-2.0

// Package checkpoint is the data source fireworks_checkpoints.
package checkpoint

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// DataSource lists the checkpoints of a trainer job or a training session.
type DataSource struct{ providerdata.DataSource }

var (
	_ datasource.DataSourceWithConfigure        = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*DataSource)(nil)
)

func NewDataSource() datasource.DataSource {
	return &DataSource{providerdata.DataSource{TypeName: "checkpoints", SchemaFunc: DataSourceSchema}}
}

type DataSourceArguments struct {
	JobID, SessionName types.String
	PromotableOnly     types.Bool
	CheckpointTypes    types.List
	PageSize           types.Int64
}

func DataSourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists all checkpoints of a trainer job or a serverless training session, and selects the " +
			"latest promotable one.\n\nThis works in any state of the job, and for 30 days after it was deleted.",
		Attributes: map[string]schema.Attribute{
			"job_id": attribute.OptionalText("The trainer job, as a bare ID in the provider's account or `"+fireworks.JobNameForm+"`. "+
				"Exactly one of `job_id` and `session_name` must be set.",
				attribute.ResourceNameOrID("job ID", fireworks.ParseJobName)),
			"session_name": attribute.OptionalText("The training session, as a bare ID in the provider's account or "+
				"`"+fireworks.SessionNameForm+"`. "+
				"Exactly one of `job_id` and `session_name` must be set.",
				attribute.ResourceNameOrID("session ID", fireworks.ParseSessionName)),
			"promotable_only": schema.BoolAttribute{
				MarkdownDescription: "Whether to omit checkpoints that cannot be promoted. Defaults to `false`.",
				Optional:            true,
			},
			"checkpoint_types": schema.ListAttribute{
				MarkdownDescription: "The values of `checkpoint_type` to list, such as " +
					"`[\"CHECKPOINT_TYPE_INFERENCE_LORA\"]`, compared as they are. It also applies to " +
					"`latest_promotable`. The platform does not document what a promotion of each type creates: check " +
					"the `kind` of the promoted model. Defaults to all types.",
				ElementType: types.StringType,
				Optional:    true,
			},
			"page_size": schema.Int64Attribute{
				CustomType: attribute.WholeNumberType{},
				MarkdownDescription: fmt.Sprintf(
					"The number of checkpoints per request, 1 to %d. All pages are read in any case. Defaults to `%d`.",
					fireworks.MaxPageSize,
					fireworks.MaxPageSize,
				),
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(1, fireworks.MaxPageSize)},
			},

			"id": attribute.ComputedText("The full name of the trainer job or the training session."),
			"checkpoints": attribute.ComputedRows("The checkpoints, oldest first, and by name if their times are equal.",
				checkpointAttributes()),
			"latest_promotable": attribute.ComputedObject("The promotable checkpoint with the latest `create_time`, "+
				"and the "+
				"last by name if several have the same, of the `checkpoint_types` if they are set; null if there is "+
				"none.", checkpointAttributes()),
		},
	}
}

func checkpointAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": attribute.ComputedText("The full name, as `checkpoint_name` of a " +
			"`fireworks_promoted_model` expects it."),
		"checkpoint_id": attribute.ComputedText("The ID of the checkpoint within its job or session."),
		"create_time":   attribute.ComputedText("When the checkpoint was created, RFC 3339."),
		"update_time":   attribute.ComputedText("When the checkpoint was last updated, RFC 3339."),
		"checkpoint_type": attribute.ComputedText("The type as the platform names it. The platform does not " +
			"document the " +
			"types: use `promotable` to decide whether the checkpoint can be promoted."),
		"promotable": attribute.ComputedBool("Whether the checkpoint can be promoted."),
	}
}

func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("job_id"), path.MatchRoot("session_name")),
	}
}

func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var arguments DataSourceArguments

	resp.Diagnostics.Append(providerdata.GetAttributes(ctx, req.Config, map[string]any{
		"job_id":           &arguments.JobID,
		"session_name":     &arguments.SessionName,
		"promotable_only":  &arguments.PromotableOnly,
		"checkpoint_types": &arguments.CheckpointTypes,
		"page_size":        &arguments.PageSize,
	})...)

	client := d.Data.RequireClient(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	parent, attribute := d.parent(ctx, arguments, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	// This request is never shared: during an apply a training run may write a checkpoint between two reads.
	started := d.Data.Clock.Now()

	rows, err := client.ListCheckpoints(ctx, parent, int(arguments.PageSize.ValueInt64()))
	switch {
	case fireworks.IsNotFound(err):
		resp.Diagnostics.AddAttributeError(attribute, diagnostic.SummaryNoSuchTrainingRun,
			diagnostic.APIDetail(fmt.Sprintf("%s does not exist.", parent), err, providerdata.NoSuchTrainingRunHint))

		return
	case err != nil:
		d.Data.AddAPIError(&resp.Diagnostics, attribute, diagnostic.SummaryCheckpointsNotRead,
			fmt.Sprintf("The checkpoints of %s could not be listed.", parent), err, "")

		return
	}

	d.Data.Lookups.Checkpoints.Keep(parent.String(), rows, started)

	rows = providerdata.Filtered(rows, arguments.hasType)
	resp.State.Raw = CheckpointsState(resp.State.Schema.Type().TerraformType(ctx), arguments, parent.String(), rows)
}

// parent returns the job or session whose checkpoints are requested, and the argument that names it.
func (d *DataSource) parent(
	ctx context.Context,
	arguments DataSourceArguments,
	diags *diag.Diagnostics,
) (fireworks.CheckpointParent, path.Path) {
	if !arguments.SessionName.IsNull() {
		attribute, id := path.Root("session_name"), arguments.SessionName.ValueString()

		session, err := fireworks.ParseSessionName(id)
		if strings.Contains(id, "/") {
			addInvalidName(diags, attribute, err)
			return session, attribute
		}

		account := d.bareIDAccount(ctx, attribute, "training session", id, diags)

		return fireworks.SessionName{AccountID: account, SessionID: id}, attribute
	}

	attribute, id := path.Root("job_id"), arguments.JobID.ValueString()

	job, err := fireworks.ParseJobName(id)
	if strings.Contains(id, "/") {
		addInvalidName(diags, attribute, err)
		return job, attribute
	}

	return fireworks.JobName{AccountID: d.bareIDAccount(ctx, attribute, "trainer job", id, diags), JobID: id}, attribute
}

func addInvalidName(diags *diag.Diagnostics, attribute path.Path, err error) {
	if err != nil {
		diags.AddAttributeError(attribute, diagnostic.SummaryInvalidResourceName, err.Error())
	}
}

// bareIDAccount returns the account of a bare ID, which an error on the attribute names.
func (d *DataSource) bareIDAccount(
	ctx context.Context, attribute path.Path, noun, id string, diags *diag.Diagnostics,
) string {
	if addInvalidName(diags, attribute, fireworks.ValidateID(noun+" ID", id)); diags.HasError() {
		return ""
	}

	return d.Data.AccountID(ctx, attribute, fmt.Sprintf("The bare %s ID %q", noun, id), diags)
}

// hasType reports whether the checkpoint has one of the configured types. They are the choice of the user: the platform
// documents neither the types nor what a promotion of each gives.
func (a DataSourceArguments) hasType(checkpoint fireworks.Checkpoint) bool {
	checkpointType := types.StringValue(string(checkpoint.Type))

	wanted := slices.DeleteFunc(a.CheckpointTypes.Elements(), attr.Value.IsNull)

	return len(wanted) == 0 || slices.ContainsFunc(wanted, checkpointType.Equal)
}

// CheckpointsState builds the state of the data source.
func CheckpointsState(
	stateType tftypes.Type, arguments DataSourceArguments, id string, rows []fireworks.Checkpoint,
) tftypes.Value {
	rowType := stateType.(tftypes.Object).AttributeTypes["latest_promotable"] //nolint:forcetypeassert // a schema is an object by construction

	listed := rows
	if arguments.PromotableOnly.ValueBool() {
		listed = slices.DeleteFunc(slices.Clone(rows), func(row fireworks.Checkpoint) bool { return !row.Promotable })
	}

	latest := tftypes.NewValue(rowType, nil)
	if promotable := fireworks.Promotable(rows); len(promotable) > 0 {
		latest = checkpointValue(rowType, promotable[0])
	}

	return tftypes.NewValue(stateType, map[string]tftypes.Value{
		"job_id":            attribute.RawString(arguments.JobID),
		"session_name":      attribute.RawString(arguments.SessionName),
		"checkpoint_types":  rawStrings(arguments.CheckpointTypes),
		"promotable_only":   tftypes.NewValue(tftypes.Bool, arguments.PromotableOnly.ValueBoolPointer()),
		"page_size":         tftypes.NewValue(tftypes.Number, arguments.PageSize.ValueInt64Pointer()),
		"id":                tftypes.NewValue(tftypes.String, id),
		"checkpoints":       attribute.RawList(rowType, listed, checkpointValue),
		"latest_promotable": latest,
	})
}

func checkpointValue(rowType tftypes.Type, row fireworks.Checkpoint) tftypes.Value {
	return tftypes.NewValue(rowType, map[string]tftypes.Value{
		"name":            tftypes.NewValue(tftypes.String, row.Name),
		"checkpoint_id":   tftypes.NewValue(tftypes.String, row.ID()),
		"create_time":     attribute.RawString(attribute.StringOrNull(row.CreateTime.String())),
		"update_time":     attribute.RawString(attribute.StringOrNull(row.UpdateTime.String())),
		"checkpoint_type": attribute.RawString(attribute.StringOrNull(string(row.Type))),
		"promotable":      tftypes.NewValue(tftypes.Bool, row.Promotable),
	})
}

// rawStrings returns a list of strings, which may be null.
func rawStrings(texts types.List) tftypes.Value {
	listType := tftypes.List{ElementType: tftypes.String}
	if texts.IsNull() {
		return tftypes.NewValue(listType, nil)
	}

	elements := make([]tftypes.Value, 0, len(texts.Elements()))

	for _, element := range texts.Elements() {
		text, _ := element.(types.String)
		elements = append(elements, attribute.RawString(text))
	}

	return tftypes.NewValue(listType, elements)
}
