// SPDX-License-Identifier: MPL-2.0

package finetuningjob

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// ListDataSource lists the fine-tuning jobs of one kind in an account.
type ListDataSource struct{ providerdata.DataSource }

var _ datasource.DataSourceWithConfigure = (*ListDataSource)(nil)

func NewListDataSource() datasource.DataSource {
	return &ListDataSource{providerdata.DataSource{TypeName: "fine_tuning_jobs", SchemaFunc: fineTuningJobsSchema}}
}

// fineTuningJobFilter is what a job must match; a null argument matches all.
type fineTuningJobFilter struct {
	AccountID         types.String `tfsdk:"account_id"`
	Kind              types.String `tfsdk:"kind"`
	BaseModel         types.String `tfsdk:"base_model"`
	State             types.String `tfsdk:"state"`
	DisplayNamePrefix types.String `tfsdk:"display_name_prefix"`
	NamePrefix        types.String `tfsdk:"name_prefix"`
	Jobs              types.List   `tfsdk:"jobs"`
	Names             types.List   `tfsdk:"names"`
	LatestCompleted   types.Object `tfsdk:"latest_completed"`
}

// listedJob is a job whose name is valid.
type listedJob struct {
	fireworks.FineTuningJob
	name fireworks.FineTuningJobName
}

func fineTuningJobsSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the managed fine-tuning jobs of an account that match all filters, " +
			"newest first, and selects the one that completed last.",
		Attributes: map[string]schema.Attribute{
			"account_id": providerdata.AccountArgument("jobs"),
			"kind":       jobKindArgument("the jobs", "`supervised`"),
			"base_model": attribute.OptionalText("The full name of the base model, in any account: `"+
				fireworks.ModelNameForm+"`. Jobs that continue from another model have "+
				"none.", attribute.ResourceName(fireworks.ParseModelName)),
			"state":               attribute.OptionalText("The state, such as `COMPLETED`, with or without the prefix `JOB_STATE_`."),
			"display_name_prefix": attribute.OptionalText("The first characters of the display name."),
			"name_prefix": attribute.OptionalText("The first characters of the job ID, or of the full name " +
				"if the prefix contains a slash."),

			"jobs": attribute.ComputedRows("The jobs.",
				fineTuningJobAttributes()),
			"names": attribute.ComputedTexts("The full names, in the same order."),
			"latest_completed": attribute.ComputedObject("The matching `COMPLETED` or `EARLY_STOPPED` job with the "+
				"latest `completed_time` (`create_time` if it has none); null without one.", fineTuningJobAttributes()),
		},
	}
}

func (d *ListDataSource) Read(
	ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse,
) {
	var filter fineTuningJobFilter
	resp.Diagnostics.Append(req.Config.Get(ctx, &filter)...)

	kind := configuredJobKind(filter.Kind)
	listing := providerdata.Listing[fireworks.FineTuningJob]{
		Noun: string(kind) + " fine-tuning jobs", Summary: diagnostic.SummaryFineTuningJobsNotListed,
		List: func(client *fireworks.Client, ctx context.Context, accountID string) ([]fireworks.FineTuningJob, error) {
			return client.ListFineTuningJobs(ctx, accountID, kind)
		},
	}

	listed := listing.Read(ctx, d.Data, filter.AccountID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	jobs := filter.matching(listed)

	names := make([]string, len(jobs))
	for i, job := range jobs {
		names[i] = job.Name
	}

	providerdata.ListState[listedJob]{
		Attribute: "jobs", Rows: jobs, Values: listedJob.values,
		Others: map[string]attr.Value{
			"names": attribute.StringList(names), "latest_completed": latestCompleted(jobs),
		},
	}.Set(ctx, resp)
}

func (f *fineTuningJobFilter) matching(listed []fireworks.FineTuningJob) []listedJob {
	var jobs []listedJob

	for _, job := range listed {
		name, err := fireworks.ParseFineTuningJobName(job.Name)
		if err == nil && f.matches(job) {
			jobs = append(jobs, listedJob{job, name})
		}
	}

	slices.SortFunc(jobs, func(a, b listedJob) int {
		return providerdata.NewestFirst(a.CreateTime, b.CreateTime, a.Name, b.Name)
	})

	return jobs
}

func (f *fineTuningJobFilter) matches(job fireworks.FineTuningJob) bool {
	state := strings.TrimPrefix(f.State.ValueString(), fireworks.FineTuningJobStatePrefix)

	return (f.BaseModel.IsNull() || f.BaseModel.ValueString() == job.BaseModel) &&
		(f.State.IsNull() || state == string(job.State)) &&
		strings.HasPrefix(job.DisplayName, f.DisplayNamePrefix.ValueString()) &&
		providerdata.HasNamePrefix(job.Name, f.NamePrefix.ValueString())
}

// latestCompleted returns the job that completed last, null if none has.
func latestCompleted(jobs []listedJob) types.Object {
	attrTypes := attribute.RowTypes(fineTuningJobAttributes())

	completed := providerdata.Filtered(jobs, func(job listedJob) bool { return job.Completed() })
	if len(completed) == 0 {
		return types.ObjectNull(attrTypes)
	}

	latest := slices.MinFunc(completed, func(a, b listedJob) int {
		return providerdata.NewestFirst(a.ended(), b.ended(), a.Name, b.Name)
	})

	return types.ObjectValueMust(attrTypes, latest.values())
}

func (j listedJob) values() map[string]attr.Value {
	return fineTuningJobValues(j.name, j.FineTuningJob)
}

func (j listedJob) ended() fireworks.Timestamp { return cmp.Or(j.CompletedTime, j.CreateTime) }
