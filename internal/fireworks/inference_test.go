// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestTryInference_Request(t *testing.T) {
	t.Parallel()

	server := respondWith(ok(`{"id":"x","choices":[{"message":{"role":"assistant","content":"pong"}}]}`))

	got := serve(t, server).TryInference(t.Context(), testDeployment.String())
	if got.Outcome != InferenceResponds || got.Err != nil {
		t.Errorf("got %+v", got)
	}

	sent := server.requests()[0]
	checkEqual(t, "request", sent.Method+" "+sent.Path+"?"+sent.Query.Encode(), "POST /inference/v1/chat/completions?")
	checkEqual(t, "authorization", sent.Header.Get("Authorization"), "Bearer "+testKey)
	checkEqual(t, "body", sent.Body,
		`{"model":"accounts/acme/deployments/serve","messages":[{"role":"user","content":"ping"}],"max_tokens":1}`)
}

func TestTryInference_Outcomes(t *testing.T) {
	t.Parallel()

	tests := map[InferenceOutcome][]int{
		InferenceResponds:   {400, 422, 429},
		InferenceNotAllowed: {401, 403, 407, 412},
		InferenceNotYet:     {404, 408, 409, 500, 502, 503, 504, 520, 530},
	}
	for outcome, statuses := range tests {
		for _, status := range statuses {
			body := `{"error":{"message":"because","type":"x","code":"SOME_CODE"}}`
			server := respondWith(cannedResponse{status: status, body: body})

			got := serve(t, server, withRetries(3)).TryInference(t.Context(), "m")
			if got.Outcome != outcome || server.count() != 1 {
				t.Errorf("status %d: outcome %d after %d requests, want %d", status, got.Outcome, server.count(),
					outcome)
			}

			if apiError := wantAPIError(t, got.Err); apiError.StatusCode != status ||
				apiError.Message != "because (reason: SOME_CODE)" {
				t.Errorf("status %d: error %v", status, apiError)
			}
		}
	}

	page := func(status string) string {
		return "HTTP/1.1 " + status + "\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>"
	}

	for response, outcome := range map[string]InferenceOutcome{
		"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{": InferenceNotYet,
		"":          InferenceNotYet,
		page("502"): InferenceNotYet, page("503"): InferenceNotYet,
		page("200"): InferenceForeign, page("400"): InferenceForeign, page("404"): InferenceForeign,
		page("422"): InferenceForeign, page("429"): InferenceForeign,
		page("401"): InferenceNotAllowed, page("403"): InferenceNotAllowed, page("407"): InferenceNotAllowed,
		"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found": InferenceForeign,
	} {
		got := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { hijack(t, w, response) })).
			TryInference(t.Context(), "m")
		if got.Outcome != outcome || got.Err == nil {
			t.Errorf("%q: got %+v, want %d", response, got, outcome)
		}
	}
}

// TestTryInference_RateLimits checks that a busy model does not stop requests to the control plane, and that a control
// plane that limits requests is not taken for a model that responds.
func TestTryInference_RateLimits(t *testing.T) {
	t.Parallel()

	const inference, control = "inference", "control"

	for _, limited := range []string{inference, control} {
		t.Run(limited, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, _ := serveInBubble(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.HasPrefix(r.URL.Path, "/inference") == (limited == inference) {
						w.Header().Set("Retry-After", "60")
						w.WriteHeader(http.StatusTooManyRequests)

						return
					}

					_, _ = fmt.Fprint(w, routerReply)
				}))

				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()

				start := time.Now()

				if limited == control {
					_, _ = client.GetRouterOnce(ctx, testRouter)
				}

				got := client.TryInference(ctx, "m")
				checkEqual(t, "outcome", got.Outcome, InferenceResponds)
				checkEqual(t, "the model is busy", StatusOf(got.Err) == 429, limited == inference)

				_, err := client.GetRouterOnce(ctx, testRouter)
				checkEqual(t, "the control plane is limited", StatusOf(err) == 429, limited == control)
				checkEqual(t, "took", time.Since(start), 0)
				checkNoSlotHeld(t, client)
			})
		})
	}
}

func TestTryInference_Log(t *testing.T) {
	t.Parallel()

	var (
		mu    sync.Mutex
		lines []string
	)

	body := `{"error":{"message":"in the body","code":"DEPLOYMENT_SCALING_UP"}}`
	client := serve(t, respondWith(cannedResponse{status: 503, body: body}), func(c *Config) {
		c.Log = func(_ context.Context, message string, fields map[string]any) {
			mu.Lock()
			defer mu.Unlock()

			lines = append(lines, fmt.Sprint(message, fields))
		}
	})
	client.TryInference(t.Context(), "m")

	text := strings.Join(lines, "\n")
	checkEqual(t, "lines", len(lines), 1)

	for fragment, want := range map[string]bool{"503": true, "in the body": false, "ping": false} {
		if strings.Contains(text, fragment) != want {
			t.Errorf("the log contains %q: want %t: %s", fragment, want, text)
		}
	}
}
