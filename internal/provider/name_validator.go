package provider

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

type nameValidator struct {
	summary     string
	description string
	check       func(string) error
}

// resourceName accepts the full names that parse accepts.
func resourceName[N any](parse func(string) (N, error)) validator.String {
	return nameValidator{
		summary:     summaryInvalidResourceName,
		description: "value must have the form " + expectedForm(parse),
		check:       onlyError(parse),
	}
}

// resourceNameOrID accepts a bare ID, and the full names that parse accepts.
func resourceNameOrID[N any](kind string, parse func(string) (N, error)) validator.String {
	parseError := onlyError(parse)

	return nameValidator{
		summary:     summaryInvalidResourceName,
		description: "value must be a bare " + kind + " or have the form " + expectedForm(parse),
		check: func(value string) error {
			if strings.Contains(value, "/") {
				return parseError(value)
			}

			return fireworks.ValidateID(kind, value)
		},
	}
}

// bareID accepts an ID without slashes; kind names it in errors, such as "account ID".
func bareID(kind string) validator.String {
	return nameValidator{
		summary:     summaryInvalidResourceName,
		description: "value must be a bare " + kind,
		check:       func(value string) error { return fireworks.ValidateID(kind, value) },
	}
}

func (v nameValidator) Description(context.Context) string { return v.description }

func (v nameValidator) MarkdownDescription(context.Context) string { return v.description }

func (v nameValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}

	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, v.summary, err.Error())
	}
}

func onlyError[N any](parse func(string) (N, error)) func(string) error {
	return func(value string) error {
		_, err := parse(value)
		return err
	}
}

func expectedForm[N any](parse func(string) (N, error)) string {
	_, err := parse("")

	var nameErr *fireworks.NameError
	if errors.As(err, &nameErr) {
		return nameErr.Expected
	}

	return ""
}
