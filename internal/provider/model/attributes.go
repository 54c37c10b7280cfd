// SPDX-License-Identifier: MPL-2.0

package model

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
)

// dataAttributes are the attributes of a model that a listing returns as well.
func dataAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name":         attribute.ComputedText("The full name, `" + fireworks.ModelNameForm + "`."),
		"model_id":     attribute.ComputedText("The bare ID."),
		"account_id":   attribute.ComputedText("The account of the model."),
		"display_name": attribute.ComputedText("The display name."),
		"description":  attribute.ComputedText("The description."),
		"public":       attribute.ComputedBool("Whether the model is public."),
		"state": attribute.ComputedText("The state; `" + fireworks.ModelStateReady + "` once the model can " +
			"be deployed."),
		"kind": attribute.ComputedText("The kind, such as `HF_BASE_MODEL` (full weights) or `HF_PEFT_ADDON` " +
			"(a LoRA adapter)."),
		"create_time":    attribute.ComputedText(attribute.CreateTimeText),
		"update_time":    attribute.ComputedText(attribute.UpdateTimeText),
		"context_length": attribute.ComputedNumber("The context length in tokens."),
		"peft_details": attribute.ComputedObject("The LoRA adapter; null for full weights.",
			map[string]schema.Attribute{
				"base_model":      attribute.ComputedText("The base model of the adapter."),
				"r":               attribute.ComputedNumber("The rank of the adapter."),
				"target_modules":  attribute.ComputedTexts("The modules that the adapter changes."),
				"base_model_type": attribute.ComputedText("The type of the base model."),
			}),
		"supports_lora":        attribute.ComputedBool("Whether the model supports LoRA adapters."),
		"supports_tools":       attribute.ComputedBool("Whether the model supports tool calls."),
		"supports_image_input": attribute.ComputedBool("Whether the model accepts images."),
		"tunable":              attribute.ComputedBool("Whether the model can be fine-tuned."),
		"model_type":           attribute.ComputedText("The architecture of the base model, such as `qwen3`."),
		"parameter_count":      attribute.ComputedNumber("The number of parameters of the base model."),
		"default_draft_model":  attribute.ComputedText("The full name of the default model for speculative decoding."),
		"hugging_face_url":     attribute.ComputedText("The URL of the model on Hugging Face."),
		"fine_tuning_job":      attribute.ComputedText("The full name of the fine-tuning job that created the model."),
		"imported_from":        attribute.ComputedText("Where an uploaded model comes from, such as a bucket."),
	}
}

// dataValues are the values of dataAttributes.
func dataValues(model fireworks.Model) map[string]attr.Value {
	accountID, modelID := types.StringNull(), types.StringNull()
	if name, err := fireworks.ParseModelName(model.Name); err == nil {
		accountID, modelID = types.StringValue(name.AccountID), types.StringValue(name.ModelID)
	}

	var details fireworks.BaseModelDetails
	if model.BaseModelDetails != nil {
		details = *model.BaseModelDetails
	}

	return map[string]attr.Value{
		"name":                 types.StringValue(model.Name),
		"model_id":             modelID,
		"account_id":           accountID,
		"display_name":         attribute.StringOrNull(model.DisplayName),
		"description":          attribute.StringOrNull(model.Description),
		"public":               types.BoolValue(model.Public),
		"state":                attribute.StringOrNull(model.State),
		"kind":                 attribute.StringOrNull(model.Kind),
		"create_time":          attribute.StringOrNull(model.CreateTime.String()),
		"update_time":          attribute.StringOrNull(model.UpdateTime.String()),
		"context_length":       attribute.Int64OrNull(model.ContextLength),
		"peft_details":         attribute.PEFTDetails(model.PEFTDetails),
		"supports_lora":        types.BoolValue(model.SupportsLora),
		"supports_tools":       types.BoolValue(model.SupportsTools),
		"supports_image_input": types.BoolValue(model.SupportsImageInput),
		"tunable":              types.BoolValue(model.Tunable),
		"model_type":           attribute.StringOrNull(details.ModelType),
		"parameter_count":      attribute.Int64OrNull(details.ParameterCount),
		"default_draft_model":  attribute.StringOrNull(model.DefaultDraftModel),
		"hugging_face_url":     attribute.StringOrNull(model.HuggingFaceURL),
		"fine_tuning_job":      attribute.StringOrNull(model.FineTuningJob),
		"imported_from":        attribute.StringOrNull(model.ImportedFrom),
	}
}
