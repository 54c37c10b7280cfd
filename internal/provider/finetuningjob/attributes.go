// SPDX-License-Identifier: MPL-2.0

package finetuningjob

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
)

// jobKindArgument is the kind that selects a collection of jobs.
func jobKindArgument(what, defaultsTo string) schema.StringAttribute {
	kinds := make([]string, 0, len(fireworks.FineTuningJobKinds()))
	for _, kind := range fireworks.FineTuningJobKinds() {
		kinds = append(kinds, string(kind))
	}

	return attribute.OptionalText(
		fmt.Sprintf("The kind of %s: `%s`. Defaults to %s.", what, strings.Join(kinds, "`, `"), defaultsTo),
		stringvalidator.OneOf(kinds...),
	)
}

// configuredJobKind returns the kind that is configured, or the default.
func configuredJobKind(configured types.String) fireworks.FineTuningJobKind {
	return cmp.Or(fireworks.FineTuningJobKind(configured.ValueString()), fireworks.FineTuningJobSupervised)
}

// fineTuningJobAttributes are the attributes of a job that its data source and the listing have in common.
func fineTuningJobAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"job_id":     attribute.ComputedText("The bare ID of the job."),
		"kind":       attribute.ComputedText("The kind of the job: `supervised`, `dpo` or `reinforcement`."),
		"id":         attribute.ComputedText("The full name, such as `" + fireworks.SupervisedFineTuningJobNameForm + "`."),
		"name":       attribute.ComputedText("The same as `id`."),
		"account_id": attribute.ComputedText("The account of the job."),
		"state": attribute.ComputedText("The state, such as `RUNNING`, `COMPLETED`, `EARLY_STOPPED` or " +
			"`FAILED`. A job can fail and stay `RUNNING`: check `update_time`."),
		"status_code":    attribute.ComputedText("The code of the status, such as `INVALID_ARGUMENT`; null for success."),
		"status_message": attribute.ComputedText("The message of the status, such as why the job failed."),
		"output_model": attribute.ComputedText("The full name of the created model; null unless `COMPLETED` " +
			"or `EARLY_STOPPED`."),
		"output_model_name": attribute.ComputedText("The full name of the model to create, once the job " +
			"reports it; the model may not exist yet."),
		"base_model": attribute.ComputedText("The full name of the base model; null if the job continues " +
			"from `warm_start_from`."),
		"warm_start_from":    attribute.ComputedText("The full name of the model that the job continues to train."),
		"dataset":            attribute.ComputedText("The full name of the dataset."),
		"evaluation_dataset": attribute.ComputedText("The full name of the evaluation dataset."),
		"display_name":       attribute.ComputedText("The display name."),
		"created_by":         attribute.ComputedText("The user who created the job."),
		"create_time":        attribute.ComputedText(attribute.CreateTimeText),
		"update_time":        attribute.ComputedText("The time of the last change, RFC 3339; only for supervised jobs."),
		"completed_time":     attribute.ComputedText("When the job ended, RFC 3339."),
		"lora_rank":          attribute.ComputedNumber("The rank of the LoRA adapter; null for full weights."),
		"epochs":             attribute.ComputedNumber("The number of epochs."),
		"max_context_length": attribute.ComputedNumber("The longest context for training, in tokens."),
		"learning_rate":      schema.Float64Attribute{MarkdownDescription: "The learning rate.", Computed: true},
		"progress_percent":   attribute.ComputedNumber("The progress in percent; null before the first report."),
	}
}

// fineTuningJobValues are the values of fineTuningJobAttributes. The name is that of the job.
func fineTuningJobValues(name fireworks.FineTuningJobName, job fireworks.FineTuningJob) map[string]attr.Value {
	outputModel := types.StringNull()
	if job.Completed() {
		outputModel = attribute.StringOrNull(job.OutputModel)
	}

	learningRate := types.Float64Null()
	if job.LearningRate != 0 {
		learningRate = types.Float64Value(float64(job.LearningRate))
	}

	progress := types.Int64Null()
	if job.Progress != nil {
		progress = types.Int64Value(int64(job.Progress.Percent))
	}

	return map[string]attr.Value{
		"job_id":             types.StringValue(name.JobID),
		"kind":               types.StringValue(string(name.Kind)),
		"id":                 types.StringValue(name.String()),
		"name":               types.StringValue(name.String()),
		"account_id":         types.StringValue(name.AccountID),
		"state":              attribute.StringOrNull(job.State),
		"status_code":        attribute.StringOrNull(job.StatusCode),
		"status_message":     attribute.StringOrNull(job.StatusMessage),
		"output_model":       outputModel,
		"output_model_name":  attribute.StringOrNull(job.OutputModel),
		"base_model":         attribute.StringOrNull(job.BaseModel),
		"warm_start_from":    attribute.StringOrNull(job.WarmStartFrom),
		"dataset":            attribute.StringOrNull(job.Dataset),
		"evaluation_dataset": attribute.StringOrNull(job.EvaluationDataset),
		"display_name":       attribute.StringOrNull(job.DisplayName),
		"created_by":         attribute.StringOrNull(job.CreatedBy),
		"create_time":        attribute.StringOrNull(job.CreateTime.String()),
		"update_time":        attribute.StringOrNull(job.UpdateTime.String()),
		"completed_time":     attribute.StringOrNull(job.CompletedTime.String()),
		"lora_rank":          attribute.Int64OrNull(job.LoRARank),
		"epochs":             attribute.Int64OrNull(job.Epochs),
		"max_context_length": attribute.Int64OrNull(job.MaxContextLength),
		"learning_rate":      learningRate,
		"progress_percent":   progress,
	}
}
