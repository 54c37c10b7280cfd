// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

// errUpdateNotSent wraps an error that occurred before the request of an update was sent.
var errUpdateNotSent = errors.New("the update was not requested")

func NotSent(err error) error { return fmt.Errorf("%w: %w", errUpdateNotSent, err) }

// CtxError returns errUpdateNotSent if ctx has ended.
func CtxError(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}

	return NotSent(context.Cause(ctx))
}

// SendUpdate sends the request of an update. It returns nil and adds an error if that fails.
func SendUpdate[T any](
	ctx context.Context, data *providerdata.Data, diags *diag.Diagnostics, s Subject,
	send func(context.Context) (T, error),
) *T {
	err := CtxError(ctx)

	var updated T
	if err == nil {
		updated, err = send(ctx)
	}

	if err == nil {
		return &updated
	}

	if !AddUpdateStopped(ctx, diags, s, err) {
		data.AddAPIError(diags, path.Empty(), s.NotUpdated, s.NotUpdatedText(err), err, "")
	}

	return nil
}

// AddUpdateStopped reports an update that ended because its object was deleted, or because of an interrupt or a
// timeout, and says whether it was requested. It returns false for any other error.
func AddUpdateStopped(ctx context.Context, diags *diag.Diagnostics, s Subject, err error) bool {
	stopped, next := "The run was interrupted", "Apply again."
	if timeout := expiredTimeout(ctx); timeout != nil {
		stopped = diagnostic.SentenceStart(timeout.Error())
		next = "Apply again. To wait longer, increase " + timeout.Argument + "."
	}

	switch {
	case fireworks.IsNotFound(err):
		diags.AddError(s.NotUpdated, diagnostic.JoinParagraphs(
			fmt.Sprintf("%s was not updated: it was deleted after the plan.", s.start()),
			diagnostic.ErrorDetail(err), "Apply again: the next plan creates it anew."))
	case ctx.Err() == nil:
		return false
	case errors.Is(err, errUpdateNotSent):
		diags.AddError(s.NotUpdated, diagnostic.JoinParagraphs(
			fmt.Sprintf("%s before the update of %s was requested. Nothing was changed.", stopped, s), next))
	default:
		diags.AddError(s.NotUpdated, diagnostic.JoinParagraphs(
			fmt.Sprintf("%s before a response to the update of %s was received. The update may take effect: the "+
				"next plan shows "+
				"whether it did.", stopped, s), next))
	}

	return true
}
