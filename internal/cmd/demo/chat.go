// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// retryInterval is the time between two inference requests while the deployment scales up.
const retryInterval = 500 * time.Millisecond

// chat sends one question to the deployed model and returns the reply. A deployment without replicas responds with 503
// (DEPLOYMENT_SCALING_UP) and starts one, so the request is retried, as every client of such a deployment has to.
func (d *demo) chat(ctx context.Context, baseURL, model, question string) (string, error) {
	body, err := json.Marshal(map[string]any{
		"model":    model,
		"messages": []map[string]string{{"role": "user", "content": question}},
	})
	if err != nil {
		return "", err
	}

	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodPost, baseURL+"/chat/completions",
		bytes.NewReader(body))
	if err != nil {
		return "", err
	}

	request.Header.Set("Authorization", "Bearer "+apiKey)
	request.Header.Set("Content-Type", "application/json")

	client := retryablehttp.NewClient()
	client.Logger = nil
	client.RetryWaitMin = retryInterval
	client.ResponseLogHook = func(_ retryablehttp.Logger,
		response *http.Response) {
		d.detail("response: %s", statusOf(response))
	}

	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()

	return decodeReply(response)
}

// statusOf returns the status of a response in fixed words: those of the server may be anything.
func statusOf(response *http.Response) string {
	return fmt.Sprintf("%d %s", response.StatusCode, http.StatusText(response.StatusCode))
}

func decodeReply(response *http.Response) (string, error) {
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the response is %s", statusOf(response))
	}

	var completion struct {
		Choices []struct {
			Message struct {
				Content string `json:"content"`
			} `json:"message"`
		} `json:"choices"`
	}
	if err := json.NewDecoder(response.Body).Decode(&completion); err != nil {
		return "", fmt.Errorf("decode the completion: %w", err)
	}

	if len(completion.Choices) == 0 || completion.Choices[0].Message.Content == "" {
		return "", errors.New("the completion has no content")
	}

	return completion.Choices[0].Message.Content, nil
}
