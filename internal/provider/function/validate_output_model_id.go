// SPDX-License-Identifier: MPL-2.0

package function

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

type ValidateOutputModelID struct{}

func NewValidateOutputModelID() function.Function {
	return ValidateOutputModelID{}
}

func (ValidateOutputModelID) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "validate_output_model_id"
}

func (ValidateOutputModelID) Definition(
	_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse,
) {
	resp.Definition = function.Definition{
		Summary: "Validates the ID of a model to create.",
		MarkdownDescription: "Returns one message for each violated rule; the list is empty for a valid ID. " +
			fireworks.ModelIDRules() + " The same rules apply to `output_model_id` of `fireworks_promoted_model`.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "id",
				MarkdownDescription: "The model ID to check, without the account.",
			},
		},
		Return: function.ListReturn{ElementType: types.StringType},
	}
}

func (ValidateOutputModelID) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var id string
	if resp.Error = req.Arguments.Get(ctx, &id); resp.Error != nil {
		return
	}

	messages := fireworks.ValidateModelID(id)
	if messages == nil {
		messages = []string{}
	}

	resp.Error = resp.Result.Set(ctx, messages)
}
