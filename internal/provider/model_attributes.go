package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// modelAttributes are the attributes of a model that a listing returns as well.
func modelAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name":           computedText("The full name of the model, `" + fireworks.ModelNameForm + "`."),
		"model_id":       computedText("The bare ID of the model."),
		"account_id":     computedText("The account of the model."),
		"display_name":   computedText("The display name of the model."),
		"description":    computedText("The description of the model."),
		"public":         computedBool("Whether the model is public."),
		"state":          computedText("The state of the model; `" + fireworks.ModelStateReady + "` once it can be deployed."),
		"kind":           computedText("The kind of the model, such as `HF_BASE_MODEL` (full weights) or `HF_PEFT_ADDON` (a LoRA adapter)."),
		"create_time":    computedText("The time at which the model was created, RFC 3339."),
		"update_time":    computedText("The time at which the model was last changed, RFC 3339."),
		"context_length": computedNumber("The context length of the model in tokens."),
		"peft_details": computedObject("The LoRA adapter; null for a full-weight model.", map[string]schema.Attribute{
			"base_model":      computedText("The base model of the adapter."),
			"r":               computedNumber("The rank of the adapter."),
			"target_modules":  computedTexts("The modules that the adapter changes."),
			"base_model_type": computedText("The type of the base model."),
		}),
		"supports_lora":        computedBool("Whether LoRA adapters can be trained for the model or loaded onto it."),
		"supports_tools":       computedBool("Whether the model supports tool calls."),
		"supports_image_input": computedBool("Whether the model accepts images."),
		"tunable":              computedBool("Whether the model can be fine-tuned."),
		"model_type":           computedText("The architecture of the base model, such as `qwen3`."),
		"parameter_count":      computedNumber("The number of parameters of the base model."),
		"default_draft_model":  computedText("The full name of the model used by default for speculative decoding."),
		"hugging_face_url":     computedText("The URL of the model on Hugging Face."),
		"fine_tuning_job":      computedText("The full name of the fine-tuning job that created the model."),
		"imported_from":        computedText("Where an uploaded model comes from, such as a bucket."),
	}
}

// modelValues are the values of modelAttributes.
func modelValues(model fireworks.Model) map[string]attr.Value {
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
		"display_name":         stringOrNull(model.DisplayName),
		"description":          stringOrNull(model.Description),
		"public":               types.BoolValue(model.Public),
		"state":                stringOrNull(model.State),
		"kind":                 stringOrNull(model.Kind),
		"create_time":          stringOrNull(model.CreateTime.String()),
		"update_time":          stringOrNull(model.UpdateTime.String()),
		"context_length":       int64OrNull(model.ContextLength),
		"peft_details":         peftDetails(model.PEFTDetails),
		"supports_lora":        types.BoolValue(model.SupportsLora),
		"supports_tools":       types.BoolValue(model.SupportsTools),
		"supports_image_input": types.BoolValue(model.SupportsImageInput),
		"tunable":              types.BoolValue(model.Tunable),
		"model_type":           stringOrNull(details.ModelType),
		"parameter_count":      int64OrNull(details.ParameterCount),
		"default_draft_model":  stringOrNull(model.DefaultDraftModel),
		"hugging_face_url":     stringOrNull(model.HuggingFaceURL),
		"fine_tuning_job":      stringOrNull(model.FineTuningJob),
		"imported_from":        stringOrNull(model.ImportedFrom),
	}
}
