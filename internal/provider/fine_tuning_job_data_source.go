package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// fineTuningJobDataSource reads a managed fine-tuning job.
type fineTuningJobDataSource struct{ dataSource }

var (
	_ datasource.DataSourceWithConfigure      = (*fineTuningJobDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*fineTuningJobDataSource)(nil)
)

func newFineTuningJobDataSource() datasource.DataSource {
	return &fineTuningJobDataSource{dataSource{typeName: "fine_tuning_job", schema: fineTuningJobSchema}}
}

// jobArgument is the argument that names a job; a bare ID belongs to the given kind.
func jobArgument(kind fireworks.FineTuningJobKind) nameArgument[fireworks.FineTuningJobName] {
	return nameArgument[fireworks.FineTuningJobName]{
		objectNames: objectNames[fireworks.FineTuningJobName]{
			noun: "fine-tuning job", parse: fireworks.ParseFineTuningJobName,
			join: func(accountID, id string) fireworks.FineTuningJobName {
				return fireworks.FineTuningJobName{AccountID: accountID, Kind: kind, JobID: id}
			},
		},
		attribute: "job_id",
		notFound:  summaryNoSuchFineTuningJob,
		notRead:   summaryFineTuningJobNotRead,
		findHint: fmt.Sprintf("The collection %s was read; kind selects another one. The data source "+
			"fireworks_fine_tuning_jobs lists the jobs of an account.", kind.Collection()),
	}
}

func fineTuningJobSchema() schema.Schema {
	kind := jobKindArgument("the job", "that of the full name in `job_id`, and to `supervised` for a bare ID")
	kind.Computed = true

	attributes := fineTuningJobAttributes()
	attributes["kind"] = kind
	attributes["job_id"] = schema.StringAttribute{
		MarkdownDescription: "The job: a bare ID for a job in the account of the provider, or its full name, `" +
			fireworks.SupervisedFineTuningJobNameForm + "`, `" + fireworks.DPOJobNameForm + "` or `" +
			fireworks.ReinforcementFineTuningJobNameForm + "`.",
		Required:   true,
		Validators: []validator.String{resourceNameOrID("fine-tuning job ID", fireworks.ParseFineTuningJobName)},
	}

	return schema.Schema{
		MarkdownDescription: "Reads a managed fine-tuning job and the model that it created. It does not wait for " +
			"the job, and a job that failed is not an error.\n\nA job can fail without reporting it, and stay " +
			"`RUNNING`. Check `update_time` and `progress_percent` of a job that takes too long.",
		Attributes: attributes,
	}
}

// ValidateConfig reports a kind that contradicts the full name.
func (d *fineTuningJobDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	var jobID, kind types.String
	resp.Diagnostics.Append(getAttributes(ctx, req.Config, map[string]any{"job_id": &jobID, "kind": &kind})...)

	name, err := fireworks.ParseFineTuningJobName(jobID.ValueString())
	if err != nil || !isKnown(kind) || kind.ValueString() == string(name.Kind) {
		return
	}

	resp.Diagnostics.AddAttributeError(path.Root("kind"), summaryContradictingJobKind, fmt.Sprintf(
		"job_id names a job of the kind %s, but kind is %q.\n\nRemove kind, or set it to "+
			"%q.", name.Kind, kind.ValueString(), name.Kind))
}

func (d *fineTuningJobDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var kind types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("kind"), &kind)...)

	configured, name := jobArgument(configuredJobKind(kind)).read(ctx, d.data, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	job, err := d.data.client.GetFineTuningJob(ctx, name)
	if err != nil {
		jobArgument(name.Kind).addNotRead(d.data, &resp.Diagnostics, name, err)
		return
	}

	values := fineTuningJobValues(name, job)
	values["job_id"] = configured

	resp.Diagnostics.Append(setState(ctx, &resp.State, values)...)
}
