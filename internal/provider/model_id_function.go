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
		Summary: "Builds a valid model ID from one or more parts.",
		MarkdownDescription: "Converts each part to lower case, replaces every run of characters other than `a`–`z` and `0`–`9` " +
			"with one `-`, trims `-` at both ends, " +
			"and joins the parts that are not empty with `-`. " +
			fmt.Sprintf("If the result is longer than %d characters, the first part is shortened, ",
				fireworks.MaxModelIDLength) +
			"or omitted if there is no room for it, so that the last part, often a step or a date, is preserved. " +
			"An empty result is an error. " + fireworks.ModelIDRules(),
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "part",
				MarkdownDescription: "The first part, which is shortened if necessary.",
			},
		},
		VariadicParameter: function.StringParameter{
			Name:                "parts",
			MarkdownDescription: "Further parts, in order. A part without a letter or digit is omitted.",
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
