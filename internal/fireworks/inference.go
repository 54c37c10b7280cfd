// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"net/http"
)

const chatCompletionsPath = "/inference/v1/chat/completions"

// InferenceOutcome is what an inference request showed about a model.
type InferenceOutcome int

const (
	// InferenceNotYet means that the model does not respond yet: it is not known, not loaded, or out of reach.
	InferenceNotYet InferenceOutcome = iota
	// InferenceResponds means that the model is loaded, even if it refused the request or is busy.
	InferenceResponds
	// InferenceNotAllowed means that this API key or account, or a proxy, does not allow inference requests: retrying
	// cannot help.
	InferenceNotAllowed
	// InferenceForeign means that the response is not the platform's, but that of a proxy or another server, which may
	// pass.
	InferenceForeign
)

// InferenceResult is the result of an inference request.
type InferenceResult struct {
	Outcome InferenceOutcome
	// Err is the failure of the request, nil after a success. It may be set for each of the outcomes.
	Err error
}

// chatCompletionRequest is a request to the inference API, whose names are in snake_case.
type chatCompletionRequest struct {
	Model     string        `json:"model"`
	Messages  []chatMessage `json:"messages"`
	MaxTokens int           `json:"max_tokens"`
}

type chatMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// TryInference sends the smallest inference request, once, and reports whether the model responds. model is the name
// for inference requests, such as that of a deployment. A deployment that is scaled to zero is woken by that.
func (c *Client) TryInference(ctx context.Context, model string) InferenceResult {
	body := chatCompletionRequest{Model: model, Messages: []chatMessage{{Role: "user", Content: "ping"}}, MaxTokens: 1}

	err := c.do(ctx, request{
		method: http.MethodPost, path: chatCompletionsPath, body: body, retries: retryNever, separateLimit: true,
	}, nil)

	return InferenceResult{Outcome: inferenceOutcome(err), Err: err}
}

func inferenceOutcome(err error) InferenceOutcome {
	if err == nil {
		return InferenceResponds
	}

	status := StatusOf(err)

	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusPreconditionFailed, http.StatusProxyAuthRequired:
		return InferenceNotAllowed
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusTooManyRequests:
		if !IsProxyResponse(err) {
			return InferenceResponds
		}
	}

	// A load balancer of the platform responds with a page of status 5xx while nothing is loaded.
	if is[*DecodeError](err) || IsProxyResponse(err) && status/100 != 5 {
		return InferenceForeign
	}

	return InferenceNotYet
}
