// SPDX-License-Identifier: MPL-2.0

package function

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

type ParseCheckpointName struct{}

type parsedCheckpointName struct {
	AccountID    string  `tfsdk:"account_id"`
	JobID        *string `tfsdk:"job_id"`
	SessionID    *string `tfsdk:"session_id"`
	CheckpointID string  `tfsdk:"checkpoint_id"`
}

func NewParseCheckpointName() function.Function {
	return ParseCheckpointName{}
}

func (ParseCheckpointName) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_checkpoint_name"
}

func (ParseCheckpointName) Definition(
	_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse,
) {
	resp.Definition = function.Definition{
		Summary: "Parses the full name of a checkpoint.",
		MarkdownDescription: "Returns an object with the attributes `account_id`, `job_id` (null for a " +
			"session), `session_id` (null for a trainer job) and `checkpoint_id`. Makes no request, so the " +
			"checkpoint need not exist. Any other name is an error.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "name",
				MarkdownDescription: "The full name of the checkpoint, `" + fireworks.JobCheckpointNameForm + "` or `" +
					fireworks.SessionCheckpointNameForm + "`.",
			},
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"account_id":    types.StringType,
			"job_id":        types.StringType,
			"session_id":    types.StringType,
			"checkpoint_id": types.StringType,
		}},
	}
}

func (ParseCheckpointName) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var value string
	if resp.Error = req.Arguments.Get(ctx, &value); resp.Error != nil {
		return
	}

	name, err := fireworks.ParseCheckpointName(value)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, functionErrorText(err))
		return
	}

	parsed := parsedCheckpointName{AccountID: name.AccountID, CheckpointID: name.CheckpointID}
	if name.IsSession() {
		parsed.SessionID = &name.SessionID
	} else {
		parsed.JobID = &name.JobID
	}

	resp.Error = resp.Result.Set(ctx, parsed)
}

// functionErrorText returns the text without the final period, which Terraform adds.
func functionErrorText(err error) string {
	return strings.TrimSuffix(err.Error(), ".")
}
