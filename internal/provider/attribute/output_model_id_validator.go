// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// OutputModelID reports every rule of a model ID that is broken, each as its own error.
func OutputModelID() validator.String {
	return StringValidator{
		Summary:  diagnostic.SummaryInvalidOutputModelID,
		Rule:     fireworks.ModelIDRules(),
		Problems: fireworks.ValidateModelID,
	}
}
