// SPDX-License-Identifier: MPL-2.0

// Package function has the functions of the provider.
package function

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

type ModelID struct{}

func NewModelID() function.Function {
	return ModelID{}
}

func (ModelID) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "model_id"
}

func (ModelID) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             "Builds a valid model ID from one or more parts.",
		MarkdownDescription: ModelIDDescription(),
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

// ModelIDDescription returns the rules and a table of examples.
func ModelIDDescription() string {
	var description strings.Builder

	fmt.Fprintf(&description, "Builds the ID from the parts in these steps:\n\n"+
		"1. Convert each part to lower case, replace every run of characters other than `a`–`z` and `0`–`9` with "+
		"one `-`, and trim `-`. A part of which nothing remains is an error.\n1. Join the parts with `-`. A result "+
		"of at most %d characters is the ID.\n1. Otherwise shorten it as far as needed: first all parts but the "+
		"last, in order, at their ends to about %d characters; then the last part, at its start to about %d; then "+
		"omit the first parts. A single part keeps its first %d characters and its end.\n1. Insert %d characters of "+
		"a hash of the result of step 2 (SHA-256 in Base32) before the last part.\n\n"+
		"| Parts | ID |\n| --- | --- |\n",
		fireworks.MaxModelIDLength, fireworks.ModelIDPartStart, fireworks.ModelIDLastEnd, fireworks.ModelIDPartStart,
		fireworks.ModelIDHashLength)

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

	description.WriteString("\nThe hash gives different IDs to results of step 2 that differ only in what was cut.")

	return description.String()
}

// modelIDExamples are the parts of the examples in the documentation.
var modelIDExamples = [][]string{
	{"Support Bot", "qwen3_8b", "v1.2"},
	{"Customer Support / EMEA, first and second line", "2026.03", "step-200-5e6f7a8b"},
	{"support", "run-1a2b3c4d5e6f7a8b-customer-support-emea-first-line-step-200-5e6f7a8b"},
	{"run-1a2b3c4d5e6f7a8b-customer-support-emea-first-line-step-200-5e6f7a8b"},
	{"support", "日本"},
}

func (ModelID) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
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
