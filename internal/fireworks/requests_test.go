// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"testing"
)

// wantRequest is an expected request.
type wantRequest struct {
	method, path string
	query        url.Values
	body         string
}

func pageQuery(more ...string) url.Values {
	query := url.Values{"pageSize": {"200"}}
	for i := 0; i+1 < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}

	return query
}

func TestCalls_Requests(t *testing.T) {
	t.Parallel()

	const (
		promoteJob     = "/v1/accounts/acme/checkpoints/step-50-0a1b2c3d:promote"
		promoteSession = "/v1/accounts/acme/trainingSessions/serverless/checkpoints/run-9f-step-50-0a1b2c3d:promote"
		jobBody        = `{"output_model":"accounts/acme/models/tuned","trainer_job_id":"accounts/acme/rlorTrainerJobs/sft",
		"base_model":"accounts/fireworks/models/qwen3-8b","async_promotion":true}`
	)

	want := map[string]wantRequest{
		"AccountID":                {"GET", "/v1/accounts", url.Values{"pageSize": {"2"}}, ""},
		"ListCheckpoints of a job": {"GET", "/v1/accounts/acme/rlorTrainerJobs/sft/checkpoints", pageQuery(), ""},
		"ListCheckpoints of a session": {"GET", "/v1/accounts/acme/trainingSessions/serverless/checkpoints",
			pageQuery(), ""},
		"Promote a job's checkpoint": {"POST", promoteJob, nil, jobBody},
		"Promote a session's checkpoint": {"POST", promoteSession, nil,
			`{"output_model":"accounts/acme/models/tuned","base_model":"accounts/fireworks/models/qwen3-8b"}`},
		"GetOperation": {"GET", "/v1/accounts/acme/operations/op-1", nil, ""},
		"GetModel":     {"GET", "/v1/accounts/acme/models/tuned", nil, ""},
		"GetModelOnce": {"GET", "/v1/accounts/acme/models/tuned", nil, ""},
		"UpdateModel": {"PATCH", "/v1/accounts/acme/models/tuned", url.Values{"updateMask": {"public"}},
			`{"public":false}`},
		"DeleteModel": {"DELETE", "/v1/accounts/acme/models/tuned", nil, ""},
		"ListModels":  {"GET", "/v1/accounts/acme/models", pageQuery(), ""},
		"ResolveTrainingShape, latest": {"GET", "/v1/accounts/fireworks/trainingShapes/qwen3-8b-128k/versions",
			url.Values{"filter": {"latest_validated=true"}, "pageSize": {"200"}}, ""},
		"ResolveTrainingShape, exact": {"GET", "/v1/accounts/fireworks/trainingShapes/qwen3-8b-128k/versions/v7", nil,
			""},
	}

	for _, call := range apiCalls() {
		t.Run(call.name, func(t *testing.T) {
			t.Parallel()
			checkCallRequest(t, call, want)
		})
	}
}

// checkCallRequest makes the call with an additional header, checks its only request and returns that request.
func checkCallRequest(t *testing.T, call apiCall, want map[string]wantRequest) recordedRequest {
	t.Helper()

	expected, known := want[call.name]
	if !known {
		t.Fatal("there is no expectation for this call")
	}

	server := respondWith(ok(call.response))

	client := serve(t, server,
		func(c *Config) { c.AdditionalHeaders = map[string]string{"x-gateway-token": testHeadVal} })
	if err := call.do(t.Context(), client); err != nil {
		t.Fatal(err)
	}

	checkRequests(t, server, expected)

	return server.requests()[0]
}

func checkRequests(t *testing.T, server *scriptedServer, want ...wantRequest) {
	t.Helper()

	seen := server.requests()
	if len(seen) != len(want) {
		t.Fatalf("%d requests, want %d: %v", len(seen), len(want), seen)
	}

	for i, request := range seen {
		checkEqual(t, fmt.Sprintf("method of request %d", i), request.Method, want[i].method)
		checkEqual(t, fmt.Sprintf("path of request %d", i), request.Path, want[i].path)

		query := want[i].query
		if query == nil {
			query = url.Values{}
		}

		wantNoDiff(t, "query", query, request.Query)
		wantNoDiff(t, "body", decodeJSON(t, want[i].body), decodeJSON(t, request.Body))
		checkHeader(t, request)
	}
}

// checkHeader checks that exactly the expected headers are sent.
func checkHeader(t *testing.T, request recordedRequest) {
	t.Helper()

	want := map[string]string{
		"Authorization":   "Bearer " + testKey,
		"Accept":          "application/json",
		"Accept-Encoding": "gzip",
		"User-Agent":      testAgent,
		testHeader:        testHeadVal,
	}
	got := map[string]string{}

	for name, values := range request.Header {
		if len(values) != 1 {
			t.Errorf("header %s has %d values", name, len(values))
		}

		got[name] = values[0]
	}

	if request.Body != "" {
		want["Content-Type"] = "application/json"

		delete(got, "Content-Length")
	}

	if request.Method == http.MethodDelete {
		delete(got, "Content-Length")
	}

	if !maps.Equal(want, got) {
		t.Errorf("headers %v, want %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

func TestCalls_EscapedPaths(t *testing.T) {
	t.Parallel()

	const (
		id, escaped = `ä b?c#d%2Fe;f`, "%C3%A4%20b%3Fc%23d%252Fe%3Bf"
		model       = `{"model":{"state":"READY"},"name":"accounts/a/models/m"}`
	)

	calls := map[string]struct {
		path string
		do   func(context.Context, *Client) error
	}{
		"job": {"/v1/accounts/" + escaped + "/rlorTrainerJobs/" + escaped + "/checkpoints",
			func(ctx context.Context, c *Client) error {
				_, err := c.ListCheckpoints(ctx, JobName{id, id}, 0)
				return err
			}},
		"session": {"/v1/accounts/" + escaped + "/trainingSessions/" + escaped + "/checkpoints",
			func(ctx context.Context, c *Client) error {
				_, err := c.ListCheckpoints(ctx, SessionName{id, id}, 0)
				return err
			}},
		"promotion": {"/v1/accounts/" + escaped + "/checkpoints/" + escaped + ":promote",
			func(ctx context.Context, c *Client) error {
				_, err := c.Promote(ctx, PromotionRequest{Checkpoint: CheckpointName{AccountID: id, JobID: id,
					CheckpointID: id}, OutputModelID: "m"})

				return err
			}},
		"promotion of a session's checkpoint": {
			"/v1/accounts/" + escaped + "/trainingSessions/" + escaped + "/checkpoints/" + escaped + ":promote",
			func(ctx context.Context, c *Client) error {
				_, err := c.Promote(ctx,
					PromotionRequest{Checkpoint: CheckpointName{AccountID: id, SessionID: id, CheckpointID: id},
						OutputModelID: "m"})

				return err
			},
		},
		"operation": {"/v1/accounts/" + escaped + "/operations/" + escaped, func(ctx context.Context, c *Client) error {
			_, err := c.GetOperation(ctx, OperationName{id, id})
			return err
		}},
		"model": {"/v1/accounts/" + escaped + "/models/" + escaped, func(ctx context.Context, c *Client) error {
			_, err := c.GetModel(ctx, ModelName{id, id})
			return err
		}},
		"models": {"/v1/accounts/" + escaped + "/models", func(ctx context.Context, c *Client) error {
			_, err := c.ListModels(ctx, id)
			return err
		}},
		"shape": {"/v1/accounts/" + escaped + "/trainingShapes/" + escaped + "/versions",
			func(ctx context.Context, c *Client) error {
				_, _ = c.ResolveTrainingShape(ctx, TrainingShapeName{AccountID: id, ShapeID: id})
				return nil
			}},
		"shape version": {
			"/v1/accounts/" + escaped + "/trainingShapes/" + escaped + "/versions/" + escaped,
			func(ctx context.Context, c *Client) error {
				_, _ = c.ResolveTrainingShape(ctx, TrainingShapeName{AccountID: id, ShapeID: id, VersionID: id})
				return nil
			},
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := respondWith(ok(model))
			if err := call.do(t.Context(), serve(t, server)); err != nil {
				t.Fatal(err)
			}

			if got := server.requests()[0].Path; got != call.path {
				t.Errorf("path %s, want %s", got, call.path)
			}
		})
	}
}

func TestCalls_ColonInPath(t *testing.T) {
	t.Parallel()

	request := testPromotion
	request.Checkpoint.CheckpointID = "step:50"

	server := respondWith(ok(`{"model":{"state":"READY"}}`))
	if _, err := serve(t, server).Promote(t.Context(), request); err != nil {
		t.Fatal(err)
	}

	checkEqual(t, "path", server.requests()[0].Path, "/v1/accounts/acme/checkpoints/step:50:promote")
}

func TestClient_Confirmed(t *testing.T) {
	t.Parallel()

	for body, want := range map[string]bool{`{"name":"m"}`: true, `{}`: true, `<html>`: false, `[]`: false, ``: false} {
		client := serve(t, respondWith(failing(404), ok(body)))
		_, _ = client.GetModel(t.Context(), testModel)
		checkEqual(t, "confirmed by a 404", client.Confirmed(), false)

		_, _ = client.GetModel(t.Context(), testModel)
		checkEqual(t, "confirmed by "+body, client.Confirmed(), want)
	}
}

// TestClient_Confirm confirms the URL by a request for the account, whose own errors say nothing about the URL.
func TestClient_Confirm(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		response cannedResponse
		want     bool
	}{
		"an account":   {ok(`{"accounts":[{"name":"accounts/acme"}]}`), true},
		"no account":   {ok(`{"accounts":[]}`), true},
		"two accounts": {ok(`{"accounts":[{"name":"accounts/a"},{"name":"accounts/b"}]}`), true},
		"wrong key":    {failing(401), false},
		"not there":    {failing(404), false},
		"a page":       {ok(`<html>`), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			client := serve(t, respondWith(test.response))
			err := client.Confirm(t.Context())
			checkEqual(t, "confirmed", err == nil, test.want)
			checkEqual(t, "remembered", client.Confirmed(), test.want)
		})
	}
}

func TestCalls_BaseURLWithPath(t *testing.T) {
	t.Parallel()

	for _, suffix := range []string{"", "/", "//", "/proxy", "/proxy/"} {
		t.Run("suffix "+suffix, func(t *testing.T) {
			t.Parallel()

			server := respondWith(ok(`{"name":"accounts/acme/models/tuned"}`))

			client := newTestClient(t, startServer(t, server).URL+suffix)
			if _, err := client.GetModel(t.Context(), testModel); err != nil {
				t.Fatal(err)
			}

			want := "/v1/accounts/acme/models/tuned"
			if len(suffix) > 2 {
				want = "/proxy" + want
			}

			if got := server.requests()[0].Path; got != want {
				t.Errorf("path %s, want %s", got, want)
			}
		})
	}
}
