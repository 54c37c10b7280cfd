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

type dataSourceArguments struct {
	JobID, SessionName types.String
	PromotableOnly     types.Bool
	CheckpointTypes    types.List
	PageSize           types.Int64
}

func DataSourceSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the checkpoints of a trainer job or a serverless training session, in " +
			"any state, and selects the latest promotable one.",
		Attributes: map[string]schema.Attribute{
			"job_id": attribute.OptionalText("The trainer job, also for 30 days after its deletion: a bare "+
				"ID in the provider's account, or a full name, `"+fireworks.JobNameForm+"`. Set exactly "+
				"one of `job_id` and `session_name`.",
				attribute.ResourceNameOrID("job ID", fireworks.ParseJobName)),
			"session_name": attribute.OptionalText("The training session: a bare ID in the provider's "+
				"account, or a full name, `"+fireworks.SessionNameForm+"`.",
				attribute.ResourceNameOrID("session ID", fireworks.ParseSessionName)),
			"promotable_only": schema.BoolAttribute{
				MarkdownDescription: "List only promotable checkpoints. Defaults to `false`.",
				Optional:            true,
			},
			"checkpoint_types": schema.ListAttribute{
				MarkdownDescription: "The values of `checkpoint_type` to list and to select from, such as " +
					"`[\"CHECKPOINT_TYPE_INFERENCE_LORA\"]`. Defaults to all types.",
				ElementType: types.StringType,
				Optional:    true,
			},
			"page_size": schema.Int64Attribute{
				CustomType: attribute.WholeNumberType{},
				MarkdownDescription: fmt.Sprintf("The number of checkpoints per request, at most %d; all pages are "+
					"read. Defaults to `%d`.", fireworks.MaxPageSize, fireworks.MaxPageSize),
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(1, fireworks.MaxPageSize)},
			},

			"id": attribute.ComputedText("The full name of the job or session."),
			"checkpoints": attribute.ComputedRows("The checkpoints, oldest first.",
				checkpointAttributes()),
			"latest_promotable": attribute.ComputedObject("The promotable checkpoint with the latest "+
				"`create_time`; null without one.", checkpointAttributes()),
		},
	}
}

func checkpointAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name":            attribute.ComputedText("The full name, for `checkpoint_name` of a `fireworks_promoted_model`."),
		"checkpoint_id":   attribute.ComputedText("The ID within the job or session."),
		"create_time":     attribute.ComputedText(attribute.CreateTimeText),
		"update_time":     attribute.ComputedText(attribute.UpdateTimeText),
		"checkpoint_type": attribute.ComputedText("The type, whose meaning the platform does not document."),
		"promotable":      attribute.ComputedBool("Whether the checkpoint can be promoted."),
	}
}

func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("job_id"), path.MatchRoot("session_name")),
	}
}

func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var arguments dataSourceArguments

	resp.Diagnostics.Append(providerdata.GetAttributes(ctx, req.Config, map[string]any{
		"job_id":           &arguments.JobID,
		"session_name":     &arguments.SessionName,
		"promotable_only":  &arguments.PromotableOnly,
		"checkpoint_types": &arguments.CheckpointTypes,
		"page_size":        &arguments.PageSize,
	})...)

	if !d.Data.RequireClient(&resp.Diagnostics) || resp.Diagnostics.HasError() {
		return
	}

	parent, argument := d.parent(ctx, arguments, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	// This request is never shared: during an apply a training run may write a checkpoint between two reads.
	started := d.Data.Clock.Now()

	rows, err := d.Data.Client.ListCheckpoints(ctx, parent, int(arguments.PageSize.ValueInt64()))
	switch {
	case fireworks.IsNotFound(err):
		resp.Diagnostics.AddAttributeError(argument, diagnostic.SummaryNoSuchTrainingRun,
			diagnostic.APIDetail(fmt.Sprintf("%s does not exist.", parent), err, providerdata.NoSuchTrainingRunHint))

		return
	case err != nil:
		d.Data.AddAPIError(&resp.Diagnostics, argument, diagnostic.SummaryCheckpointsNotRead,
			fmt.Sprintf("The checkpoints of %s could not be listed.", parent), err, "")

		return
	}

	d.Data.Lookups.Checkpoints.Keep(parent.String(), rows, started)

	rows = providerdata.Filtered(rows, arguments.hasType)
	latest := types.ObjectNull(attribute.RowTypes(checkpointAttributes()))

	if promotable := fireworks.Promotable(rows); len(promotable) > 0 {
		latest = types.ObjectValueMust(latest.AttributeTypes(ctx), checkpointValues(promotable[0]))
	}

	providerdata.ListState[fireworks.Checkpoint]{
		Attribute: "checkpoints", Values: checkpointValues,
		Rows: providerdata.Filtered(rows, func(row fireworks.Checkpoint) bool {
			return row.Promotable || !arguments.PromotableOnly.ValueBool()
		}),
		Others: map[string]attr.Value{"id": types.StringValue(parent.String()), "latest_promotable": latest},
	}.Set(ctx, resp)
}

// parent returns the job or session whose checkpoints are requested, and the argument that names it.
func (d *DataSource) parent(
	ctx context.Context,
	arguments dataSourceArguments,
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
func (a dataSourceArguments) hasType(checkpoint fireworks.Checkpoint) bool {
	checkpointType := types.StringValue(string(checkpoint.Type))

	wanted := slices.DeleteFunc(a.CheckpointTypes.Elements(), attr.Value.IsNull)

	return len(wanted) == 0 || slices.ContainsFunc(wanted, checkpointType.Equal)
}

func checkpointValues(row fireworks.Checkpoint) map[string]attr.Value {
	return map[string]attr.Value{
		"name":            types.StringValue(row.Name),
		"checkpoint_id":   types.StringValue(row.ID()),
		"create_time":     attribute.StringOrNull(row.CreateTime.String()),
		"update_time":     attribute.StringOrNull(row.UpdateTime.String()),
		"checkpoint_type": attribute.StringOrNull(row.Type),
		"promotable":      types.BoolValue(row.Promotable),
	}
}
