package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// outputModelID reports every rule of a model ID that is broken, each as its own error.
func outputModelID() validator.String {
	return stringValidator{
		summary:     summaryInvalidOutputModelID,
		description: fireworks.ModelIDRules(),
		problems:    fireworks.ValidateModelID,
	}
}
