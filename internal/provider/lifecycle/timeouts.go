// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/attribute"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
)

// timeoutError is the cause of a context that ended because a timeout of the resource expired.
type timeoutError struct {
	// Argument is the argument that sets the timeout, such as timeouts.create.
	Argument string
	Limit    time.Duration
}

func (e *timeoutError) Error() string {
	return fmt.Sprintf("the timeout of %s (%s) expired", fireworks.DurationText(e.Limit), e.Argument)
}

// Unwrap makes the error match context.DeadlineExceeded.
func (e *timeoutError) Unwrap() error { return context.DeadlineExceeded }

// timeoutGetter is a method of timeouts.Value, such as Create: it returns the configured timeout or the default.
type timeoutGetter func(ctx context.Context, defaultTimeout time.Duration) (time.Duration, diag.Diagnostics)

// WithTimeout returns a copy of ctx that ends with a *timeoutError as its cause when the timeout expires.
// The caller must return when diags contains an error, and call the cancel function in any case.
func WithTimeout(
	ctx context.Context, argument string, get timeoutGetter, defaultTimeout time.Duration, diags *diag.Diagnostics,
) (context.Context, context.CancelFunc) {
	limit, getDiags := get(ctx, defaultTimeout)
	diags.Append(getDiags...)

	return context.WithTimeoutCause(ctx, limit, &timeoutError{Argument: argument, Limit: limit})
}

// expiredTimeout returns the timeout that ended ctx, or nil if ctx has not ended or was interrupted.
func expiredTimeout(ctx context.Context) *timeoutError {
	timeout, _ := errors.AsType[*timeoutError](context.Cause(ctx))
	return timeout
}

// isInterrupted reports whether ctx ended because Terraform was interrupted, not because a timeout expired.
func isInterrupted(ctx context.Context) bool {
	return ctx.Err() != nil && !errors.Is(context.Cause(ctx), context.DeadlineExceeded)
}

// NoTimeouts is the value of a timeouts block that is not configured.
func NoTimeouts() timeouts.Value {
	return timeouts.Value{
		Object: types.ObjectNull(map[string]attr.Type{"create": types.StringType, "update": types.StringType,
			"delete": types.StringType}),
	}
}

// TimeoutText describes the argument for a timeout; what says what it limits.
func TimeoutText(what string, limit time.Duration) string {
	return fmt.Sprintf("How long %s. Defaults to `%s`.", what, fireworks.DurationText(limit))
}

// positiveTimeouts refuses timeouts that have expired before they start: a replacement would delete the old object and
// then fail.
type positiveTimeouts struct{}

// Description says what is checked.
func (positiveTimeouts) Description(context.Context) string {
	return "timeouts must be greater than zero"
}

// MarkdownDescription says what is checked.
func (v positiveTimeouts) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject adds an error for each timeout that is not greater than zero. The block itself reports malformed
// durations.
func (positiveTimeouts) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	for name, value := range req.ConfigValue.Attributes() {
		text, ok := value.(types.String)
		if !ok || !attribute.IsKnown(text) {
			continue
		}

		limit, err := time.ParseDuration(text.ValueString())
		if err == nil && limit <= 0 {
			resp.Diagnostics.AddAttributeError(req.Path.AtName(name), diagnostic.SummaryInvalidTimeout, fmt.Sprintf(
				"The timeout %s is %q, so that it would expire at once. Set a duration greater than zero, such as "+
					"\"90m\", or remove it.",
				name, text.ValueString()))
		}
	}
}

// TimeoutsBlock is the timeouts block with a description of each timeout.
func TimeoutsBlock(ctx context.Context, create, update, destroy string) map[string]schema.Block {
	block := timeouts.Block(ctx, timeouts.Opts{
		Create: true, CreateDescription: create,
		Update: true, UpdateDescription: update,
		Delete: true, DeleteDescription: destroy,
	})

	if nested, ok := block.(schema.SingleNestedBlock); ok {
		nested.Validators = append(nested.Validators, positiveTimeouts{})
		block = nested
	}

	return map[string]schema.Block{"timeouts": block}
}
