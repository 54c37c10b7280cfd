package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

type outputModelIDValidator struct{}

// outputModelID reports every rule of a model ID that is broken, each as its own error.
func outputModelID() validator.String {
	return outputModelIDValidator{}
}

func (outputModelIDValidator) Description(context.Context) string {
	return fireworks.ModelIDRules()
}

func (outputModelIDValidator) MarkdownDescription(context.Context) string {
	return fireworks.ModelIDRules()
}

func (outputModelIDValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}

	for _, message := range fireworks.ValidateModelID(req.ConfigValue.ValueString()) {
		resp.Diagnostics.AddAttributeError(req.Path, summaryInvalidOutputModelID, message)
	}
}
