// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/diagnostic"
	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
)

const (
	// AwaitingInferenceKey marks an object that is usable and did not respond to an inference request yet, although an
	// apply waited for that. The next apply resumes the wait.
	AwaitingInferenceKey = "awaiting_inference"
	// inferenceInterval is the longest time between two inference requests.
	inferenceInterval = 5 * time.Second
)

func InferenceWaitAttribute(noun, woken string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: "Wait until the " + noun + " responds to inference requests, possibly minutes " +
			"after it is ready. The requests wake " + woken + " that is scaled to zero, which costs money; " +
			"with `max_replica_count = 0`, none are sent. They count as use: within an hour, destroying the " +
			"deployment needs `force_destroy`. Defaults to `false`.",
		Optional: true,
	}
}

// WaitForInference sends inference requests to a usable object until it responds. It returns nil if the object
// responds, or if that cannot be found out, which adds a warning: the API key may not send such requests, or something
// else responds for a while.
func WaitForInference(ctx context.Context,
	d *providerdata.Data, diags *diag.Diagnostics, s Subject, model, state string,
) *WaitError {
	waiter := NewWaiter(d, s).Immediate()
	waiter.interval.Max = min(waiter.interval.Max, inferenceInterval)
	waiter.Seen.State = state

	response := "no response"

	var (
		foreignSince grace
		foreign      error
	)

	failure := waiter.Poll(ctx, func(ctx context.Context) (bool, error) {
		result := d.Client.TryInference(ctx, model)

		switch {
		case result.Err == nil:
			response = "OK"
		case ctx.Err() == nil || fireworks.StatusOf(result.Err) != 0:
			response = diagnostic.ErrorDetail(result.Err)
		}

		tflog.Info(ctx, "Inference request sent", map[string]any{
			s.logKey(): s.Name, "responds": result.Outcome == fireworks.InferenceResponds,
			"status": fireworks.StatusOf(result.Err),
		})

		switch result.Outcome {
		case fireworks.InferenceForeign:
			foreign = result.Err

			if !foreignSince.expired(waiter.Clock.Now(), fireworks.UndecodableGracePeriod) {
				return false, nil
			}
		case fireworks.InferenceNotYet:
			foreignSince, foreign = grace{}, nil
			return false, nil
		case fireworks.InferenceResponds:
			return true, nil
		case fireworks.InferenceNotAllowed:
		}

		addInferenceNotChecked(diags, s, state, result.Err)

		return true, nil
	})
	if failure == nil {
		return nil
	}

	if foreign != nil && failure.End == EndTimedOut {
		addInferenceNotChecked(diags, s, state, foreign)
		return nil
	}

	failure.unresponsive = response

	return failure
}

// addInferenceNotChecked warns that whether a usable object responds is not known.
func addInferenceNotChecked(diags *diag.Diagnostics, s Subject, state string, err error) {
	reason, next := "the platform refuses them.",
		"Remove wait_for_inference, or use an API key of an account that may send inference requests."

	switch {
	case isForeign(err):
		reason = "a proxy or another server responds in place of the platform."
		next = "Check that base_url is the URL of the Fireworks control plane, and the proxy settings; or remove " +
			"wait_for_inference."
	case diagnostic.IsKeyRejected(err):
		reason = "the inference API rejects the API key."
		next = "Use an API key that is valid for inference as well, or remove wait_for_inference."
	}

	diags.AddAttributeWarning(path.Root("wait_for_inference"), diagnostic.SummaryInferenceNotChecked,
		diagnostic.JoinParagraphs(
			fmt.Sprintf("%s is %s, but whether it responds to inference requests is not known: %s", s.start(), state,
				reason),
			diagnostic.ErrorDetail(err), next))
}

// isForeign reports whether a response is not the platform's.
func isForeign(err error) bool {
	_, undecodable := errors.AsType[*fireworks.DecodeError](err)

	return undecodable || fireworks.IsProxyResponse(err) || fireworks.StatusOf(err) == http.StatusProxyAuthRequired
}
