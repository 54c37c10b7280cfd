package provider

import (
	"context"
	"fmt"
	"strconv"
	"strings"

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
		Summary:             "Builds a valid model ID from one or more parts.",
		MarkdownDescription: modelIDDescription(),
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "part",
				MarkdownDescription: "The first part, which is shortened first.",
			},
		},
		VariadicParameter: function.StringParameter{
			Name:                "parts",
			MarkdownDescription: "Further parts, in order. The end of the last part is always kept.",
		},
		Return: function.StringReturn{},
	}
}

// modelIDDescription returns the rules and a table of examples.
func modelIDDescription() string {
	var description strings.Builder

	fmt.Fprintf(&description, "Builds the ID from the parts as follows. %s\n\n"+
		"1. Each part is converted to lower case, every run of other characters than `a`–`z` and `0`–`9` in it becomes one `-`, and `-` at "+
		"both ends is trimmed. A part of which nothing remains is an error.\n"+
		"1. The parts are joined with `-`. If the result has at most %d characters, it is the ID.\n"+
		"1. Otherwise the parts are shortened until the ID has at most %d characters: one after the other, from the first to the last but one, at "+
		"the end and to no less than %d characters; then the last part, at its start and to no less than its last %d characters. If that "+
		"does not suffice, the first parts are omitted. A single part keeps its first %d characters and as much of its end as fits.\n"+
		"1. Before the last part, the ID of a shortened name contains %d characters of a hash (SHA-256, Base32) of the result of step 2. "+
		"So different checkpoints have different IDs, even if what distinguishes them was cut.\n\n"+
		"| parts | ID |\n| --- | --- |\n",
		fireworks.ModelIDRules(), fireworks.MaxModelIDLength, fireworks.MaxModelIDLength, fireworks.ModelIDPartStart,
		fireworks.ModelIDLastEnd, fireworks.ModelIDPartStart, fireworks.ModelIDHashLength)

	for _, parts := range modelIDExamples {
		result := "error"
		if id, err := fireworks.BuildModelID(parts...); err == nil {
			result = "`" + id + "`"
		}

		quotedParts := make([]string, len(parts))
		for i, part := range parts {
			quotedParts[i] = "`" + strconv.Quote(part) + "`"
		}

		fmt.Fprintf(&description, "| %s | %s |\n", strings.Join(quotedParts, ", "), result)
	}

	return description.String()
}

// modelIDExamples are the parts of the examples in the documentation.
var modelIDExamples = [][]string{
	{"Support Bot", "qwen3_8b", "v1.2"},
	{"support", "step-200-5e6f7a8b"},
	{"Customer Support / EMEA, first and second line", "2026.03", "step-200-5e6f7a8b"},
	{"support", "run-1a2b3c4d5e6f7a8b-customer-support-emea-first-line-step-200-5e6f7a8b"},
	{"run-1a2b3c4d5e6f7a8b-customer-support-emea-first-line-step-200-5e6f7a8b"},
	{"support", "日本"},
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
