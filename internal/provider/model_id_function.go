package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

type modelIDFunction struct{}

func newModelIDFunction() function.Function {
	return modelIDFunction{}
}

func (modelIDFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "model_id"
}

func (modelIDFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Makes a valid model ID of one or more parts.",
		MarkdownDescription: "Lower-cases each part, turns every run of characters other than `a`–`z` and `0`–`9` into one `-`, drops the `-` at both ends, " +
			"and joins the parts that are left with `-`. " +
			fmt.Sprintf(
				"When the result would be longer than %d characters, the first part is shortened, ",
				fireworks.MaxModelIDLength,
			) +
			"and dropped when the others leave no room for it, so that the last part, often a step or a date, survives. " +
			"It is an error when nothing is left. " + fireworks.ModelIDRules(),
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "part",
				MarkdownDescription: "The first part, which is the one to be shortened.",
			},
		},
		VariadicParameter: function.StringParameter{
			Name:                "parts",
			MarkdownDescription: "Further parts, in order. A part without a letter or digit is left out.",
		},
		Return: function.StringReturn{},
	}
}

func (modelIDFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var (
		first  string
		others []string
	)
	if resp.Error = req.Arguments.Get(ctx, &first, &others); resp.Error != nil {
		return
	}

	id, err := fireworks.BuildModelID(append([]string{first}, others...)...)
	if err != nil {
		resp.Error = function.NewFuncError(functionErrorText(err))
		return
	}

	resp.Error = resp.Result.Set(ctx, id)
}
