// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"fmt"
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
			"with `max_replica_count = 0`, none are sent. Defaults to `false`.",
		Optional: true,
	}
}

// WaitForInference sends inference requests to a usable object until it responds. It returns nil if the object
// responds, or if the API key may not send such requests, which adds a warning.
func WaitForInference(ctx context.Context,
	d *providerdata.Data, diags *diag.Diagnostics, s Subject, model, state string,
) *WaitError {
	waiter := NewWaiter(d, s).Immediate()
	waiter.interval.Max = min(waiter.interval.Max, inferenceInterval)
	waiter.Seen.State = state

	response := "no response"

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

		if result.Outcome == fireworks.InferenceNotAllowed {
			diags.AddAttributeWarning(path.Root("wait_for_inference"), diagnostic.SummaryInferenceNotChecked,
				diagnostic.JoinParagraphs(
					fmt.Sprintf("%s is %s, but whether it responds to inference requests is not known: the platform "+
						"refuses them.",
						s.start(), state),
					response,
					"Remove wait_for_inference, or use an API key of an account that may send inference requests."))
		}

		return result.Outcome != fireworks.InferenceNotYet, nil
	})
	if failure != nil {
		failure.unresponsive = response
	}

	return failure
}
