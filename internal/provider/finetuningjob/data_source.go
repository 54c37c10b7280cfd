// SPDX-License-Identifier: MPL-2.0

// Package finetuningjob has the data sources about managed fine-tuning jobs.
package finetuningjob

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// DataSource reads a managed fine-tuning job.
type DataSource struct{ providerdata.DataSource }

var (
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

func NewDataSource() datasource.DataSource {
	return &DataSource{providerdata.DataSource{TypeName: "fine_tuning_job", SchemaFunc: fineTuningJobSchema}}
}

// jobArgument is the argument that names a job; a bare ID belongs to the given kind.
func jobArgument(kind fireworks.FineTuningJobKind) providerdata.NameArgument[fireworks.FineTuningJobName] {
	return providerdata.NameArgument[fireworks.FineTuningJobName]{
		ObjectNames: providerdata.ObjectNames[fireworks.FineTuningJobName]{
			Noun: "fine-tuning job", Parse: fireworks.ParseFineTuningJobName,
			Join: func(accountID, id string) fireworks.FineTuningJobName {
				return fireworks.FineTuningJobName{AccountID: accountID, Kind: kind, JobID: id}
			},
		},
		Attribute: "job_id",
		NotFound:  diagnostic.SummaryNoSuchFineTuningJob,
		NotRead:   diagnostic.SummaryFineTuningJobNotRead,
		FindHint: fmt.Sprintf("The collection %s was read; kind selects another one. The data source "+
			"fireworks_fine_tuning_jobs lists the jobs of an account.", kind.Collection()),
	}
}

func fineTuningJobSchema() schema.Schema {
	kind := jobKindArgument("the job", "that of a full name, `supervised` for a bare ID")
	kind.Computed = true

	attributes := fineTuningJobAttributes()
	attributes["kind"] = kind
	attributes["job_id"] = schema.StringAttribute{
		MarkdownDescription: "The job: a bare ID in the provider's account, or a full name, `" +
			fireworks.SupervisedFineTuningJobNameForm + "`, `" + fireworks.DPOJobNameForm + "` or `" +
			fireworks.ReinforcementFineTuningJobNameForm + "`.",
		Required: true,
		Validators: []validator.String{attribute.ResourceNameOrID("fine-tuning job ID",
			fireworks.ParseFineTuningJobName)},
	}

	return schema.Schema{
		MarkdownDescription: "Reads a managed fine-tuning job and the model that it created, without " +
			"waiting. A failed job is not an error.",
		Attributes: attributes,
	}
}

// ValidateConfig reports a kind that contradicts the full name.
func (d *DataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	var jobID, kind types.String
	resp.Diagnostics.Append(providerdata.GetAttributes(ctx, req.Config,
		map[string]any{"job_id": &jobID, "kind": &kind})...)

	name, err := fireworks.ParseFineTuningJobName(jobID.ValueString())
	if err != nil || !attribute.IsKnown(kind) || kind.ValueString() == string(name.Kind) {
		return
	}

	resp.Diagnostics.AddAttributeError(path.Root("kind"), diagnostic.SummaryContradictingJobKind, fmt.Sprintf(
		"job_id names a job of the kind %s, but kind is %q.\n\nRemove kind, or set it to "+
			"%q.", name.Kind, kind.ValueString(), name.Kind))
}

func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var kind types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("kind"), &kind)...)

	configured, name := jobArgument(configuredJobKind(kind)).Read(ctx, d.Data, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	job, err := d.Data.Client.GetFineTuningJob(ctx, name)
	if err != nil {
		jobArgument(name.Kind).AddNotRead(d.Data, &resp.Diagnostics, name, err)
		return
	}

	values := fineTuningJobValues(name, job)
	values["job_id"] = configured

	resp.Diagnostics.Append(providerdata.SetState(ctx, &resp.State, values)...)
}
