package provider

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// jobKindArgument is the kind that selects a collection of jobs.
func jobKindArgument(what, defaultsTo string) schema.StringAttribute {
	kinds := make([]string, 0, len(fireworks.FineTuningJobKinds()))
	for _, kind := range fireworks.FineTuningJobKinds() {
		kinds = append(kinds, string(kind))
	}

	return optionalText(
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
		"job_id":         computedText("The bare ID of the job."),
		"kind":           computedText("The kind of the job: `supervised`, `dpo` or `reinforcement`."),
		"id":             computedText("The full name, such as `" + fireworks.SupervisedFineTuningJobNameForm + "`."),
		"name":           computedText("The full name of the job, the same as `id`."),
		"account_id":     computedText("The account of the job."),
		"state":          computedText("The state, such as `RUNNING`, `COMPLETED`, `EARLY_STOPPED` or `FAILED`."),
		"status_code":    computedText("The code of the status, such as `INVALID_ARGUMENT`; null for success."),
		"status_message": computedText("The message of the status, for example why the job failed."),
		"output_model": computedText("The full name of the model that the job created; null until the job is " +
			"`COMPLETED` or `EARLY_STOPPED`."),
		"output_model_name": computedText("The full name of the model that the job creates, as soon as the job " +
			"reports it. The model may not exist yet."),
		"base_model": computedText("The full name of the base model; null if the job continues from " +
			"`warm_start_from`."),
		"warm_start_from":    computedText("The full name of the model that the job continues to train."),
		"dataset":            computedText("The full name of the dataset."),
		"evaluation_dataset": computedText("The full name of the evaluation dataset."),
		"display_name":       computedText("The display name of the job."),
		"created_by":         computedText("The user who created the job."),
		"create_time":        computedText("The time at which the job was created, RFC 3339."),
		"update_time": computedText("The time at which the job was last changed, RFC 3339. Only supervised jobs " +
			"have one."),
		"completed_time":     computedText("The time at which the job ended, RFC 3339."),
		"lora_rank":          computedNumber("The rank of the LoRA adapter; null for full-weight training."),
		"epochs":             computedNumber("The number of epochs."),
		"max_context_length": computedNumber("The longest context that the job trains with, in tokens."),
		"learning_rate":      schema.Float64Attribute{MarkdownDescription: "The learning rate.", Computed: true},
		"progress_percent":   computedNumber("The progress in percent; null until the job first reports it."),
	}
}

// fineTuningJobValues are the values of fineTuningJobAttributes. The name is that of the job.
func fineTuningJobValues(name fireworks.FineTuningJobName, job fireworks.FineTuningJob) map[string]attr.Value {
	outputModel := types.StringNull()
	if job.Completed() {
		outputModel = stringOrNull(job.OutputModel)
	}

	learningRate := types.Float64Null()
	if job.LearningRate != 0 {
		learningRate = types.Float64Value(job.LearningRate)
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
		"state":              stringOrNull(job.State),
		"status_code":        stringOrNull(job.StatusCode),
		"status_message":     stringOrNull(job.StatusMessage),
		"output_model":       outputModel,
		"output_model_name":  stringOrNull(job.OutputModel),
		"base_model":         stringOrNull(job.BaseModel),
		"warm_start_from":    stringOrNull(job.WarmStartFrom),
		"dataset":            stringOrNull(job.Dataset),
		"evaluation_dataset": stringOrNull(job.EvaluationDataset),
		"display_name":       stringOrNull(job.DisplayName),
		"created_by":         stringOrNull(job.CreatedBy),
		"create_time":        stringOrNull(job.CreateTime.String()),
		"update_time":        stringOrNull(job.UpdateTime.String()),
		"completed_time":     stringOrNull(job.CompletedTime.String()),
		"lora_rank":          int64OrNull(job.LoRARank),
		"epochs":             int64OrNull(job.Epochs),
		"max_context_length": int64OrNull(job.MaxContextLength),
		"learning_rate":      learningRate,
		"progress_percent":   progress,
	}
}
