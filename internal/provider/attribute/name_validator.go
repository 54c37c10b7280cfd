// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// StringValidator validates a string with a function that returns what is wrong with it, each problem as its own error.
type StringValidator struct {
	Summary  string
	Rule     string
	Problems func(string) []string
}

func (v StringValidator) Description(context.Context) string { return v.Rule }

func (v StringValidator) MarkdownDescription(context.Context) string { return v.Rule }

func (v StringValidator) ValidateString(
	_ context.Context, req validator.StringRequest, resp *validator.StringResponse,
) {
	if !IsKnown(req.ConfigValue) {
		return
	}

	for _, problem := range v.Problems(req.ConfigValue.ValueString()) {
		resp.Diagnostics.AddAttributeError(req.Path, v.Summary, Located(req.Path, problem))
	}
}

// Located returns a problem with the path of the attribute if that is nested, which Terraform does not show.
func Located(attribute path.Path, problem string) string {
	steps := attribute.Steps()
	if _, isElementOfSet := steps[len(steps)-1].(path.PathStepElementKeyValue); isElementOfSet {
		attribute = attribute.ParentPath()
	}

	if len(attribute.Steps()) < 2 {
		return problem
	}

	return attribute.String() + ": " + problem
}

// problemsOf returns the text of an error, if there is one.
func problemsOf(err error) []string {
	if err == nil {
		return nil
	}

	return []string{err.Error()}
}

// ResourceName accepts the full names that parse accepts.
func ResourceName[N any](parse func(string) (N, error)) validator.String {
	return StringValidator{
		Summary: diagnostic.SummaryInvalidResourceName,
		Rule:    "value must have the form " + expectedForm(parse),
		Problems: func(value string) []string {
			_, err := parse(value)
			return problemsOf(err)
		},
	}
}

// ResourceNameOrID accepts a bare ID, and the full names that parse accepts.
func ResourceNameOrID[N any](kind string, parse func(string) (N, error)) validator.String {
	return StringValidator{
		Summary: diagnostic.SummaryInvalidResourceName,
		Rule:    "value must be a bare " + kind + " or have the form " + expectedForm(parse),
		Problems: func(value string) []string {
			err := fireworks.ValidateID(kind, value)
			if strings.Contains(value, "/") {
				_, err = parse(value)
			}

			return problemsOf(err)
		},
	}
}

// BareID accepts an ID without slashes; kind names it in errors, such as "account ID".
func BareID(kind string) validator.String {
	return StringValidator{
		Summary:  diagnostic.SummaryInvalidResourceName,
		Rule:     "value must be a bare " + kind,
		Problems: func(value string) []string { return problemsOf(fireworks.ValidateID(kind, value)) },
	}
}

func expectedForm[N any](parse func(string) (N, error)) string {
	_, err := parse("")

	if nameErr, ok := errors.AsType[*fireworks.NameError](err); ok {
		return nameErr.Expected
	}

	return ""
}

func AccountIDValidator() validator.String {
	return StringValidator{
		Summary:  diagnostic.SummaryInvalidAccountID,
		Rule:     "value must be a bare account ID",
		Problems: func(id string) []string { return problemsOf(fireworks.ValidateID("account ID", id)) },
	}
}
