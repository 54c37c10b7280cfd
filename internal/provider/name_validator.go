package provider

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// stringValidator validates a string with a function that returns what is wrong with it, each problem as its own error.
type stringValidator struct {
	summary     string
	description string
	problems    func(string) []string
}

func (v stringValidator) Description(context.Context) string { return v.description }

func (v stringValidator) MarkdownDescription(context.Context) string { return v.description }

func (v stringValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !isKnown(req.ConfigValue) {
		return
	}

	for _, problem := range v.problems(req.ConfigValue.ValueString()) {
		resp.Diagnostics.AddAttributeError(req.Path, v.summary, problem)
	}
}

// problemsOf returns the text of an error, if there is one.
func problemsOf(err error) []string {
	if err == nil {
		return nil
	}

	return []string{err.Error()}
}

// resourceName accepts the full names that parse accepts.
func resourceName[N any](parse func(string) (N, error)) validator.String {
	return stringValidator{
		summary:     summaryInvalidResourceName,
		description: "value must have the form " + expectedForm(parse),
		problems: func(value string) []string {
			_, err := parse(value)
			return problemsOf(err)
		},
	}
}

// resourceNameOrID accepts a bare ID, and the full names that parse accepts.
func resourceNameOrID[N any](kind string, parse func(string) (N, error)) validator.String {
	return stringValidator{
		summary:     summaryInvalidResourceName,
		description: "value must be a bare " + kind + " or have the form " + expectedForm(parse),
		problems: func(value string) []string {
			err := fireworks.ValidateID(kind, value)
			if strings.Contains(value, "/") {
				_, err = parse(value)
			}

			return problemsOf(err)
		},
	}
}

// bareID accepts an ID without slashes; kind names it in errors, such as "account ID".
func bareID(kind string) validator.String {
	return stringValidator{
		summary:     summaryInvalidResourceName,
		description: "value must be a bare " + kind,
		problems:    func(value string) []string { return problemsOf(fireworks.ValidateID(kind, value)) },
	}
}

func expectedForm[N any](parse func(string) (N, error)) string {
	_, err := parse("")

	if nameErr, ok := errors.AsType[*fireworks.NameError](err); ok {
		return nameErr.Expected
	}

	return ""
}

func accountIDValidator() validator.String {
	return stringValidator{
		summary:     summaryInvalidAccountID,
		description: "value must be a bare account ID",
		problems:    func(id string) []string { return problemsOf(fireworks.ValidateID("account ID", id)) },
	}
}
